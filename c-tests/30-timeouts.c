/* Time: a run returns by its deadline whatever the hook does, and at once when the hook has ended. */
#include "test.h"

#include "helpers.h"

#include <sys/time.h>

/* The longest run of a hook with `timeout: 1`, in seconds. */
#define ONE_SECOND (0.5 + test_seconds(1))

/* Marks this program as a hook that leaves its process group. */
#define ROLE "leave-the-group"

/* The process ids that a hook has written, one per line, with -1 behind the last. */
static const pid_t *pids_of(const char *path)
{
  static pid_t pids[16];
  int count = 0, used = 0;
  for (const char *text = file_text(path); count < 15 && sscanf(text, "%d%n", &pids[count], &used) == 1; text += used)
    count++;
  pids[count] = -1;
  return pids;
}

/* Runs a phase of one hook that has to time out, in time, and without leaving processes. */
static void check_times_out(const ocihooks *hooks, const char *phase, const char *state)
{
  ocihooks_report *report = NULL;
  const double begin = now();
  CHECK_INT(ocihooks_run(hooks, phase, state, strlen(state), NULL, &report, test_message, sizeof test_message),
            OCIHOOKS_ERR_TIMEOUT);
  const double took = now() - begin;
  CHECK(took >= 0.9 && took < ONE_SECOND);
  CHECK_HAS(test_message, "timed out after 1 s");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  CHECK(has_no_child());
  ocihooks_report_free(report);
}

static void check_script_times_out(const char *script)
{
  ocihooks *hooks = test_parse("{}");
  test_add_shell(hooks, "createRuntime", script, 1);
  check_times_out(hooks, "createRuntime", STATE);
  ocihooks_free(hooks);
}

static void a_hook_that_never_reads_its_stdin_succeeds(void)
{
  static const char *scripts[] = {"exit 0", "sleep 0.2", "exec <&-; sleep 0.2", "head -c 10 >/dev/null"};
  char *state = large_state(1 << 20);
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    ocihooks *hooks = test_parse("{}");
    test_add_shell(hooks, "poststop", scripts[i], 30);
    CHECK_INT(ocihooks_run(hooks, "poststop", state, strlen(state), NULL, NULL, test_message, sizeof test_message),
              OCIHOOKS_OK);
    CHECK_TEXT(test_message, "");
    ocihooks_free(hooks);
  }
  free(state);
}

static void the_timeout_holds_while_a_large_state_is_unread_and_takes_grandchildren(void)
{
  /* field notes 1, 9, 21 */
  char script[2000], path[512];
  snprintf(path, sizeof path, "%s", place_path("tree"));
  snprintf(script, sizeof script, "echo $$ >%s; sleep 300 & echo $! >>%s; (sleep 300 & echo $! >>%s; wait) & wait",
           path, path, path);
  ocihooks *hooks = test_parse("{}");
  test_add_shell(hooks, "own", script, 1);
  char *state = large_state(1 << 20);
  check_times_out(hooks, "own", state);
  const pid_t *pids = pids_of(path);
  CHECK(pids[0] > 0 && pids[1] > 0 && pids[2] > 0);
  for (; *pids != -1; pids++)
    CHECK(dies_soon(*pids));
  free(state);
  ocihooks_free(hooks);
}

static void who_holds_stdout_does_not_hold_the_caller(void)
{
  /* field notes 9, 16: it neither delays the return nor fails the hook */
  for (int timeout = 0; timeout <= 1; timeout++) {
    ocihooks_report *report = NULL;
    const double begin = now();
    CHECK_INT(test_shell("sleep 60 & echo $!; exit 0", timeout, NULL, &report), OCIHOOKS_OK);
    CHECK(now() - begin < SOON);
    char *output = test_output(report, 0, OCIHOOKS_STDOUT);
    const pid_t left = atoi(output);
    CHECK(left > 0 && !is_dead(left)); /* a daemon survives */
    if (left > 0)
      kill(left, SIGKILL);
    free(output);
    ocihooks_report_free(report);
  }
}

static void a_child_that_is_waited_for_ends_with_the_timeout(void)
{
  check_script_times_out("sleep 60; exit 0"); /* field note 9 */
}

static void a_hook_that_ignores_sigterm_is_killed(void)
{
  check_script_times_out("trap '' TERM INT HUP; while :; do sleep 1; done");
}

static void a_hook_that_is_stopped_is_killed(void)
{
  check_script_times_out("kill -STOP $$; sleep 60");
}

