/* The runner's options for the hook's process: directory, environment, phase variable, limits, privileges. */
#include "fork.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char directory[] = "/tmp/ocihooks-test-XXXXXX";

/* Runs `script` with the runner, and compares its stdout. */
static void check_stdout(ocihooks_runner *runner, const char *script, const char *expected)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell(script, 10, runner, &report), OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, expected);
  ocihooks_report_free(report);
}

static void a_hook_starts_in_the_callers_directory(void)
{
  char expected[4096] = "";
  CHECK(getcwd(expected, sizeof expected - 1) != NULL);
  strcat(expected, "\n");
  check_stdout(NULL, "pwd -P", expected);
}

static void a_hook_starts_in_the_directory_that_is_set(void)
{
  ocihooks_runner *runner = new_runner();
  char expected[64], before[4096], after[4096];
  snprintf(expected, sizeof expected, "%s\n", directory);
  CHECK(getcwd(before, sizeof before) != NULL);
  CHECK_INT(ocihooks_runner_set_cwd(runner, directory, NULL, 0), OCIHOOKS_OK);
  check_stdout(runner, "pwd -P", expected);
  CHECK(getcwd(after, sizeof after) != NULL);
  CHECK_TEXT(after, before);
  CHECK_INT(ocihooks_runner_set_cwd(runner, NULL, NULL, 0), OCIHOOKS_OK);
  snprintf(expected, sizeof expected, "%s\n", directory);
  strcat(before, "\n");
  check_stdout(runner, "pwd -P", before);
  ocihooks_runner_free(runner);
}

/* field note 7 */
static void a_directory_that_is_missing_is_a_spawn_error_with_errno_and_words(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_cwd(runner, "/nowhere/at/all", NULL, 0), OCIHOOKS_OK);
  /* Not a matter of permission, so it is never ignored. */
  CHECK_INT(ocihooks_runner_set_cwd_may_fail(runner, 1, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("exit 0", 10, runner, &report), OCIHOOKS_ERR_SPAWN);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: could not enter its working directory: "
                           "No such file or directory (errno 2)");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SPAWN_FAILED);
  CHECK_INT(ocihooks_report_hook_errno(report, 0), ENOENT);
  CHECK(no_children());
  free_all(NULL, runner, report);
}

/* Root enters any directory, so this case needs another user. */
static void as_nobody_in_a_closed_directory(void)
{
  if (!become_nobody() && access(directory, X_OK) == 0)
    SKIP("can't become a user without access to the directory");
  CHECK_INT(chdir("/"), 0);
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_cwd(runner, directory, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("exit 0", 10, runner, &report), OCIHOOKS_ERR_SPAWN);
  CHECK_INT(ocihooks_report_hook_errno(report, 0), EACCES);
  CHECK_HAS(test_message, "could not enter its working directory: Permission denied (errno 13)");
  CHECK_INT(ocihooks_runner_set_cwd_may_fail(runner, 1, NULL, 0), OCIHOOKS_OK);
  check_stdout(runner, "pwd -P", "/\n");
  CHECK_INT(ocihooks_runner_set_cwd_may_fail(runner, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("exit 0", 10, runner, NULL), OCIHOOKS_ERR_SPAWN);
  free_all(NULL, runner, report);
}

static void a_directory_without_permission_fails_unless_it_may(void)
{
  CHECK_INT(chmod(directory, 0), 0);
  in_child(as_nobody_in_a_closed_directory);
  CHECK_INT(chmod(directory, 0700), 0);
}

/* /usr/bin/env instead of a shell, because a shell adds variables. */
static void check_environment(ocihooks_runner *runner, const char *part, const char *absent)
{
  static const char HOOKS[] = "{\"poststart\":[{\"path\":\"/usr/bin/env\"}]}";
  ocihooks_report *report = NULL;
  CHECK_INT(test_run(HOOKS, "poststart", runner, &report), OCIHOOKS_OK);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  CHECK_HAS(output, part);
  CHECK(absent == NULL || strstr(output, absent) == NULL);
  free(output);
  ocihooks_report_free(report);
}

static void the_environment_is_inherited_or_not(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(setenv("LD_OCIHOOKS_TEST", "loader", 1), 0);
  CHECK_INT(setenv("OCIHOOKS_TEST", "kept LD_A=b", 1), 0);
  check_environment(NULL, "LD_OCIHOOKS_TEST=loader\n", NULL);
  check_environment(runner, "LD_OCIHOOKS_TEST=loader\n", NULL);
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER, NULL, NULL, 0),
            OCIHOOKS_OK);
  check_environment(runner, "OCIHOOKS_TEST=kept LD_A=b\n", "LD_OCIHOOKS_TEST");
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_INHERIT, NULL, NULL, 0), OCIHOOKS_OK);
  check_environment(runner, "LD_OCIHOOKS_TEST=loader\n", NULL);
  CHECK_TEXT(getenv("LD_OCIHOOKS_TEST"), "loader");
  CHECK_INT(unsetenv("LD_OCIHOOKS_TEST"), 0);
  CHECK_INT(unsetenv("OCIHOOKS_TEST"), 0);
  ocihooks_runner_free(runner);
}

