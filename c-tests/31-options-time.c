/* The runner's time options (default timeout, budget, grace), and the cancel descriptor. */
#include "fork.h"

#include <sys/eventfd.h>
#include <time.h>

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Hooks of a phase: one per script, up to NULL. */
static int run_scripts(const char *phase, const char *const *scripts, ocihooks_runner *runner, ocihooks_report **report)
{
  ocihooks *hooks = test_parse("{}");
  for (; *scripts != NULL; scripts++)
    test_add_shell(hooks, phase, *scripts, 0);
  int code = ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, report, test_message, sizeof test_message);
  ocihooks_free(hooks);
  return code;
}

static void a_default_limit_is_for_hooks_without_one(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 200, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("exec sleep 30", 0, runner, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK_TEXT(test_message, "error running createRuntime hook #0: /bin/sh: timed out after 0.2 s");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  free_all(NULL, runner, report);
}

static void a_hooks_own_limit_wins_over_the_default(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 100, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("sleep 0.5", 20, runner, NULL), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 60000, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("exec sleep 30", 1, runner, NULL), OCIHOOKS_ERR_TIMEOUT);
  CHECK_HAS(test_message, "timed out after 1 s");
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 0, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("sleep 0.2", 0, runner, NULL), OCIHOOKS_OK);
  ocihooks_runner_free(runner);
}

