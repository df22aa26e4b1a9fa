/* Hooks that the spec forbids, in a lenient map: they are kept and reported, and they fail when their turn comes. */
#include "test.h"

#include "helpers.h"

#define STOPPED "{\"ociVersion\":\"1.2.0\",\"id\":\"c1\",\"status\":\"stopped\",\"bundle\":\"/b\"}"

enum { MOST = 500 /* as documented in the header */ };

static const char *read_warning(const ocihooks *hooks, size_t index)
{
  static char text[2048];
  ocihooks_warning(hooks, index, text, sizeof text);
  return text;
}

static ocihooks *make_lenient(void)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_set_lenient(hooks, 1, test_message, sizeof test_message), OCIHOOKS_OK);
  return hooks;
}

static int add(ocihooks *hooks, const char *phase, const char *path, int timeout)
{
  const char *args[] = {"sh", "-c", "echo ran", NULL};
  return ocihooks_add_command(hooks, phase, path, args, NULL, timeout, test_message, sizeof test_message);
}

/* A poststop phase with a good, an invalid and a good hook. */
static void check_poststop(const ocihooks *hooks, const char *warning)
{
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_run(hooks, "poststop", STOPPED, strlen(STOPPED), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_INT(ocihooks_report_count(report), 3);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "ran\n");
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_INVALID);
  CHECK_INT(ocihooks_report_hook_kind(report, 1), OCIHOOKS_KIND_COMMAND);
  CHECK_INT(ocihooks_report_hook_pid(report, 1), 0);
  CHECK_OWN(test_output(report, 2, OCIHOOKS_STDOUT), "ran\n");
  CHECK_INT(ocihooks_report_warning_count(report), 1);
  CHECK_TEXT(warning_of(report, 0), warning);
  ocihooks_report_free(report);
}

