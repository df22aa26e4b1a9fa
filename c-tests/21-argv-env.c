/* A hook's argument vector and environment. */
#include "test.h"

#include "helpers.h"

/* Set for this program when it runs as a hook that prints its argument vector. */
#define ROLE "OCIHOOKS_TEST_ROLE"

extern char **environ;

static ocihooks_report *report;

/* Runs one hook and returns its output. The caller frees it. */
static char *output_of(const char *path, const char *const *args, const char *const *env, size_t *size)
{
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "prestart", path, args, env, 0, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  *size = (size_t)ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
  return output;
}

/* Compares bytes with NULs in them. */
static void check_bytes(char *actual, size_t size, const char *expected, size_t expected_size)
{
  CHECK_INT(size, expected_size);
  CHECK(size == expected_size && memcmp(actual, expected, size) == 0);
  free(actual);
}

/* /bin/cat shows its argument vector, whatever argv[0] is. */
#define CMDLINE "/proc/self/cmdline"
#define ENVIRON "/proc/self/environ"

static void args_are_the_whole_vector_argv0_included(void)
{
  static const char expected[] = "another name\0" CMDLINE;
  const char *args[] = {"another name", CMDLINE, NULL};
  size_t size;
  char *output = output_of("/bin/cat", args, NULL, &size);
  check_bytes(output, size, expected, sizeof expected);
}

static void arguments_are_passed_to_the_letter(void)
{
  ocihooks *hooks = test_parse(
    "{\"prestart\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"printf '<%s>' \\\"$@\\\"\",\"\",\" a  b\","
    "\"$HOME\",\"*\",\"\",\"\\n\",\"\\u00e9\",\"'\\\"\\\\\"]}]}");
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, NULL, 0), OCIHOOKS_OK);
  CHECK_OWN(test_output(report, 0, OCIHOOKS_STDOUT), "< a  b><$HOME><*><><\n><\xc3\xa9><'\"\\>");
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void args_absent_or_empty_are_the_path_alone(void)
{
  const char *none[] = {NULL}, *const * both[] = {NULL, none}; /* field note 15 */
  char expected[4200];
  snprintf(expected, sizeof expected, "1 %s\n", own_path());
  setenv(ROLE, "argv", 1);
  for (size_t i = 0; i < 2; i++) {
    size_t size;
    char *output = output_of(own_path(), both[i], NULL, &size);
    check_bytes(output, size, expected, strlen(expected));
  }
  unsetenv(ROLE);
}

static void an_absent_env_is_the_callers(void)
{
  static char expected[256 * 1024];
  const char *args[] = {"cat", ENVIRON, NULL};
  setenv("OCIHOOKS_TEST", "of the caller", 1);
  size_t size = 0, place = 0;
  for (char **entry = environ; *entry != NULL; entry++) {
    strcpy(expected + place, *entry);
    place += strlen(*entry) + 1;
  }
  char *output = output_of("/bin/cat", args, NULL, &size);
  check_bytes(output, size, expected, place);
  unsetenv("OCIHOOKS_TEST");
}

static void an_empty_env_is_empty(void)
{
  const char *args[] = {"cat", ENVIRON, NULL}, *none[] = {NULL};
  size_t size;
  char *output = output_of("/bin/cat", args, none, &size);
  check_bytes(output, size, "", 0);
}

static void an_env_keeps_order_duplicates_and_what_is_malformed(void)
{
  static const char expected[] = "B=1\0A=2\0B=3\0NOVALUE\0=x\0\0A=a=b\0A=\0\xc3\xa9= "; /* field note 12 */
  const char *args[] = {"cat", ENVIRON, NULL};
  const char *env[] = {"B=1", "A=2", "B=3", "NOVALUE", "=x", "", "A=a=b", "A=", "\xc3\xa9= ", NULL};
  size_t size;
  char *output = output_of("/bin/cat", args, env, &size);
  check_bytes(output, size, expected, sizeof expected);
}

static void an_environment_that_was_cleared_is_empty(void)
{
  const char *args[] = {"cat", ENVIRON, NULL};
  char **own = environ;
  size_t size;
  environ = NULL;
  char *output = output_of("/bin/cat", args, NULL, &size);
  environ = own;
  check_bytes(output, size, "", 0);
}

static void a_change_of_the_environment_between_runs_is_seen(void)
{
  const char *args[] = {"sh", "-c", "echo $OCIHOOKS_TEST", NULL};
  size_t size;
  setenv("OCIHOOKS_TEST", "1", 1);
  CHECK_OWN(output_of("/bin/sh", args, NULL, &size), "1\n");
  setenv("OCIHOOKS_TEST", "2", 1);
  CHECK_OWN(output_of("/bin/sh", args, NULL, &size), "2\n");
  unsetenv("OCIHOOKS_TEST");
}

static void path_is_not_searched(void)
{
  /* field note 13: neither the hook's PATH, nor the caller's, nor the working directory is searched */
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/true\",\"env\":[\"PATH=/bin\"]}]}");
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_ERR_SPAWN);
  CHECK_INT(ocihooks_add_command(hooks, "prestart", "true", NULL, NULL, 0, NULL, 0), OCIHOOKS_ERR_INVALID_HOOKS);
  ocihooks_free(hooks);
}

int main(int argc, char **argv)
{
  if (getenv(ROLE) != NULL)
    return printf("%d %s\n", argc, argv[0]) < 0;
  alarm(TEST_SECONDS);
  RUN(args_are_the_whole_vector_argv0_included);
  RUN(arguments_are_passed_to_the_letter);
  RUN(args_absent_or_empty_are_the_path_alone);
  RUN(an_absent_env_is_the_callers);
  RUN(an_empty_env_is_empty);
  RUN(an_env_keeps_order_duplicates_and_what_is_malformed);
  RUN(an_environment_that_was_cleared_is_empty);
  RUN(a_change_of_the_environment_between_runs_is_seen);
  RUN(path_is_not_searched);
  return test_end();
}