static void a_budget_ends_the_hook_that_runs_and_no_other_starts(void)
{
  static const char *const SCRIPTS[] = {"exit 0", "exec sleep 30", "exit 0", NULL};
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_budget_ms(runner, 400, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, 20000, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(run_scripts("createRuntime", SCRIPTS, runner, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK_HAS(test_message, "error running createRuntime hook #1: /bin/sh: timed out: ");
  CHECK_HAS(test_message, "budget of 0.4 s");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_INT(ocihooks_report_hook_outcome(report, 2), OCIHOOKS_OUTCOME_SKIPPED);
  CHECK_INT(ocihooks_report_hook_pid(report, 2), 0);
  CHECK(no_children());
  free_all(NULL, runner, report);
}

/* poststop continues after a failure, but its time is up. */
static void a_budget_starts_no_other_in_poststop_either(void)
{
  static const char *const SCRIPTS[] = {"exec sleep 30", "exec sleep 30", "exec sleep 30", NULL};
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  double started = now();
  CHECK_INT(ocihooks_runner_set_budget_ms(runner, 300, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(run_scripts("poststop", SCRIPTS, runner, &report), OCIHOOKS_OK);
  CHECK(now() - started < 20);
  CHECK(ocihooks_report_hook_pid(report, 0) > 0);
  for (size_t i = 1; i < 3; i++) {
    CHECK_INT(ocihooks_report_hook_pid(report, i), 0);
    CHECK(ocihooks_report_hook_outcome(report, i) != OCIHOOKS_OUTCOME_EXITED);
  }
  CHECK(ocihooks_report_warning_count(report) > 0);
  free_all(NULL, runner, report);
}

static void a_hook_that_ends_in_its_grace_has_timed_out(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_grace_ms(runner, 20000, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("trap 'echo cleaned; exit 0' TERM; while :; do sleep 0.1; done", 1, runner, &report),
            OCIHOOKS_ERR_TIMEOUT);
  CHECK_HAS(test_message, "timed out after 1 s");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), 0);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "cleaned\n");
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  ocihooks_report_free(report);
  CHECK_INT(test_shell("exec sleep 30", 1, runner, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGTERM);
  free_all(NULL, runner, report);
}

static void a_hook_that_ignores_sigterm_is_killed_after_its_grace(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_grace_ms(runner, 300, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("trap '' TERM; sleep 30; sleep 30", 1, runner, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  CHECK(ocihooks_report_duration_ns(report) >= 1300000000u);
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  CHECK(no_children());
  free_all(NULL, runner, report);
}

static void check_canceled_before(const char *phase, int fd)
{
  static const char *const SCRIPTS[] = {"exit 0", "exit 0", NULL};
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, fd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(run_scripts(phase, SCRIPTS, runner, &report), OCIHOOKS_ERR_CANCELED);
  CHECK_HAS(test_message, "canceled");
  for (size_t i = 0; i < 2; i++)
    CHECK_INT(ocihooks_report_hook_pid(report, i), 0);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_CANCELED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_SKIPPED);
  ocihooks_report_free(report);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, -1, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(run_scripts(phase, SCRIPTS, runner, NULL), OCIHOOKS_OK);
  ocihooks_runner_free(runner);
}

static void canceled_before_the_run_nothing_runs(void)
{
  uint64_t value = 0;
  int ends[2], event = eventfd(1, EFD_CLOEXEC);
  CHECK_INT(pipe(ends), 0);
  check_canceled_before("createRuntime", event);
  check_canceled_before("poststop", event);
  CHECK_INT(read(event, &value, sizeof value), sizeof value);
  CHECK_INT(value, 1); /* the library read nothing from it */
  CHECK_INT(write(ends[1], "", 1), 1);
  check_canceled_before("poststart", ends[0]);
  close(ends[0]);
  close(ends[1]);
  close(event);
}

/* The hook's output shows that it runs, and the callback then cancels, so no clock is involved. */
static void cancel_now(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data, (void)size;
  uint64_t one = 1;
  CHECK_INT(write(*(int *)userdata, &one, sizeof one), sizeof one);
}

static void check_canceled_during(const char *phase, int read_end, int write_end)
{
  static const char *const SCRIPTS[] = {"exit 0", "echo runs; sleep 30 & wait", "exit 0", NULL};
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, read_end, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_callback(runner, cancel_now, &write_end, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(run_scripts(phase, SCRIPTS, runner, &report), OCIHOOKS_ERR_CANCELED);
  CHECK_HAS(test_message, "hook #1: /bin/sh: canceled");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_EXITED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_CANCELED);
  CHECK_INT(ocihooks_report_hook_signal(report, 1), SIGKILL);
  CHECK_OUTPUT(report, 1, OCIHOOKS_STDOUT, "runs\n");
  CHECK_INT(ocihooks_report_hook_outcome(report, 2), OCIHOOKS_OUTCOME_SKIPPED);
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  CHECK(no_children());
  free_all(NULL, runner, report);
}

static void canceled_during_a_hook_it_is_killed_and_the_rest_skipped(void)
{
  int ends[2];
  int event = eventfd(0, EFD_CLOEXEC);
  check_canceled_during("createRuntime", event, event);
  close(event);
  CHECK_INT(pipe(ends), 0);
  check_canceled_during("poststop", ends[0], ends[1]);
  close(ends[0]);
  close(ends[1]);
}

static void a_canceled_hook_has_its_grace(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  int event = eventfd(0, EFD_CLOEXEC);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, event, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_grace_ms(runner, 20000, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_output_callback(runner, cancel_now, &event, NULL, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("trap 'exit 0' TERM; echo runs; while :; do sleep 0.1; done", 0, runner, &report),
            OCIHOOKS_ERR_CANCELED);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_CANCELED);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), 0);
  free_all(NULL, runner, report);
  close(event);
}

/* A closed descriptor is an error and not "readable": no hook runs, and the code is not that of a cancel. */
static void a_closed_cancel_descriptor_is_an_error(void)
{
  static const char *const SCRIPTS[] = {"exit 0", NULL};
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  int fd = dup(0);
  close(fd);
  CHECK_INT(ocihooks_runner_set_cancel_fd(runner, fd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(run_scripts("createRuntime", SCRIPTS, runner, &report), OCIHOOKS_ERR_SYSTEM);
  CHECK_HAS(test_message, "Bad file descriptor (errno 9)");
  CHECK_INT(ocihooks_report_hook_pid(report, 0), 0);
  free_all(NULL, runner, report);
}

int main(void)
{
  alarm(TEST_SECONDS);
  RUN(a_default_limit_is_for_hooks_without_one);
  RUN(a_hooks_own_limit_wins_over_the_default);
  RUN(a_budget_ends_the_hook_that_runs_and_no_other_starts);
  RUN(a_budget_starts_no_other_in_poststop_either);
  RUN(a_hook_that_ends_in_its_grace_has_timed_out);
  RUN(a_hook_that_ignores_sigterm_is_killed_after_its_grace);
  RUN(canceled_before_the_run_nothing_runs);
  RUN(canceled_during_a_hook_it_is_killed_and_the_rest_skipped);
  RUN(a_canceled_hook_has_its_grace);
  RUN(a_closed_cancel_descriptor_is_an_error);
  return test_end();
}
