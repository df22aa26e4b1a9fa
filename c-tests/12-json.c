/* The runtime-spec's `hooks` object survives reading and writing without loss. */
#include "test.h"

#include "helpers.h"

/* Reads, writes and compares. A second round must change nothing. */
static void check_written(const char *json, const char *expected)
{
  ocihooks *hooks = test_parse(json);
  char *text = json_of(hooks);
  CHECK_TEXT(text, expected);
  ocihooks *again = test_parse(text);
  CHECK_OWN(json_of(again), text);
  ocihooks_free(again);
  ocihooks_free(hooks);
  free(text);
}

static ocihooks *parse_config(const char *json, int expected)
{
  ocihooks *hooks = NULL;
  CHECK_INT(ocihooks_parse_config(json, strlen(json), &hooks, test_message, sizeof test_message), expected);
  CHECK((hooks == NULL) == (expected != OCIHOOKS_OK));
  CHECK((*test_message == '\0') == (expected == OCIHOOKS_OK));
  return hooks;
}

static void phases_are_written_in_lifecycle_order_and_unknown_ones_behind_in_theirs(void)
{
  check_written(
    "{\"zeta\":[{\"path\":\"/7\"}],\"poststop\":[{\"path\":\"/6\"}],\"poststart\":[{\"path\":\"/5\"}],"
    "\"alpha\":[{\"path\":\"/8\"}],\"startContainer\":[{\"path\":\"/4\"}],\"createContainer\":[{\"path\":\"/3\"}],"
    "\"createRuntime\":[{\"path\":\"/2\"}],\"prestart\":[{\"path\":\"/1\"}]}",
    "{\"prestart\":[{\"path\":\"/1\"}],\"createRuntime\":[{\"path\":\"/2\"}],\"createContainer\":[{\"path\":\"/3\"}],"
    "\"startContainer\":[{\"path\":\"/4\"}],\"poststart\":[{\"path\":\"/5\"}],\"poststop\":[{\"path\":\"/6\"}],"
    "\"zeta\":[{\"path\":\"/7\"}],\"alpha\":[{\"path\":\"/8\"}]}");
}

static void hooks_keep_their_order_and_equal_ones_stay_two(void)
{
  check_written("{\"prestart\":[{\"path\":\"/b\"},{\"path\":\"/a\"},{\"path\":\"/b\"}]}", /* field note 15 */
                "{\"prestart\":[{\"path\":\"/b\"},{\"path\":\"/a\"},{\"path\":\"/b\"}]}");
}

static void the_six_are_left_out_where_empty_and_null_is_as_absent(void)
{
  check_written("{}", "{}");
  check_written(" {\"prestart\":[],\"createRuntime\":null,\"poststop\":[ ]} ", "{}");
  check_written("{\"prestart\":[{\"path\":\"/a\",\"args\":null,\"env\":null,\"timeout\":null}]}",
                "{\"prestart\":[{\"path\":\"/a\"}]}");
}

static void empty_lists_are_not_absent(void)
{
  check_written("{\"prestart\":[{\"path\":\"/a\",\"args\":[],\"env\":[]}]}",
                "{\"prestart\":[{\"path\":\"/a\",\"args\":[],\"env\":[]}]}");
}

static void environments_keep_order_duplicates_and_what_is_malformed(void)
{
  check_written(
    "{\"prestart\":[{\"path\":\"/a\",\"env\":[\"B=1\",\"A=2\",\"B=3\",\"NOVALUE\",\"=x\",\"\"]}]}", /* field note 12 */
    "{\"prestart\":[{\"path\":\"/a\",\"env\":[\"B=1\",\"A=2\",\"B=3\",\"NOVALUE\",\"=x\",\"\"]}]}");
}

static void unknown_properties_of_a_hook_are_kept_in_their_order(void)
{
  check_written(
    "{\"prestart\":[{\"z\":{\"b\":1,\"a\":[true, null]},\"path\":\"/a\",\"dir\":\"/x\",\"n\":null,\"timeout\":3,\"a\":\"\"}]}",
    "{\"prestart\":[{\"path\":\"/a\",\"timeout\":3,\"z\":{\"b\":1,\"a\":[true,null]},\"dir\":\"/x\",\"n\":null,\"a\":\"\"}]}");
}

static void numbers_are_kept_to_the_letter(void)
{
  static const char *numbers[] = {
    "9007199254740993", "-9223372036854775809", "123456789012345678901234567890", "1e400", "1.50", "-0", "-0.0", "1E+2",
    "0.1e-1",           "18446744073709551616"};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char json[256];
    snprintf(json, sizeof json, "{\"prestart\":[{\"path\":\"/a\",\"x\":%s,\"y\":[{\"z\":%s}]}],\"v\":%s}", numbers[i],
             numbers[i], numbers[i]);
    check_written(json, json);
  }
}

static void text_is_kept_whatever_is_in_it(void)
{
  /* Unknown values keep their escapes, and known ones their text. Slashes are not escaped (crun#2115). */
  check_written("{\"v\":\"\\u00e9\\/\\ud83d\\ude00 \\\" x \",\"\\u0077\":1}",
                "{\"v\":\"\\u00e9\\/\\ud83d\\ude00 \\\" x \",\"w\":1}");
  check_written("{\"prestart\":[{\"path\":\"\\/caf\\u00e9\",\"args\":[\"\\n\\u0001\\\"\\\\\",\"\\ud83d\\ude00\"]}]}",
                "{\"prestart\":[{\"path\":\"/caf\xc3\xa9\",\"args\":[\"\\n\\u0001\\\"\\\\\",\"\xf0\x9f\x98\x80\"]}]}");
  check_written("{\"v\":\"\\ud800\"}", "{\"v\":\"\\ud800\"}");
}