static void hooks_that_are_appended_one_by_one_run_around_a_wrong_one(void)
{
  ocihooks *hooks = make_lenient();
  CHECK_INT(add(hooks, "poststop", "/bin/sh", 0), OCIHOOKS_OK);
  CHECK_INT(add(hooks, "poststop", "bin/sh", -3), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_INT(add(hooks, "poststop", "/bin/sh", 5), OCIHOOKS_OK);
  CHECK_INT(ocihooks_count(hooks, "poststop"), 3);
  CHECK_INT(ocihooks_warning_count(hooks), 1);
#define FAULTS "path must be an absolute path, not \"bin/sh\"; /timeout must be greater than zero, not -3"
  CHECK_TEXT(read_warning(hooks, 0),
             "poststop hook #1 is kept, and will fail: /poststop/1/path must be an absolute path, "
             "not \"bin/sh\"; /poststop/1/timeout must be greater than zero, not -3");
  check_poststop(hooks, "error running poststop hook #1: bin/sh: invalid hook: /" FAULTS);
  CHECK_OWN_HAS(json_of(hooks), "{\"path\":\"bin/sh\",\"args\":[\"sh\",\"-c\",\"echo ran\"],\"timeout\":-3}");
  CHECK_OWN_HAS(libcontainer_of(hooks),
                "{\"path\":\"bin/sh\",\"args\":[\"sh\",\"-c\",\"echo ran\"],\"env\":null,\"dir\":\"\","
                "\"timeout\":-3000000000}");
  ocihooks_free(hooks);
}

static void what_runc_saved_with_a_wrong_hook_still_loads(void)
{
  static const char saved[] =
    "{\"poststop\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"echo ran\"],\"env\":null,\"dir\":\"\",\"timeout\":null},"
    "{\"path\":\"/bin/true\",\"args\":null,\"env\":null,\"dir\":\"\",\"timeout\":0},"
    "{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"echo ran\"],\"env\":null,\"dir\":\"\",\"timeout\":10000000000}]}";
  ocihooks *hooks = NULL;
  CHECK_INT(ocihooks_parse_libcontainer(saved, strlen(saved), &hooks, test_message, sizeof test_message), OCIHOOKS_OK);
  CHECK_INT(ocihooks_warning_count(hooks), 1);
  check_poststop(hooks,
                 "error running poststop hook #1: /bin/true: invalid hook: /timeout must be greater than zero, not 0");
  CHECK_OWN_HAS(libcontainer_of(hooks), strstr(saved, "\"poststop\""));
  ocihooks_free(hooks);
  CHECK_INT(ocihooks_read(OCIHOOKS_DOCUMENT_LIBCONTAINER, 0, saved, strlen(saved), &hooks, NULL, 0),
            OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK(hooks == NULL);
}

static void elsewhere_a_wrong_hook_ends_the_phase(void)
{
  static const char json[] = "{\"createRuntime\":[{\"path\":\"/bin/true\"},{},{\"path\":\"/bin/true\"}]}";
  ocihooks *hooks = NULL;
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_read(OCIHOOKS_DOCUMENT_HOOKS, OCIHOOKS_READ_LENIENT, json, strlen(json), &hooks, NULL, 0),
            OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, &report, test_message,
                         sizeof test_message),
            OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_TEXT(test_message,
             "error running createRuntime hook #1: invalid hook: /path must be there: a hook needs a path");
  CHECK_INT(ocihooks_report_code(report), OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 2), OCIHOOKS_OUTCOME_SKIPPED);
  CHECK_OWN_HAS(report_json_of(report), "\"outcome\":\"invalid\",\"message\":\"invalid hook: /path must be there");
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void a_map_is_lenient_when_it_was_told_so(void)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(add(hooks, "poststop", "sh", 0), OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_TEXT(test_message, "invalid hooks: /poststop/0/path must be an absolute path, not \"sh\"");
  CHECK_INT(ocihooks_set_lenient(hooks, 7, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(add(hooks, "poststop", "sh", 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_set_lenient(hooks, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(add(hooks, "poststop", "sh", -1), OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_TEXT(test_message, "invalid hooks: /poststop/1/path must be an absolute path, not \"sh\"; "
                           "/poststop/1/timeout must be greater than zero, not -1");
  CHECK_INT(ocihooks_count(hooks, "poststop"), 1);
  CHECK_INT(ocihooks_warning_count(hooks), 1);
  /* Documents that every map refuses. */
  CHECK_INT(ocihooks_set_lenient(hooks, 1, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(add(hooks, "", "sh", 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(add(hooks, "poststop", "\xff", 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(add(hooks, "poststop", NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  ocihooks_free(hooks);
}

static void copies_and_joined_maps_have_the_wrong_hooks_and_the_warnings(void)
{
  ocihooks *hooks = make_lenient(), *copy = NULL;
  CHECK_INT(add(hooks, "poststop", "sh", 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_clone(hooks, &copy, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(add(copy, "poststop", "sh", 0), OCIHOOKS_OK); /* it is lenient too */
  CHECK_INT(ocihooks_warning_count(copy), 2);
  ocihooks *strict = test_parse("{\"poststop\":[{\"path\":\"/bin/true\"}]}");
  CHECK_INT(ocihooks_merge(strict, copy, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_count(strict, "poststop"), 3);
  CHECK_INT(ocihooks_warning_count(strict), 2);
  CHECK_INT(add(strict, "poststop", "sh", 0), OCIHOOKS_ERR_INVALID_HOOKS);
  /* The message has the hook's place in the running map. */
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_run(strict, "poststop", STOPPED, strlen(STOPPED), NULL, &report, NULL, 0), OCIHOOKS_OK);
  CHECK_TEXT(warning_of(report, 1),
             "error running poststop hook #2: sh: invalid hook: /path must be an absolute path, not \"sh\"");
  ocihooks_report_free(report);
  ocihooks_free(strict);
  ocihooks_free(copy);
  ocihooks_free(hooks);
}

/* This number of invalid hooks, then a valid one. */
static int read_many(size_t count, ocihooks **hooks)
{
  char *json = malloc(32 + 3 * count), *end = json;
  end += sprintf(end, "{\"prestart\":[");
  for (size_t i = 0; i < count; i++)
    end += sprintf(end, "{},");
  sprintf(end, "{\"path\":\"/\"}]}");
  int code = ocihooks_read(OCIHOOKS_DOCUMENT_HOOKS, OCIHOOKS_READ_LENIENT, json, strlen(json), hooks, test_message,
                           sizeof test_message);
  free(json);
  return code;
}

static void five_hundred_wrong_hooks_are_kept_and_no_more(void)
{
  ocihooks *hooks = NULL;
  CHECK_INT(read_many(MOST, &hooks), OCIHOOKS_OK);
  CHECK_INT(ocihooks_count(hooks, "prestart"), MOST + 1);
  CHECK_INT(ocihooks_warning_count(hooks), MOST);
  CHECK_HAS(read_warning(hooks, MOST - 1), "prestart hook #499 is kept, and will fail: /prestart/499/path (line 1, ");
  ocihooks_free(hooks);
  CHECK_INT(read_many(MOST + 1, &hooks), OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK(hooks == NULL);
  CHECK_HAS(test_message, "invalid hooks: /prestart/0/path ");
}

static void all_violations_of_a_hook_are_named_and_the_first_of_each(void)
{
  ocihooks *hooks = NULL;
  static char json[4096] = "{\"prestart\":[{\"path\":\"/\",\"args\":[";
  for (int i = 0; i < 150; i++)
    strcat(json, "0,");
  strcat(json, "0]},{\"path\":\"a\",\"timeout\":0}]}");
  CHECK_INT(ocihooks_read(OCIHOOKS_DOCUMENT_HOOKS, OCIHOOKS_READ_LENIENT, json, strlen(json), &hooks, NULL, 0),
            OCIHOOKS_OK);
  CHECK_INT(ocihooks_warning_count(hooks), 2);
  CHECK_INT(ocihooks_warning(hooks, 0, NULL, 0) > 2048, 1);
  CHECK_HAS(read_warning(hooks, 1),
            "/prestart/1/path (line 1, column 346) must be an absolute path, not \"a\"; and 1 more");
  ocihooks_free(hooks);
}

static void what_is_asked_wrongly_is_refused(void)
{
  ocihooks *hooks = NULL;
  CHECK_INT(ocihooks_read(3, 0, "{}", 2, &hooks, test_message, sizeof test_message), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_TEXT(test_message, "invalid argument: document is 3: an ocihooks_document is 0, 1 or 2");
  CHECK_INT(ocihooks_read(-1, 0, "{}", 2, &hooks, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_read(0, 2, "{}", 2, &hooks, test_message, sizeof test_message), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_TEXT(test_message, "invalid argument: flags is 2: only OCIHOOKS_READ_LENIENT is a flag");
  CHECK_INT(ocihooks_read(0, 0, NULL, 2, &hooks, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_read(0, 0, "{}", 2, NULL, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_set_lenient(NULL, 1, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK(hooks == NULL);
  CHECK_INT(ocihooks_read(0, 1, "[", 1, &hooks, NULL, 0), OCIHOOKS_ERR_INVALID_JSON);
  CHECK_INT(ocihooks_read(0, 1, "[]", 2, &hooks, NULL, 0), OCIHOOKS_ERR_INVALID_HOOKS);
}

static void nothing_is_there_where_there_is_no_map(void)
{
  char text[8] = "before";
  CHECK_INT(ocihooks_warning_count(NULL) + ocihooks_hooks_phase_count(NULL), 0);
  CHECK_INT(ocihooks_warning(NULL, 0, text, sizeof text), 0);
  CHECK_TEXT(text, "");
  ocihooks *hooks = test_parse("{\"prestart\":[],\"own\":[],\"value\":1,\"poststop\":[{\"path\":\"/\"}]}");
  CHECK_INT(ocihooks_warning(hooks, 0, text, sizeof text), 0);
  CHECK_INT(ocihooks_hooks_phase_count(hooks), 2);
  CHECK_INT(ocihooks_hooks_phase_name(hooks, 0, text, sizeof text), 8);
  CHECK_TEXT(text, "poststo");
  CHECK_INT(ocihooks_hooks_phase_name(hooks, 1, text, sizeof text), 3);
  CHECK_TEXT(text, "own");
  CHECK_INT(ocihooks_hooks_phase_name(hooks, 2, text, sizeof text), 0);
  CHECK_TEXT(text, "");
  ocihooks_free(hooks);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(hooks_that_are_appended_one_by_one_run_around_a_wrong_one);
  RUN(what_runc_saved_with_a_wrong_hook_still_loads);
  RUN(elsewhere_a_wrong_hook_ends_the_phase);
  RUN(a_map_is_lenient_when_it_was_told_so);
  RUN(copies_and_joined_maps_have_the_wrong_hooks_and_the_warnings);
  RUN(five_hundred_wrong_hooks_are_kept_and_no_more);
  RUN(all_violations_of_a_hook_are_named_and_the_first_of_each);
  RUN(what_is_asked_wrongly_is_refused);
  RUN(nothing_is_there_where_there_is_no_map);
  return test_end();
}