static void check_whole_environment(ocihooks_runner *runner, const char *hook, const char *phase, const char *expected)
{
  char json[256];
  ocihooks_report *report = NULL;
  snprintf(json, sizeof json, "{\"%s\":[%s]}", phase, hook);
  CHECK_INT(test_run(json, phase, runner, &report), OCIHOOKS_OK);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, expected);
  ocihooks_report_free(report);
}

#define ENV_HOOK "{\"path\":\"/usr/bin/env\"}"
#define ENV_HOOK_WITH(list) "{\"path\":\"/usr/bin/env\",\"env\":" list "}"

/* field note 12 */
static void a_list_is_passed_as_it_is_with_order_and_duplicates(void)
{
  static const char *const LIST[] = {"Z=1", "A=2", "Z=3", "EMPTY=", NULL};
  static const char *const NOTHING[] = {NULL};
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_LIST, LIST, NULL, 0), OCIHOOKS_OK);
  check_whole_environment(runner, ENV_HOOK, "prestart", "Z=1\nA=2\nZ=3\nEMPTY=\n");
  check_whole_environment(runner, ENV_HOOK_WITH("[\"H=own\"]"), "prestart", "H=own\n");
  check_whole_environment(runner, ENV_HOOK_WITH("[]"), "prestart", "");
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_LIST, NOTHING, NULL, 0), OCIHOOKS_OK);
  check_whole_environment(runner, ENV_HOOK, "prestart", "");
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_LIST, NULL, NULL, 0), OCIHOOKS_OK);
  check_whole_environment(runner, ENV_HOOK, "prestart", "");
  ocihooks_runner_free(runner);
}

static void the_phase_variable_tells_the_phase_and_keeps_an_explicit_one(void)
{
  static const char *const EXPLICIT[] = {"PHASE=mine", NULL};
  static const char *const OTHER[] = {"PHASEX=x", "A=PHASE=", NULL};
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_phase_variable(runner, "PHASE", NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_LIST, OTHER, NULL, 0), OCIHOOKS_OK);
  check_whole_environment(runner, ENV_HOOK, "poststart", "PHASEX=x\nA=PHASE=\nPHASE=poststart\n");
  check_whole_environment(runner, ENV_HOOK_WITH("[]"), "vendor.phase", "PHASE=vendor.phase\n");
  check_whole_environment(runner, ENV_HOOK_WITH("[\"PHASE=own\"]"), "poststart", "PHASE=own\n");
  CHECK_INT(ocihooks_runner_set_environment(runner, OCIHOOKS_ENVIRONMENT_LIST, EXPLICIT, NULL, 0), OCIHOOKS_OK);
  check_whole_environment(runner, ENV_HOOK, "poststart", "PHASE=mine\n");
  CHECK_INT(ocihooks_runner_set_phase_variable(runner, NULL, NULL, 0), OCIHOOKS_OK);
  check_whole_environment(runner, ENV_HOOK_WITH("[]"), "poststart", "");
  ocihooks_runner_free(runner);
}

static void the_phase_variable_replaces_an_inherited_one(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(setenv("OCIHOOKS_PHASE", "stale", 1), 0);
  CHECK_INT(ocihooks_runner_set_phase_variable(runner, "OCIHOOKS_PHASE", NULL, 0), OCIHOOKS_OK);
  check_environment(runner, "OCIHOOKS_PHASE=poststart\n", "OCIHOOKS_PHASE=stale");
  check_environment(runner, "PATH=", NULL);
  CHECK_TEXT(getenv("OCIHOOKS_PHASE"), "stale");
  CHECK_INT(unsetenv("OCIHOOKS_PHASE"), 0);
  ocihooks_runner_free(runner);
}