static void escaped_keys_are_the_keys_they_spell(void)
{
  check_written("{\"pre\\u0073tart\":[{\"p\\u0061th\":\"/a\",\"\\u0061rgs\":[\"x\"]}]}",
                "{\"prestart\":[{\"path\":\"/a\",\"args\":[\"x\"]}]}");
}

static void an_unknown_list_of_valid_hooks_is_a_phase(void)
{
  ocihooks *hooks = test_parse("{\"own\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"exit 4\"]}],\"none\":[]}");
  CHECK_INT(ocihooks_count(hooks, "own"), 1);
  CHECK_INT(ocihooks_run(hooks, "own", STATE, strlen(STATE), NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_ERR_EXIT);
  CHECK_HAS(test_message, "error running own hook #0: /bin/sh: exited with status 4");
  CHECK_INT(ocihooks_run(hooks, "none", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_OWN_HAS(json_of(hooks), "\"none\":[]");
  ocihooks_free(hooks);
}

static void any_other_unknown_member_is_kept_and_is_no_phase(void)
{
  static const char *values[] = {"null",
                                 "17",
                                 "\"text\"",
                                 "true",
                                 "{\"path\":\"/a\"}",
                                 "[1]",
                                 "[{\"path\":\"/a\"},{\"path\":\"b\"}]",
                                 "[{\"path\":\"/a\",\"timeout\":0}]",
                                 "[null]",
                                 "[[]]",
                                 "[{\"path\":\"/a\",\"path\":\"/a\"}]"};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    char json[256];
    snprintf(json, sizeof json, "{\"own\":%s}", values[i]);
    check_written(json, json);
    ocihooks *hooks = test_parse(json);
    CHECK_INT(ocihooks_count(hooks, "own"), 0);
    CHECK_INT(ocihooks_run(hooks, "own", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_ERR_UNKNOWN_PHASE);
    ocihooks_free(hooks);
  }
}

static void of_a_config_only_the_hooks_are_looked_at(void)
{
  ocihooks *hooks =
    parse_config(" {\"ociVersion\":17,\"process\":{\"args\":[null,1e999],\"hooks\":1},\"x\":\"\\ud800\","
                 "\"hooks\":{\"poststop\":[{\"path\":\"/a\"}],\"own\":1}, \"linux\":[]}\n",
                 OCIHOOKS_OK);
  CHECK_OWN(json_of(hooks), "{\"poststop\":[{\"path\":\"/a\"}],\"own\":1}");
  ocihooks_free(hooks);
}

static void a_config_without_hooks_gives_an_empty_map(void)
{
  static const char *configs[] = {"{}", "{\"hooks\":null}", "{\"hooks\":{}}",
                                  "{\"process\":{\"hooks\":{\"prestart\":1}}}"};
  for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
    ocihooks *hooks = parse_config(configs[i], OCIHOOKS_OK);
    CHECK_OWN(json_of(hooks), "{}");
    ocihooks_free(hooks);
  }
}

static void the_rest_of_a_config_has_to_be_json(void)
{
  static const char *configs[] = {"{\"hooks\":{},\"x\":}",
                                  "{\"hooks\":{},\"x\":01}",
                                  "{\"x\":[1,],\"hooks\":{}}",
                                  "{\"hooks\":{}} x",
                                  "{\"hooks\":{},\"x\":\"\xff\"}",
                                  "{\"hooks\":{}",
                                  "",
                                  "{\"x\":nul}",
                                  "{\"x\":\"\\q\"}",
                                  "{\"x\":\"a\nb\"}"};
  for (size_t i = 0; i < sizeof configs / sizeof *configs; i++)
    ocihooks_free(parse_config(configs[i], OCIHOOKS_ERR_INVALID_JSON));
}

static void faults_of_a_config_have_pointers_from_its_root(void)
{
  parse_config("{\n \"hooks\": {\"prestart\": [{\"path\": \"a\"}]}}", OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_HAS(test_message, "/hooks/prestart/0/path (line 2, column 34) must be an absolute path, not \"a\"");
  parse_config("{\"hooks\":[]}", OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_HAS(test_message, "/hooks (line 1, column 10) must be an object, not []");
  parse_config("[]", OCIHOOKS_ERR_INVALID_HOOKS);
  parse_config("{\"hooks\":{},\"hooks\":{}}", OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_HAS(test_message, "/hooks (line 1, column 21)");
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(phases_are_written_in_lifecycle_order_and_unknown_ones_behind_in_theirs);
  RUN(hooks_keep_their_order_and_equal_ones_stay_two);
  RUN(the_six_are_left_out_where_empty_and_null_is_as_absent);
  RUN(empty_lists_are_not_absent);
  RUN(environments_keep_order_duplicates_and_what_is_malformed);
  RUN(unknown_properties_of_a_hook_are_kept_in_their_order);
  RUN(numbers_are_kept_to_the_letter);
  RUN(text_is_kept_whatever_is_in_it);
  RUN(escaped_keys_are_the_keys_they_spell);
  RUN(an_unknown_list_of_valid_hooks_is_a_phase);
  RUN(any_other_unknown_member_is_kept_and_is_no_phase);
  RUN(of_a_config_only_the_hooks_are_looked_at);
  RUN(a_config_without_hooks_gives_an_empty_map);
  RUN(the_rest_of_a_config_has_to_be_json);
  RUN(faults_of_a_config_have_pointers_from_its_root);
  return test_end();
}
