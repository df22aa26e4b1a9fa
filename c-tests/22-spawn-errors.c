/* A hook that can't be executed is reported with its errno, never as "exit code 127". */
#include "test.h"

#include "helpers.h"

/* Runs a hook that can't be executed, with another behind it, and checks the whole report. */
static void check_spawn_error_with(const char *path, const char *const *args, int expected, const char *obstacle)
{
  char message[8192];
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/bin/true\"}]}");
  ocihooks_report *report = NULL;
  const int descriptors = open_descriptors();
  CHECK_INT(ocihooks_add_command(hooks, "prestart", path, args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_command(hooks, "prestart", "/bin/true", NULL, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_ERR_SPAWN);
  CHECK(has_no_child());
  CHECK_INT(open_descriptors(), descriptors);
  snprintf(message, sizeof message, "error running prestart hook #1: %s: could not be executed: %s (errno %d)%s", path,
           strerror(expected), expected, obstacle);
  CHECK_TEXT(test_message, message);
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_SPAWN_FAILED);
  CHECK_INT(ocihooks_report_hook_errno(report, 1), expected);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 1), -1);
  CHECK_INT(ocihooks_report_hook_outcome(report, 2), OCIHOOKS_OUTCOME_SKIPPED);
  snprintf(message, sizeof message, "\"outcome\":\"spawnFailed\",\"errno\":%d,", expected);
  CHECK_OWN_HAS(report_json_of(report), message);
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

static void check_spawn_error(const char *path, int expected)
{
  check_spawn_error_with(path, NULL, expected, "");
}

static void a_missing_path(void)
{
  check_spawn_error("/nonexistent/hook", ENOENT); /* field note 7 */
  check_spawn_error(place_path("missing"), ENOENT);
  check_spawn_error("/bin/true ", ENOENT);
}

static void a_file_that_may_not_be_executed(void)
{
  check_spawn_error_with(place_write("plain", "#!/bin/sh\nexit 0\n", 0644), NULL, EACCES,
                         ": its mode permits nobody to execute it");
}

static void a_directory(void)
{
  check_spawn_error_with("/", NULL, EACCES, ": it is a directory");
  check_spawn_error_with(place, NULL, EACCES, ": it is a directory");
}

static void a_device(void)
{
  check_spawn_error_with("/dev/null", NULL, EACCES, ": it is not a regular file");
}

static void a_script_whose_interpreter_is_missing(void)
{
  check_spawn_error_with(place_write("orphan", "#!/nonexistent/interpreter\nexit 0\n", 0755), NULL, ENOENT,
                         ": its interpreter is missing");
}

static void a_file_that_is_no_program(void)
{
  /* A shell would run it as a script. execve and the library do not. */
  check_spawn_error(place_write("text", "exit 0\n", 0755), ENOEXEC);
  check_spawn_error(place_write("empty", "", 0755), ENOEXEC);
}

static void a_file_that_is_open_for_writing(void)
{
  char busy[512];
  snprintf(busy, sizeof busy, "%s", place_write("busy", "#!/bin/sh\nexit 0\n", 0755));
  const int fd = open(busy, O_WRONLY | O_CLOEXEC);
  check_spawn_error(busy, ETXTBSY);
  close(fd);
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "prestart", busy, NULL, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  ocihooks_free(hooks);
}

static void arguments_beyond_what_the_kernel_takes(void)
{
  enum { HUGE = 8 << 20 };
  char *argument = malloc(HUGE + 1);
  memset(argument, 'x', HUGE);
  argument[HUGE] = '\0';
  const char *args[] = {"true", argument, NULL};
  check_spawn_error_with("/bin/true", args, E2BIG, "");
  free(argument);
}

static void a_link_to_itself(void)
{
  char loop[512];
  snprintf(loop, sizeof loop, "%s", place_path("loop"));
  CHECK_INT(symlink(loop, loop), 0);
  check_spawn_error(loop, ELOOP);
}

static void a_name_that_is_too_long(void)
{
  char path[6000] = "/";
  memset(path + 1, 'x', 300);
  path[301] = '\0';
  check_spawn_error(path, ENAMETOOLONG);
  for (size_t i = 0; i < sizeof path - 1; i++)
    path[i] = i % 2 == 0 ? '/' : 'x';
  path[sizeof path - 1] = '\0';
  check_spawn_error(path, ENAMETOOLONG);
}

static void a_path_through_a_file(void)
{
  check_spawn_error("/dev/null/hook", ENOTDIR);
  char path[600];
  snprintf(path, sizeof path, "%s/", place_write("script", "#!/bin/sh\nexit 0\n", 0755));
  check_spawn_error(path, ENOTDIR);
}

static void an_interpreter_that_is_a_script_in_a_circle(void)
{
  char first[512], text[600];
  snprintf(first, sizeof first, "%s", place_path("first"));
  snprintf(text, sizeof text, "#!%s\n", first);
  place_write("second", text, 0755);
  snprintf(text, sizeof text, "#!%s\n", place_path("second"));
  place_write("first", text, 0755);
  check_spawn_error(first, ELOOP);
}

static void a_hook_that_exits_with_127_or_126_is_no_such_case(void)
{
  for (int status = 126; status <= 127; status++) {
    char script[32], expected[128];
    ocihooks_report *report = NULL;
    snprintf(script, sizeof script, "exit %d", status);
    snprintf(expected, sizeof expected, "error running createRuntime hook #0: /bin/sh: exited with status %d", status);
    CHECK_INT(test_shell(script, 0, NULL, &report), OCIHOOKS_ERR_EXIT);
    CHECK_TEXT(test_message, expected);
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
    CHECK_INT(ocihooks_report_hook_exit_code(report, 0), status);
    CHECK_INT(ocihooks_report_hook_errno(report, 0), 0);
    ocihooks_report_free(report);
  }
}

static void a_thousand_failures_leave_nothing_behind(void)
{
  ocihooks *hooks = test_parse("{\"prestart\":[{\"path\":\"/nonexistent\",\"timeout\":5}]}");
  const int descriptors = open_descriptors();
  for (int times = 0; times < 1000; times++)
    CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_ERR_SPAWN);
  CHECK_INT(open_descriptors(), descriptors);
  CHECK(has_no_child());
  ocihooks_free(hooks);
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  RUN(a_missing_path);
  RUN(a_file_that_may_not_be_executed);
  RUN(a_directory);
  RUN(a_device);
  RUN(a_script_whose_interpreter_is_missing);
  RUN(a_file_that_is_no_program);
  RUN(a_file_that_is_open_for_writing);
  RUN(arguments_beyond_what_the_kernel_takes);
  RUN(a_link_to_itself);
  RUN(a_name_that_is_too_long);
  RUN(a_path_through_a_file);
  RUN(an_interpreter_that_is_a_script_in_a_circle);
  RUN(a_hook_that_exits_with_127_or_126_is_no_such_case);
  RUN(a_thousand_failures_leave_nothing_behind);
  return test_end();
}
