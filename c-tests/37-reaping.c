/*
 * field note 20: hosts that reap the library's children: SIGCHLD ignored, SA_NOCLDWAIT, a thread that waits for any
 * child. The status is exact if the kernel still reports it, and otherwise lost, but never a false success.
 */
#include "seccomp.h"

#include <pthread.h>
#include <sys/ioctl.h>

/* The first released form of the kernel's struct pidfd_info, and its request. Linux 6.15 reports how a reaped process
   ended. */
struct exit_info {
  uint64_t mask, cgroup;
  uint32_t ids[11];
  int32_t exit_code;
};
#define GET_EXIT_INFO _IOWR(0xFF, 11, struct exit_info)
#define EXIT_INFO (1u << 3)

/* Queries the pidfd of a reaped child that exited with 3. */
static int kernel_can_tell(void)
{
  struct exit_info info = {EXIT_INFO, 0, {0}, 0};
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0)
    _exit(3);
  int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  waitpid(pid, NULL, 0);
  int told =
    pidfd >= 0 && ioctl(pidfd, GET_EXIT_INFO, &info) == 0 && (info.mask & EXIT_INFO) != 0 && info.exit_code == 3 << 8;
  if (pidfd >= 0)
    close(pidfd);
  return told;
}

/* The expected result of a run, or LOST if `lost` allows it. */
struct expected {
  const char *script;
  int code, outcome, exit_code, signal;
};

static const struct expected EXPECTED[] = {
  {"exit 0", OCIHOOKS_OK, OCIHOOKS_OUTCOME_EXITED, 0, 0},
  {"exit 3", OCIHOOKS_ERR_EXIT, OCIHOOKS_OUTCOME_EXITED, 3, 0},
  {"exit 255", OCIHOOKS_ERR_EXIT, OCIHOOKS_OUTCOME_EXITED, 255, 0},
  {"kill -9 $$", OCIHOOKS_ERR_SIGNAL, OCIHOOKS_OUTCOME_SIGNALED, -1, 9},
  {"kill -15 $$", OCIHOOKS_ERR_SIGNAL, OCIHOOKS_OUTCOME_SIGNALED, -1, 15},
};
#define EXPECTATIONS (sizeof EXPECTED / sizeof *EXPECTED)

static void check_run(const struct expected *expected, int may_be_lost)
{
  ocihooks_report *report = NULL;
  char script[128];
  snprintf(script, sizeof script, "echo output; %s", expected->script);
  int code = test_shell(script, 10, NULL, &report);
  CHECK_OUTPUT(report, 0, OCIHOOKS_STDOUT, "output\n");
  if (may_be_lost && code == OCIHOOKS_ERR_LOST) {
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_LOST);
    CHECK_HAS(test_message, "/bin/sh: exit status lost: reaped by the host");
    CHECK_INT(ocihooks_report_hook_exit_code(report, 0), -1);
  } else {
    CHECK_INT(code, expected->code);
    CHECK_INT(ocihooks_report_hook_outcome(report, 0), expected->outcome);
    CHECK_INT(ocihooks_report_hook_exit_code(report, 0), expected->exit_code);
    CHECK_INT(ocihooks_report_hook_signal(report, 0), expected->signal);
  }
  ocihooks_report_free(report);
}

static int can_tell;

static void check_all(void)
{
  for (size_t i = 0; i < EXPECTATIONS; i++)
    check_run(&EXPECTED[i], !can_tell);
}

/* A timeout stays a timeout however the child is reaped, but its signal may be unknown. */
static void check_timeout(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_shell("exec sleep 30", 1, NULL, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_TIMED_OUT);
  CHECK(!can_tell || ocihooks_report_hook_signal(report, 0) == SIGKILL);
  ocihooks_report_free(report);
}

/* A failure before execve is reported independently of the status. */
static void check_spawn_error(void)
{
  ocihooks_report *report = NULL;
  CHECK_INT(test_run("{\"prestart\":[{\"path\":\"/nowhere/hook\"}]}", "prestart", NULL, &report), OCIHOOKS_ERR_SPAWN);
  CHECK_INT(ocihooks_report_hook_errno(report, 0), ENOENT);
  ocihooks_report_free(report);
}