static void limits_are_the_hooks_and_not_the_callers(void)
{
  ocihooks_runner *runner = new_runner();
  struct rlimit before, after;
  CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_NOFILE, 33, 44, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_NOFILE, 55, 66, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_CPU, 77, 78, NULL, 0), OCIHOOKS_OK);
  check_stdout(runner, "ulimit -Sn; ulimit -Hn; ulimit -St", "55\n66\n77\n");
  CHECK_INT(getrlimit(RLIMIT_NOFILE, &after), 0);
  CHECK(before.rlim_cur == after.rlim_cur && before.rlim_max == after.rlim_max);
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_NOFILE, 66, 55, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  check_stdout(runner, "ulimit -Sn", "55\n");
  ocihooks_runner_free(runner);
}

/* Even root can't set an unlimited number of open files. */
static void a_limit_that_the_kernel_refuses_is_a_spawn_error(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_NOFILE, UINT64_MAX, UINT64_MAX, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("exit 0", 10, runner, &report), OCIHOOKS_ERR_SPAWN);
  CHECK_INT(ocihooks_report_hook_errno(report, 0), EPERM);
  CHECK_HAS(test_message, "could not be given its resource limits: Operation not permitted (errno 1)");
  free_all(NULL, runner, report);
}

static void no_new_privileges_is_set_in_the_hook_only(void)
{
  static const char SCRIPT[] = "while read key value; do case $key in NoNewPrivs:) echo $value;; esac; done "
                               "</proc/self/status";
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0)
    SKIP("this process has no_new_privs set");
  ocihooks_runner *runner = new_runner();
  check_stdout(runner, SCRIPT, "0\n");
  CHECK_INT(ocihooks_runner_set_no_new_privileges(runner, 1, NULL, 0), OCIHOOKS_OK);
  check_stdout(runner, SCRIPT, "1\n");
  CHECK_INT(ocihooks_runner_set_no_new_privileges(runner, 0, NULL, 0), OCIHOOKS_OK);
  check_stdout(runner, SCRIPT, "0\n");
  ocihooks_runner_free(runner);
}

static void bad_options_are_refused_and_change_nothing(void)
{
  ocihooks_runner *runner = new_runner();
  const char *name = "a=b";
  CHECK_INT(ocihooks_runner_set_cwd(NULL, "/", NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_cwd(runner, "\xff", NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_environment(runner, 7, NULL, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_phase_variable(runner, name, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_phase_variable(runner, "", NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_failure_policy(runner, 4, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_output(runner, 0, OCIHOOKS_OUTPUT_DISCARD, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_output(runner, OCIHOOKS_STDOUT, 4, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_output_fd(runner, OCIHOOKS_STDOUT, -1, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, -2, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, -2, NULL, 0), OCIHOOKS_ERR_INVALID_ARGUMENT);
  check_stdout(runner, "echo as before", "as before\n");
  ocihooks_runner_free(runner);
}

int main(void)
{
  alarm(TEST_SECONDS);
  if (mkdtemp(directory) == NULL)
    return 1;
  RUN(a_hook_starts_in_the_callers_directory);
  RUN(a_hook_starts_in_the_directory_that_is_set);
  RUN(a_directory_that_is_missing_is_a_spawn_error_with_errno_and_words);
  RUN(a_directory_without_permission_fails_unless_it_may);
  RUN(the_environment_is_inherited_or_not);
  RUN(a_list_is_passed_as_it_is_with_order_and_duplicates);
  RUN(the_phase_variable_tells_the_phase_and_keeps_an_explicit_one);
  RUN(the_phase_variable_replaces_an_inherited_one);
  RUN(limits_are_the_hooks_and_not_the_callers);
  RUN(a_limit_that_the_kernel_refuses_is_a_spawn_error);
  RUN(no_new_privileges_is_set_in_the_hook_only);
  RUN(bad_options_are_refused_and_change_nothing);
  rmdir(directory);
  return test_end();
}
