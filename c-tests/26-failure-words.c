/* The details of a failure: the hook's last lines, hints for an errno, core dumps, the warnings' hooks. */
#include "test.h"

#include "helpers.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

static ocihooks_report *report;

static void check_message(const char *script, const char *ending)
{
  char expected[1024];
  snprintf(expected, sizeof expected, "error running createRuntime hook #0: /bin/sh: %s", ending);
  CHECK(test_shell(script, 10, NULL, &report) != OCIHOOKS_OK);
  CHECK_TEXT(test_message, expected);
  ocihooks_report_free(report);
}

static void the_last_four_lines_join_the_message(void)
{
  check_message("printf 'a\\nb\\nc\\n\\nd\\n \\ne\\n' >&2; exit 1", "exited with status 1: b | c | d | e");
  check_message("echo the cause >&2; echo exit status 2 >&2; exit 1",
                "exited with status 1: the cause | exit status 2");
}

static void the_lines_have_512_bytes_together(void)
{
  char expected[1024];
  size_t begin = (size_t)snprintf(expected, sizeof expected, "exited with status 1: ");
  memset(expected + begin, 'x', 508);
  strcpy(expected + begin + 508, "... | last");
  check_message("head -c 60000 /dev/zero | tr '\\0' x >&2; printf '\\nlast\\n' >&2; exit 1", expected + 0);
}

static void stdout_stands_in_for_a_blank_stderr(void)
{
  check_message("echo said on stdout; exit 1", "exited with status 1: said on stdout");
  check_message("echo said on stdout; echo >&2; exit 1", "exited with status 1: said on stdout");
  check_message("echo said on stdout; echo here >&2; exit 1", "exited with status 1: here");
}

static void check_spawn(const char *path, const char *ending)
{
  char expected[1024];
  ocihooks *hooks = test_parse("{}");
  snprintf(expected, sizeof expected, "error running prestart hook #0: %s: could not be executed: %s", path, ending);
  CHECK_INT(ocihooks_add_command(hooks, "prestart", path, NULL, NULL, 5, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_ERR_SPAWN);
  CHECK_TEXT(test_message, expected);
  ocihooks_free(hooks);
}

#define MISSING "No such file or directory (errno 2)"
#define DENIED "Permission denied (errno 13)"

static void a_missing_file_and_a_missing_interpreter_differ(void)
{
  check_spawn(place_path("missing"), MISSING);
  check_spawn(place_write("orphan", "#!/nonexistent/interpreter\n", 0755), MISSING ": its interpreter is missing");
  check_spawn(place_write("dos", "#!/bin/sh\r\nexit 0\r\n", 0755),
              MISSING ": its interpreter is missing, since its first line ends with a carriage return");
  check_spawn(place_write("denied", "#!/etc/passwd\n", 0755), DENIED ": its interpreter may not be executed");
}

static void a_mode_a_directory_a_device_and_noexec_differ(void)
{
  check_spawn(place_write("plain", "#!/bin/sh\n", 0644), DENIED ": its mode permits nobody to execute it");
  check_spawn(place, DENIED ": it is a directory");
  check_spawn("/dev/null", DENIED ": it is not a regular file");
}

static void on_a_mount_with_noexec(void)
{
  char path[512];
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("none", place, "tmpfs", MS_NOEXEC, NULL) != 0)
    SKIP("no mount namespace permitted");
  snprintf(path, sizeof path, "%s", place_write("script", "#!/bin/sh\nexit 0\n", 0755));
  check_spawn(path, DENIED ": it lies on a mount with noexec");
}

static void a_mount_with_noexec_is_told(void)
{
  const pid_t child = fork();
  if (child == 0) {
    on_a_mount_with_noexec();
    _exit(test_failures_of_case != 0);
  }
  int status = -1;
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK_INT(status, 0);
}

