/* Hooks that the runtime-spec forbids are refused, and every violation is named by JSON pointer, line and column. */
#include "test.h"

#include "helpers.h"

static void check_code(const char *json, int expected)
{
  int marker;
  ocihooks *hooks = (ocihooks *)(void *)&marker; /* to be set to NULL by a failure */
  int code = ocihooks_parse(json, strlen(json), &hooks, test_message, sizeof test_message);
  CHECK_INT(code, expected);
  if (code != expected)
    printf("  of %s: %s\n", json, test_message);
  CHECK((hooks == NULL) == (code != OCIHOOKS_OK));
  CHECK((*test_message == '\0') == (code == OCIHOOKS_OK));
  if (code == OCIHOOKS_OK)
    ocihooks_free(hooks);
}

/* A document that the spec forbids, and the message that it must give. */
static void check_fault(const char *json, const char *part)
{
  check_code(json, OCIHOOKS_ERR_INVALID_HOOKS);
  CHECK_HAS(test_message, part);
}

/* The same for a hook with one property of that value. */
static void check_property(const char *name, const char *value, const char *pointer)
{
  char json[512], part[128];
  const char *path = strcmp(name, "path") == 0 ? "" : "\"path\":\"/a\",";
  snprintf(json, sizeof json, "{\"poststart\":[{%s\"%s\":%s}]}", path, name, value);
  snprintf(part, sizeof part, "/poststart/0/%s (line 1, column ", pointer);
  check_fault(json, part);
}

static void hooks_are_an_object_of_lists_of_objects(void)
{
  static const char *scalars[] = {"17", "\"x\"", "true", "1.5"};
  check_fault("[]", "the document (line 1, column 1) must be an object, not []");
  check_fault("{\"prestart\":{}}", "/prestart (line 1, column 13) must be an array of hooks, not {}");
  check_fault("{\"prestart\":[[]]}", "/prestart/0 (line 1, column 14) must be an object, not []");
  check_fault("{\"prestart\":[null]}", "/prestart/0 (line 1, column 14) must be an object");
  for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
    char json[64];
    check_fault(scalars[i], "the document");
    snprintf(json, sizeof json, "{\"poststop\":%s}", scalars[i]);
    check_fault(json, "/poststop ");
    snprintf(json, sizeof json, "{\"poststop\":[{\"path\":\"/a\"},%s]}", scalars[i]);
    check_fault(json, "/poststop/1 ");
  }
}

static void every_known_phase_is_checked(void)
{
  for (size_t phase = 0; phase < ocihooks_phase_count(); phase++) {
    char json[128], part[128];
    snprintf(json, sizeof json, "{\"%s\":[{\"path\":\"/a\"},{}]}", ocihooks_phase_name(phase));
    snprintf(part, sizeof part, "/%s/1/path", ocihooks_phase_name(phase));
    check_fault(json, part);
  }
}

static void a_path_is_there_and_absolute(void)
{
  check_fault("{\"prestart\":[{}]}", "/prestart/0/path (line 1, column 14) must be there");
  check_fault("{\"prestart\":[{\"path\":\"\"}]}", "/prestart/0/path (line 1, column 22) must not be empty");
  check_fault("{\"prestart\":[{\"path\":\"true\"}]}",
              "/prestart/0/path (line 1, column 22) must be an absolute path, not \"true\"");
  static const char *bad[] = {"null", "1", "[]", "{}", "false", "\"./a\"", "\"../a\"", "\" /a\""};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    check_property("path", bad[i], "path");
}

static void args_and_env_are_lists_of_strings(void)
{
  static const char *names[] = {"args", "env"}, *bad[] = {"\"x\"", "{}", "1", "true"},
                    *bad_elements[] = {"1", "null", "[]", "{}", "false"};
  for (size_t name = 0; name < 2; name++) {
    char value[64], pointer[32];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
      check_property(names[name], bad[i], names[name]);
    for (size_t i = 0; i < sizeof bad_elements / sizeof *bad_elements; i++) {
      snprintf(value, sizeof value, "[\"a\",%s]", bad_elements[i]);
      snprintf(pointer, sizeof pointer, "%s/1", names[name]);
      check_property(names[name], value, pointer);
    }
  }
}

