/* The hook map: create, fill, copy, merge, count. */
#include "test.h"

#include "helpers.h"

#include <limits.h>

static int add(ocihooks *hooks, const char *phase, const char *path)
{
  return ocihooks_add_command(hooks, phase, path, NULL, NULL, 0, test_message, sizeof test_message);
}

static ocihooks *clone_of(const ocihooks *hooks)
{
  ocihooks *copy = NULL;
  CHECK_INT(ocihooks_clone(hooks, &copy, test_message, sizeof test_message), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  return copy;
}

static void a_new_map_is_empty(void)
{
  ocihooks *hooks = NULL;
  strcpy(test_message, "from before");
  CHECK_INT(ocihooks_new(&hooks, test_message, sizeof test_message), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  for (size_t phase = 0; phase < ocihooks_phase_count(); phase++)
    CHECK_INT(ocihooks_count(hooks, ocihooks_phase_name(phase)), 0);
  CHECK_OWN(json_of(hooks), "{}");
  ocihooks_free(hooks);
}

static void a_copy_has_the_same_hooks_and_goes_its_own_way(void)
{
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/a\",\"x\":1.50}],\"own\":[{\"path\":\"/b\"}],\"y\":null}");
  ocihooks *copy = clone_of(hooks);
  char *before = json_of(hooks);
  CHECK_OWN(json_of(copy), before);
  CHECK_INT(add(copy, "prestart", "/c"), OCIHOOKS_OK);
  CHECK_OWN(json_of(hooks), before);
  CHECK_INT(ocihooks_count(copy, "prestart"), 2);
  ocihooks_free(hooks);
  CHECK_OWN(json_of(copy),
            "{\"prestart\":[{\"path\":\"/a\",\"x\":1.50},{\"path\":\"/c\"}],\"own\":[{\"path\":\"/b\"}],\"y\":null}");
  ocihooks_free(copy);
  free(before);
}

static void a_merge_appends_phase_by_phase(void)
{
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/a\"}],\"own\":[{\"path\":\"/b\"}]}");
  ocihooks *from =
    test_parse("{\"poststop\":[{\"path\":\"/c\"}],\"own\":[{\"path\":\"/d\"}],\"prestart\":[{\"path\":\"/e\"}],"
               "\"new\":[{\"path\":\"/f\"}],\"value\":1.50}");
  char *before = json_of(from);
  CHECK_INT(ocihooks_merge(hooks, from, test_message, sizeof test_message), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_OWN(json_of(from), before);
  ocihooks_free(from);
  CHECK_OWN(json_of(hooks),
            "{\"prestart\":[{\"path\":\"/a\"},{\"path\":\"/e\"}],\"poststop\":[{\"path\":\"/c\"}],"
            "\"own\":[{\"path\":\"/b\"},{\"path\":\"/d\"}],\"new\":[{\"path\":\"/f\"}],\"value\":1.50}");
  ocihooks_free(hooks);
  free(before);
}

static void a_merge_with_itself_doubles_every_list(void)
{
  ocihooks *hooks =
    test_parse("{\"prestart\":[{\"path\":\"/a\"},{\"path\":\"/b\"}],\"own\":[{\"path\":\"/c\"}],\"v\":{}}");
  CHECK_INT(ocihooks_merge(hooks, hooks, test_message, sizeof test_message), OCIHOOKS_OK);
  CHECK_OWN(json_of(hooks), "{\"prestart\":[{\"path\":\"/a\"},{\"path\":\"/b\"},{\"path\":\"/a\"},{\"path\":\"/b\"}],"
                            "\"own\":[{\"path\":\"/c\"},{\"path\":\"/c\"}],\"v\":{}}");
  ocihooks_free(hooks);
}

static void check_conflict(const char *ours, const char *theirs)
{
  ocihooks *hooks = test_parse(ours), *from = test_parse(theirs);
  char *before = json_of(hooks);
  CHECK_INT(ocihooks_merge(hooks, from, test_message, sizeof test_message), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_HAS(test_message, "\"x\"");
  CHECK_OWN(json_of(hooks), before);
  free(before);
  ocihooks_free(from);
  ocihooks_free(hooks);
}

static void a_merge_that_conflicts_changes_nothing(void)
{
  check_conflict("{\"x\":1}", "{\"prestart\":[{\"path\":\"/a\"}],\"new\":[],\"x\":2}");
  check_conflict("{\"x\":1}", "{\"prestart\":[{\"path\":\"/a\"}],\"x\":[{\"path\":\"/a\"}]}");
  check_conflict("{\"x\":[{\"path\":\"/a\"}]}", "{\"prestart\":[{\"path\":\"/a\"}],\"x\":1}");
}

static void equal_values_are_no_conflict(void)
{
  ocihooks *hooks = test_parse("{\"x\":[1, 2]}"), *from = test_parse("{\"x\":[1,2]}");
  CHECK_INT(ocihooks_merge(hooks, from, test_message, sizeof test_message), OCIHOOKS_OK);
  CHECK_OWN(json_of(hooks), "{\"x\":[1,2]}");
  ocihooks_free(from);
  ocihooks_free(hooks);
}

static void names_of_phases_are_counted_to_the_letter(void)
{
  ocihooks *hooks =
    test_parse("{\"prestart\":[{\"path\":\"/a\"},{\"path\":\"/a\"}],\"own\":[{\"path\":\"/a\"}],\"v\":{}}");
  CHECK_INT(ocihooks_count(hooks, "prestart"), 2); /* field note 15: equal hooks are two */
  CHECK_INT(ocihooks_count(hooks, "own"), 1);
  CHECK_INT(ocihooks_count(hooks, "Prestart"), 0);
  CHECK_INT(ocihooks_count(hooks, "v"), 0);
  CHECK_INT(ocihooks_count(hooks, ""), 0);
  CHECK_INT(ocihooks_count(hooks, "\xff"), 0);
  ocihooks_free(hooks);
}

static void all_text_of_a_command_is_copied(void)
{
  char phase[] = "own", path[] = "/a", arg[] = "arg", env[] = "A=1";
  const char *args[] = {arg, NULL}, *envs[] = {env, NULL};
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, phase, path, args, envs, INT_MAX, NULL, 0), OCIHOOKS_OK);
  phase[0] = path[1] = arg[0] = env[0] = '#';
  args[0] = envs[0] = NULL;
  CHECK_OWN(json_of(hooks),
            "{\"own\":[{\"path\":\"/a\",\"args\":[\"arg\"],\"env\":[\"A=1\"],\"timeout\":2147483647}]}");
  ocihooks_free(hooks);
}