static void args_that_begin_with_an_option_get_a_hint(void)
{
  const char *const args[] = {"-v", NULL};
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "prestart", "/bin/false", args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_run(hooks, "prestart", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_ERR_EXIT);
  CHECK_TEXT(test_message, "error running prestart hook #0: /bin/false: exited with status 1 (args[0] is \"-v\", where "
                           "the program's name belongs)");
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

/* Only the kernel knows whether a core was dumped, because the pattern may name a program or an unwritable place. */
static int dumps_core(void)
{
  const pid_t child = fork();
  if (child == 0) {
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CORE, &unlimited);
    if (chdir(place) == 0)
      abort();
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WCOREDUMP(status) != 0;
}

static void a_core_dump_is_told(void)
{
  char text[256];
  ocihooks_runner *runner = NULL;
  CHECK_INT(test_shell("kill -SEGV $$", 0, NULL, &report), OCIHOOKS_ERR_SIGNAL);
  const int without_asking = ocihooks_report_hook_core_dumped(report, 0);
  ocihooks_report_free(report);
  if (!dumps_core())
    SKIP("no core is dumped here");
  CHECK(without_asking == 0 || without_asking == 1);
  CHECK_INT(ocihooks_runner_new(&runner, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_cwd(runner, place, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_CORE, UINT64_MAX, UINT64_MAX, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("kill -SEGV $$", 0, runner, &report), OCIHOOKS_ERR_SIGNAL);
  CHECK_INT(ocihooks_report_hook_core_dumped(report, 0), 1);
  ocihooks_report_hook_message(report, 0, text, sizeof text);
  CHECK_TEXT(text, "killed by signal 11 (SIGSEGV), core dumped");
  ocihooks_report_free(report);
  ocihooks_runner_free(runner);
}

/* The state is odd, the second and the fourth hook fail. */
static void a_warning_names_its_hook_and_its_kind(void)
{
  char text[512], warning[512];
  ocihooks *hooks = test_parse("{\"poststop\":[{\"path\":\"/bin/true\"},{\"path\":\"/bin/false\"},"
                               "{\"path\":\"/bin/true\"},{\"path\":\"/nonexistent\"}]}");
  CHECK_INT(ocihooks_run(hooks, "poststop", STATE, strlen(STATE), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_warning_count(report), 3);
  static const int hooks_of[] = {-1, 1, 3, -1};
  static const int kinds[] = {OCIHOOKS_WARNING_STATE, OCIHOOKS_WARNING_HOOK_FAILED, OCIHOOKS_WARNING_HOOK_FAILED, -1};
  for (size_t i = 0; i < 4; i++) {
    CHECK_INT(ocihooks_report_warning_hook(report, i), hooks_of[i]);
    CHECK_INT(ocihooks_report_warning_kind(report, i), kinds[i]);
  }
  for (size_t i = 0; i < 5; i++) {
    CHECK_INT(ocihooks_report_hook_failed(report, i), i == 1 || i == 3);
    ocihooks_report_hook_error(report, i, text, sizeof text);
    ocihooks_report_warning(report, i == 1 ? 1 : 2, warning, sizeof warning);
    CHECK_TEXT(text, i == 1 || i == 3 ? warning : "");
  }
  CHECK_INT(ocihooks_report_warning_hook(NULL, 0), -1);
  CHECK_INT(ocihooks_report_warning_kind(NULL, 0), -1);
  CHECK_INT(ocihooks_report_hook_failed(NULL, 0), 0);
  CHECK_INT(ocihooks_report_hook_core_dumped(NULL, 0), 0);
  CHECK_INT(ocihooks_report_hook_error(NULL, 0, text, sizeof text), 0);
  CHECK_TEXT(text, "");
  ocihooks_report_free(report);
  ocihooks_free(hooks);
}

int main(void)
{
  alarm(TEST_SECONDS);
  place_make();
  RUN(the_last_four_lines_join_the_message);
  RUN(the_lines_have_512_bytes_together);
  RUN(stdout_stands_in_for_a_blank_stderr);
  RUN(a_missing_file_and_a_missing_interpreter_differ);
  RUN(a_mode_a_directory_a_device_and_noexec_differ);
  RUN(a_mount_with_noexec_is_told);
  RUN(args_that_begin_with_an_option_get_a_hint);
  RUN(a_core_dump_is_told);
  RUN(a_warning_names_its_hook_and_its_kind);
  return test_end();
}