static void a_hook_that_closed_everything_is_killed(void)
{
  check_script_times_out("exec <&- >&- 2>&-; while :; do sleep 1; done");
}

static void a_hook_that_writes_without_end_is_killed(void)
{
  check_script_times_out("exec cat /dev/zero");
}

static void a_hook_that_left_its_group_is_killed(void)
{
  const char *args[] = {ROLE, NULL};
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "own", own_path(), args, NULL, 1, NULL, 0), OCIHOOKS_OK);
  check_times_out(hooks, "own", STATE);
  ocihooks_free(hooks);
}

static void a_child_in_a_session_of_its_own_does_not_hold_the_caller(void)
{
  if (access("/usr/bin/setsid", X_OK) != 0)
    SKIP("/usr/bin/setsid is missing");
  char script[700], path[512];
  snprintf(path, sizeof path, "%s", place_path("session"));
  snprintf(script, sizeof script, "/usr/bin/setsid sh -c 'echo $$ >%s; exec sleep 300' & sleep 60", path);
  check_script_times_out(script);
  CHECK(pids_of(path)[0] > 0); /* out of reach without a cgroup */
  if (pids_of(path)[0] > 0)
    kill(pids_of(path)[0], SIGKILL);
}

static void a_timeout_is_a_limit_and_no_delay(void)
{
  const double begin = now();
  CHECK_INT(test_shell("exit 0", 2147483647, NULL, NULL), OCIHOOKS_OK);
  CHECK_INT(test_shell("exit 0", 50, NULL, NULL), OCIHOOKS_OK);
  CHECK(now() - begin < SOON);
}

static void each_hook_has_its_own_time(void)
{
  const int limit = test_seconds(1);
  char script[32];
  ocihooks *hooks = test_parse("{}");
  snprintf(script, sizeof script, "sleep %.1f", 0.6 * limit);
  for (int i = 0; i < 3; i++)
    test_add_shell(hooks, "createRuntime", script, limit);
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), NULL, NULL, NULL, 0), OCIHOOKS_OK);
  ocihooks_free(hooks);
}

static volatile sig_atomic_t alarms;

static void count_alarm(int signal)
{
  (void)signal;
  alarms++;
}

static void signals_that_the_host_gets_do_not_disturb_a_run(void)
{
  /* field note 5: EINTR must not be an error. Without SA_RESTART, and every millisecond. */
  struct sigaction action, before;
  struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
  memset(&action, 0, sizeof action);
  action.sa_handler = count_alarm;
  sigaction(SIGALRM, &action, &before);
  setitimer(ITIMER_REAL, &often, NULL);
  char *state = large_state(1 << 20);
  ocihooks *hooks = test_parse("{}");
  test_add_shell(hooks, "own", "cat; sleep 0.3", 30);
  CHECK_INT(ocihooks_run(hooks, "own", state, strlen(state), NULL, NULL, test_message, sizeof test_message),
            OCIHOOKS_OK);
  ocihooks_free(hooks);
  CHECK_INT(test_shell("sleep 60", 1, NULL, NULL), OCIHOOKS_ERR_TIMEOUT);
  setitimer(ITIMER_REAL, &never, NULL);
  sigaction(SIGALRM, &before, NULL);
  alarm(TEST_SECONDS);
  CHECK(alarms > 10);
  free(state);
}

int main(int argc, char **argv)
{
  if (argc > 0 && strcmp(argv[0], ROLE) == 0) {
    setpgid(0, getpgid(getppid()));
    for (;;)
      pause();
  }
  alarm(TEST_SECONDS);
  place_make();
  RUN(a_hook_that_never_reads_its_stdin_succeeds);
  RUN(the_timeout_holds_while_a_large_state_is_unread_and_takes_grandchildren);
  RUN(who_holds_stdout_does_not_hold_the_caller);
  RUN(a_child_that_is_waited_for_ends_with_the_timeout);
  RUN(a_hook_that_ignores_sigterm_is_killed);
  RUN(a_hook_that_is_stopped_is_killed);
  RUN(a_hook_that_closed_everything_is_killed);
  RUN(a_hook_that_writes_without_end_is_killed);
  RUN(a_hook_that_left_its_group_is_killed);
  RUN(a_child_in_a_session_of_its_own_does_not_hold_the_caller);
  RUN(a_timeout_is_a_limit_and_no_delay);
  RUN(each_hook_has_its_own_time);
  RUN(signals_that_the_host_gets_do_not_disturb_a_run);
  return test_end();
}
