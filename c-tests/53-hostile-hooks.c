/* Hooks that die, stop, hide or attack their surroundings. */
#include "fork.h"

#include <sys/resource.h>

static char self[4096];

/* A hook: joins its parent's process group, so that its own is empty. */
static int leave_the_group(void)
{
  if (setpgid(0, getpgid(getppid())) != 0)
    return 1;
  printf("left\n");
  fflush(stdout);
  alarm(30); /* ends by itself if it is not killed */
  pause();
  return 0;
}

/* A hook: a separate session for the grandchild, which keeps its descriptors. */
static int fork_a_session(void)
{
  pid_t pid = fork();
  if (pid == 0) {
    setsid();
    alarm(30);
    pause();
    _exit(0);
  }
  printf("%d\n", (int)pid);
  fflush(stdout);
  pause();
  return 0;
}

/* Runs this program as the hook. */
static int run_self(const char *what, int timeout, ocihooks_runner *runner, ocihooks_report **report)
{
  const char *const args[] = {self, what, NULL};
  ocihooks *hooks = test_parse("{}");
  CHECK_INT(ocihooks_add_command(hooks, "prestart", self, args, NULL, timeout, NULL, 0), OCIHOOKS_OK);
  int code = ocihooks_run(hooks, "prestart", STATE, strlen(STATE), runner, report, test_message, sizeof test_message);
  ocihooks_free(hooks);
  return code;
}

/* Signals that stop a process or do nothing by default. */
static int does_not_kill(int signal)
{
  return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH || signal == SIGSTOP ||
         signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/* Up to 64. libc reserves 32 and 33, but they are at their default in a hook too. */
static void the_signal_that_kills_a_hook_is_reported_exactly(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_rlimit(runner, RLIMIT_CORE, 0, 0, NULL, 0), OCIHOOKS_OK);
  for (int signal = 1; signal <= 64; signal++) {
    char script[32], part[64];
    ocihooks_report *report = NULL;
    if (does_not_kill(signal))
      continue;
    snprintf(script, sizeof script, "kill -%d $$; exit 99", signal);
    snprintf(part, sizeof part, "/bin/sh: killed by signal %d", signal);
    CHECK_INT(test_shell(script, 20, runner, &report), OCIHOOKS_ERR_SIGNAL);
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_SIGNALED);
    CHECK_INT(ocihooks_report_hook_signal(report, 0), signal);
    CHECK_INT(ocihooks_report_hook_exit_code(report, 0), -1);
    CHECK_HAS(test_message, part);
    ocihooks_report_free(report);
  }
  ocihooks_runner_free(runner);
}

/* A shell's 128 + n is an ordinary status. */
static void a_status_above_128_is_no_signal(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("exit 137", 20, NULL, &report), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 137);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), 0);
  ocihooks_report_free(report);
}

/* The library continues it, so it ends by itself long before its limit. */
static void a_hook_that_stops_itself_is_continued(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("kill -STOP $$; exit 3", 20, NULL, &report), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 3);
  CHECK(no_children());
  ocihooks_report_free(report);
}

/* A stop and a continue are neither an exit nor a kill. */
static void a_hook_that_is_stopped_and_continued_ends_as_it_likes(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("(sleep 0.3; kill -CONT $$) & kill -STOP $$; exit 5", 20, NULL, &report), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 5);
  ocihooks_report_free(report);
}

static void a_hook_that_ignores_signals_times_out(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("trap '' HUP INT QUIT TERM; sleep 30; sleep 30; sleep 30", 1, NULL, &report),
            OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  ocihooks_report_free(report);
}

/* The group is then empty, and the hook is killed by its pidfd. */
static void a_hook_that_left_its_group_is_killed_all_the_same(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(run_self("leave", 1, NULL, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "left\n");
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  CHECK(no_children());
  ocihooks_report_free(report);
}

/* Out of reach without a cgroup. It holds the output's pipes, which must not delay the return. */
static void a_session_that_escaped_does_not_delay_the_timeout(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(run_self("session", 1, NULL, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  char *output = test_output(report, 0, OCIHOOKS_STDOUT);
  pid_t escaped = (pid_t)atol(output);
  if (escaped > 1)
    kill(escaped, SIGKILL);
  free(output);
  ocihooks_report_free(report);
}

/* The host is in another group. */
static void a_hook_that_kills_its_group_kills_nobody_else(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("sleep 30 & kill -9 0", 20, NULL, &report), OCIHOOKS_ERR_SIGNAL);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  ocihooks_report_free(report);
}

/* Truncating the file or moving its offset has no effect: each hook gets the whole state from its beginning. */
static void a_hook_can_not_spoil_the_state_of_the_next(void)
{
  static const char *const SPOILERS[] = {": >/proc/self/fd/0",
                                         "echo x >>/proc/self/fd/0",
                                         "echo x 1<>/proc/self/fd/0",
                                         "cat >/dev/null",
                                         "/usr/bin/head -c 100 >/dev/null",
                                         "(read -r line; sleep 0.2; cat) <&0 >/dev/null 2>&1 &"};
  for (size_t i = 0; i < sizeof SPOILERS / sizeof *SPOILERS; i++) {
    ocihooks *hooks = test_parse("{}");
    ocihooks_report *report = NULL;
    char *state = state_of(1 << 20);
    test_add_shell(hooks, "poststop", SPOILERS[i], 20);
    test_add_shell(hooks, "poststop", "/usr/bin/wc -c", 20);
    CHECK_INT(ocihooks_run(hooks, "poststop", state, 1 << 20, NULL, &report, NULL, 0), OCIHOOKS_OK);
    CHECK_OUTPUT(report, 1, OCIHOOKS_STDOUT, "1048576\n");
    free(state);
    free_all(hooks, NULL, report);
  }
}

int main(int argc, char **argv)
{
  if (argc > 1)
    return strcmp(argv[1], "leave") == 0 ? leave_the_group() : fork_a_session();
  alarm(TEST_SECONDS);
  if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) {
    printf("FAIL: needs /proc to find itself\n");
    return 1;
  }
  RUN(the_signal_that_kills_a_hook_is_reported_exactly);
  RUN(a_status_above_128_is_no_signal);
  RUN(a_hook_that_stops_itself_is_continued);
  RUN(a_hook_that_is_stopped_and_continued_ends_as_it_likes);
  RUN(a_hook_that_ignores_signals_times_out);
  RUN(a_hook_that_left_its_group_is_killed_all_the_same);
  RUN(a_session_that_escaped_does_not_delay_the_timeout);
  RUN(a_hook_that_kills_its_group_kills_nobody_else);
  RUN(a_hook_can_not_spoil_the_state_of_the_next);
  return test_end();
}