static void with_sigchld_ignored(void)
{
  struct sigaction after;
  signal(SIGCHLD, SIG_IGN);
  check_all();
  check_timeout();
  check_spawn_error();
  CHECK_INT(sigaction(SIGCHLD, NULL, &after), 0);
  CHECK(after.sa_handler == SIG_IGN);
}

static void the_status_is_right_or_lost_with_sigchld_ignored(void)
{
  in_child(with_sigchld_ignored);
}

static void nothing(int signal)
{
  (void)signal;
}

static void with_no_child_wait(void)
{
  struct sigaction action, after;
  memset(&action, 0, sizeof action);
  action.sa_handler = nothing;
  action.sa_flags = SA_NOCLDWAIT;
  CHECK_INT(sigaction(SIGCHLD, &action, NULL), 0);
  check_all();
  check_timeout();
  check_spawn_error();
  CHECK_INT(sigaction(SIGCHLD, NULL, &after), 0);
  CHECK(after.sa_handler == nothing && (after.sa_flags & SA_NOCLDWAIT) != 0);
}

static void the_status_is_right_or_lost_with_no_child_wait(void)
{
  in_child(with_no_child_wait);
}

/* Reaps any child until it is stopped. It races with the library, so every run is repeated often. */
static int reaper_stops;
static long reaper_reaped;

static void *reap_all(void *unused)
{
  while (!__atomic_load_n(&reaper_stops, __ATOMIC_SEQ_CST))
    if (waitpid(-1, NULL, 0) > 0)
      reaper_reaped++;
  return unused;
}

static void with_a_thread_that_reaps(void)
{
  pthread_t reaper;
  CHECK_INT(pthread_create(&reaper, NULL, reap_all, NULL), 0);
  for (int i = 0; i < 40; i++)
    check_all();
  check_timeout();
  check_spawn_error();
  __atomic_store_n(&reaper_stops, 1, __ATOMIC_SEQ_CST);
  pthread_join(reaper, NULL);
  if (reaper_reaped == 0)
    printf("  (the reaping thread never won)\n");
  CHECK(no_children());
}

/* kata#1826 */
static void the_status_is_right_or_lost_with_a_thread_that_reaps_any_child(void)
{
  in_child(with_a_thread_that_reaps);
}

#define TWO_HOOKS "[{\"path\":\"/bin/true\"},{\"path\":\"/bin/true\"}]"

/* Simulates a kernel before 6.15. */
static void where_nobody_can_tell(void)
{
  static const struct denial NO_EXIT_INFO = {SYS_ioctl, ENOTTY, 1, (uint32_t)GET_EXIT_INFO};
  ocihooks_report *report = NULL;
  if (!deny(&NO_EXIT_INFO, 1))
    SKIP("no seccomp filter permitted");
  check_run(&EXPECTED[1], 0);
  signal(SIGCHLD, SIG_IGN);
  CHECK_INT(test_run("{\"prestart\":" TWO_HOOKS "}", "prestart", NULL, &report), OCIHOOKS_ERR_LOST);
  CHECK_TEXT(test_message, "error running prestart hook #0: /bin/true: exit status lost: reaped by the host");
  CHECK_INT(ocihooks_report_hook_outcome(report, 0), OCIHOOKS_OUTCOME_LOST);
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_SKIPPED);
  ocihooks_report_free(report);
  CHECK_INT(test_run("{\"poststop\":" TWO_HOOKS "}", "poststop", NULL, &report), OCIHOOKS_OK);
  CHECK_INT(ocihooks_report_hook_outcome(report, 1), OCIHOOKS_OUTCOME_LOST);
  CHECK(ocihooks_report_warning_count(report) >= 2);
  ocihooks_report_free(report);
  can_tell = 0;
  check_all();
  check_timeout();
  check_spawn_error();
}

static void a_status_that_nobody_can_tell_is_lost_and_never_success(void)
{
  in_child(where_nobody_can_tell);
}

int main(void)
{
  alarm(TEST_SECONDS);
  can_tell = kernel_can_tell();
  printf("  the kernel %s how a reaped process ended\n", can_tell ? "tells" : "can't tell");
  RUN(the_status_is_right_or_lost_with_sigchld_ignored);
  RUN(the_status_is_right_or_lost_with_no_child_wait);
  RUN(the_status_is_right_or_lost_with_a_thread_that_reaps_any_child);
  RUN(a_status_that_nobody_can_tell_is_lost_and_never_success);
  return test_end();
}