static void a_timeout_is_an_integer_that_a_c_int_holds(void)
{
  static const char *bad[] = {"0",
                              "-1",
                              "-0",
                              "1.5",
                              "5.0",
                              "5e0",
                              "\"5\"",
                              "true",
                              "[]",
                              "{}",
                              "2147483648", /* field notes 6, 18 */
                              "4294967296",
                              "4294967297",
                              "9223372036854775808",
                              "18446744073709551617",
                              "99999999999999999999"};
  static const char *good[] = {"1", "2147483647", "null"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    check_property("timeout", bad[i], "timeout");
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    char json[128];
    snprintf(json, sizeof json, "{\"prestart\":[{\"path\":\"/a\",\"timeout\":%s}]}", good[i]);
    check_code(json, OCIHOOKS_OK);
  }
}

static void no_text_for_execve_has_a_nul(void)
{
  check_property("path", "\"/a\\u0000b\"", "path");
  CHECK_HAS(test_message, "must not contain a NUL");
  check_property("args", "[\"a\",\"\\u0000\"]", "args/1");
  CHECK_HAS(test_message, "must not contain a NUL");
  check_property("env", "[\"A=\\u0000\"]", "env/0");
  CHECK_HAS(test_message, "must not contain a NUL");
}

static void half_a_surrogate_pair_is_no_text(void)
{
  check_property("path", "\"/\\ud800\"", "path");
  check_property("path", "\"/\\udc00\"", "path");
  check_property("path", "\"/\\ud800\\u0041\"", "path");
  check_property("args", "[\"\\udbff\"]", "args/0");
  check_property("env", "[\"\\udfff\\ud800\"]", "env/0");
  check_code("{\"prestart\":[{\"path\":\"/\\ud83d\\ude00\"}]}", OCIHOOKS_OK);
}

static void five_faults_are_all_named_with_their_places(void)
{
  check_fault("{\n"
              "  \"prestart\": [{\"path\": \"/a\", \"timeout\": 0}, {\"args\": []}],\n"
              "  \"createRuntime\": {},\n"
              "\n"
              "  \"poststop\": [\n"
              "    {\"path\": \"b\",\n"
              "     \"env\": [\"A=1\", 2]}]\n"
              "}",
              "");
  CHECK_HAS(test_message, "/prestart/0/timeout (line 2, column 42) must be greater than zero, not 0");
  CHECK_HAS(test_message, "/prestart/1/path (line 2, column 46) must be there");
  CHECK_HAS(test_message, "/createRuntime (line 3, column 20) must be an array of hooks, not {}");
  CHECK_HAS(test_message, "/poststop/0/path (line 6, column 14) must be an absolute path, not \"b\"");
  CHECK_HAS(test_message, "/poststop/0/env/1 (line 7, column 21) must be a string, not 2");
  CHECK(strlen(test_message) < 1024); /* a usual buffer */
}

static void keys_that_stand_twice_are_named(void)
{
  check_fault("{\"prestart\":[],\n\"prestart\":[]}", "/prestart (line 2, column 12) must not be there twice");
  check_fault("{\"own\":1,\"own\":1}", "/own (line 1, column 16) must not be there twice");
  check_fault("{\"prestart\":[{\"path\":\"/a\",\"path\":\"/a\"}]}",
              "/prestart/0/path (line 1, column 34) must not be there twice");
  check_fault("{\"prestart\":[{\"path\":\"/a\",\"x\":1,\"x\":2}]}",
              "/prestart/0/x (line 1, column 37) must not be there twice");
  check_fault("{\"ab\":1,\"\\u0061b\":2}", "/ab (line 1, column 19) must not be there twice");
}

static void pointers_are_escaped(void)
{
  check_fault("{\"a/b~c\":1,\"a/b~c\":1}", "/a~1b~0c (line 1, column 20)");
}

static void a_long_value_is_shortened_in_the_message(void)
{
  char json[4096] = "{\"prestart\":[{\"path\":\"";
  for (size_t i = 0; i < 500; i++)
    strcat(json, "\xc3\xa4\xc3\xb6");
  strcat(json, "\"}]}");
  check_fault(json, "/prestart/0/path");
  CHECK_HAS(test_message, "...");
  CHECK(strlen(test_message) < 400);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(hooks_are_an_object_of_lists_of_objects);
  RUN(every_known_phase_is_checked);
  RUN(a_path_is_there_and_absolute);
  RUN(args_and_env_are_lists_of_strings);
  RUN(a_timeout_is_an_integer_that_a_c_int_holds);
  RUN(no_text_for_execve_has_a_nul);
  RUN(half_a_surrogate_pair_is_no_text);
  RUN(five_faults_are_all_named_with_their_places);
  RUN(keys_that_stand_twice_are_named);
  RUN(pointers_are_escaped);
  RUN(a_long_value_is_shortened_in_the_message);
  return test_end();
}