static void absent_and_empty_lists_are_told_apart(void)
{
  const char *none[] = {NULL};
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "prestart", "/a", NULL, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_command(hooks, "prestart", "/b", none, none, 1, NULL, 0), OCIHOOKS_OK);
  CHECK_OWN(json_of(hooks),
            "{\"prestart\":[{\"path\":\"/a\"},{\"path\":\"/b\",\"args\":[],\"env\":[],\"timeout\":1}]}");
  ocihooks_free(hooks);
}

static void what_the_spec_forbids_is_not_added(void)
{
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/a\"}]}");
  CHECK_INT(add(hooks, "prestart", ""), OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_HAS(test_message, "/prestart/1/path must not be empty");
  CHECK_INT(add(hooks, "prestart", "true"), OCIHOOKS_ERR_INVALID_HOOKS); /* field note 13 */
  CHECK_HAS(test_message, "/prestart/1/path must be an absolute path, not \"true\"");
  const int code = ocihooks_add_command(hooks, "own", "/a", NULL, NULL, -1, test_message, sizeof test_message);
  CHECK_INT(code, OCIHOOKS_ERR_INVALID_HOOKS); /* field note 6 */
  CHECK_HAS(test_message, "/own/0/timeout must be greater than zero, not -1");
  CHECK_OWN(json_of(hooks), "{\"prestart\":[{\"path\":\"/a\"}]}");
  ocihooks_free(hooks);
}

static void arguments_that_no_call_can_take_are_refused(void)
{
  const char *bad[] = {"fine", "\xff\xfe", NULL};
  ocihooks *hooks = test_parse("{\"v\":{\"a\":1}}");
  CHECK_INT(add(hooks, "", "/a"), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(add(hooks, "v", "/a"), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_HAS(test_message, "\"v\"");
  CHECK_INT(add(hooks, "\xff", "/a"), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(add(hooks, "own", "/\xff"), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_add_command(hooks, "own", "/a", bad, NULL, 0, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_add_command(hooks, "own", "/a", NULL, bad, 0, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_OWN(json_of(hooks), "{\"v\":{\"a\":1}}");
  ocihooks_free(hooks);
}

static void the_six_phases_are_listed_in_lifecycle_order(void)
{
  static const char *names[] = {"prestart",       "createRuntime", "createContainer",
                                "startContainer", "poststart",     "poststop"};
  CHECK_INT(ocihooks_phase_count(), 6);
  for (size_t phase = 0; phase < 6; phase++) {
    const int in_container = phase == 2 || phase == 3;
    CHECK_TEXT(ocihooks_phase_name(phase), names[phase]);
    CHECK_INT(ocihooks_phase_namespace(names[phase], NULL, 0),
              in_container ? OCIHOOKS_NAMESPACE_CONTAINER : OCIHOOKS_NAMESPACE_RUNTIME);
  }
  CHECK(ocihooks_phase_name(6) == NULL);
  CHECK(ocihooks_phase_name((size_t)-1) == NULL);
}

static void a_phase_that_the_spec_does_not_know_has_no_namespace(void)
{
  char errmsg[128] = "before";
  CHECK_INT(ocihooks_phase_namespace("prestart", errmsg, sizeof errmsg), OCIHOOKS_NAMESPACE_RUNTIME);
  CHECK_TEXT(errmsg, "");
  CHECK_INT(ocihooks_phase_namespace("Prestart", errmsg, sizeof errmsg), OCIHOOKS_ERR_UNKNOWN_PHASE);
  CHECK_HAS(errmsg, "unknown phase \"Prestart\"");
  CHECK_INT(ocihooks_phase_namespace("", NULL, 0), OCIHOOKS_ERR_UNKNOWN_PHASE);
  CHECK_INT(ocihooks_phase_namespace(NULL, errmsg, sizeof errmsg), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_TEXT(errmsg, "invalid argument: phase is NULL");
  CHECK_INT(ocihooks_phase_namespace("\xff", NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(a_new_map_is_empty);
  RUN(a_copy_has_the_same_hooks_and_goes_its_own_way);
  RUN(a_merge_appends_phase_by_phase);
  RUN(a_merge_with_itself_doubles_every_list);
  RUN(a_merge_that_conflicts_changes_nothing);
  RUN(equal_values_are_no_conflict);
  RUN(names_of_phases_are_counted_to_the_letter);
  RUN(all_text_of_a_command_is_copied);
  RUN(absent_and_empty_lists_are_told_apart);
  RUN(what_the_spec_forbids_is_not_added);
  RUN(arguments_that_no_call_can_take_are_refused);
  RUN(the_six_phases_are_listed_in_lifecycle_order);
  RUN(a_phase_that_the_spec_does_not_know_has_no_namespace);
  return test_end();
}
