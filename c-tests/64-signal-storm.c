/*
 * A host with a timer whose handler interrupts every system call (no SA_RESTART), thousands of times a second. Each
 * result is still exact. field note 5
 */
#include "seccomp.h"

#include <sys/time.h>

#define TICK_US 300
#define ROUNDS 15

static volatile sig_atomic_t ticks;

/* It is the watchdog too, because alarm() would need the same timer. */
static void tick(int signal)
{
  (void)signal;
  if (++ticks > 50 * (1000000 / TICK_US))
    _exit(99);
}

static void start_storm(void)
{
  struct sigaction action;
  const struct itimerval interval = {{0, TICK_US}, {0, TICK_US}};
  memset(&action, 0, sizeof action);
  action.sa_handler = tick;
  CHECK_INT(sigaction(SIGALRM, &action, NULL), 0);
  CHECK_INT(setitimer(ITIMER_REAL, &interval, NULL), 0);
}

/* The library changed nothing of the host, so the storm continues. */
static void stop_storm(void)
{
  const struct itimerval none = {{0, 0}, {0, 0}};
  struct sigaction after;
  sigset_t mask;
  sig_atomic_t before = ticks;
  while (ticks == before)
    continue;
  CHECK_INT(setitimer(ITIMER_REAL, &none, NULL), 0);
  CHECK_INT(sigaction(SIGALRM, NULL, &after), 0);
  CHECK(after.sa_handler == tick && (after.sa_flags & SA_RESTART) == 0);
  CHECK_INT(sigprocmask(SIG_SETMASK, NULL, &mask), 0);
  CHECK_INT(sigismember(&mask, SIGALRM), 0);
  CHECK(ticks > ROUNDS);
  CHECK(no_children());
}

static void large_states(void)
{
  start_storm();
  for (int i = 0; i < ROUNDS; i++) {
    check_state_arrives(1 << 20, NULL);
    check_state_arrives(60000, NULL);
  }
  stop_storm();
}

static void a_large_state_arrives_complete(void)
{
  in_child(large_states);
}

static void large_states_through_a_pipe(void)
{
  static const struct denial NO_MEMFD = {SYS_memfd_create, ENOSYS, ANY, 0};
  if (!deny(&NO_MEMFD, 1))
    SKIP("no seccomp filter permitted");
  large_states();
}

static void a_large_state_arrives_through_a_pipe_too(void)
{
  in_child(large_states_through_a_pipe);
}

static void add_size(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index, (void)stream, (void)data;
  *(size_t *)userdata += size;
}

static void much_output(void)
{
  size_t seen = 0;
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_output_callback(runner, add_size, &seen, NULL, NULL, 0), OCIHOOKS_OK);
  start_storm();
  for (int i = 0; i < ROUNDS; i++) {
    ocihooks_report *report = NULL;
    CHECK_INT(test_shell("/usr/bin/head -c 1000000 /dev/zero; /usr/bin/head -c 700000 /dev/zero >&2; exit 7", 20,
                         runner, &report),
              OCIHOOKS_ERR_EXIT);
    CHECK_INT(ocihooks_report_hook_exit_code(report, 0), 7);
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDOUT), 1000000);
    CHECK_INT(ocihooks_report_hook_output_bytes(report, 0, OCIHOOKS_STDERR), 700000);
    CHECK_INT(seen, 1700000);
    seen = 0;
    ocihooks_report_free(report);
  }
  stop_storm();
  ocihooks_runner_free(runner);
}

static void output_is_counted_to_the_byte(void)
{
  in_child(much_output);
}

static void several_endings(void)
{
  ocihooks_report *report = NULL;
  start_storm();
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_INT(test_shell("exit 0", 20, NULL, NULL), OCIHOOKS_OK);
    CHECK_INT(test_shell("kill -15 $$", 20, NULL, &report), OCIHOOKS_ERR_SIGNAL);
    CHECK_INT(ocihooks_report_hook_signal(report, 0), 15);
    ocihooks_report_free(report);
    CHECK_INT(test_run("{\"prestart\":[{\"path\":\"/nowhere/hook\"}]}", "prestart", NULL, &report), OCIHOOKS_ERR_SPAWN);
    CHECK_INT(ocihooks_report_hook_errno(report, 0), ENOENT);
    ocihooks_report_free(report);
  }
  stop_storm();
}

static void endings_are_exact(void)
{
  in_child(several_endings);
}

/* Neither early, by an interrupted wait that counts as its end, nor late, by a wait that restarts each time. */
static void timeouts(void)
{
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  start_storm();
  CHECK_INT(test_shell("sleep 30 & wait", 1, NULL, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK(ocihooks_report_duration_ns(report) >= 1000000000u);
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  ocihooks_report_free(report);
  CHECK_INT(test_shell("sleep 0.5; exit 4", 20, NULL, NULL), OCIHOOKS_ERR_EXIT);
  CHECK_INT(ocihooks_runner_set_grace_ms(runner, 300, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(test_shell("trap '' TERM; sleep 30; sleep 30", 1, runner, &report), OCIHOOKS_ERR_TIMEOUT);
  CHECK(ocihooks_report_duration_ns(report) >= 1300000000u);
  CHECK(ocihooks_report_duration_ns(report) < 15000000000u);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGKILL);
  stop_storm();
  free_all(NULL, runner, report);
}

static void timeouts_are_neither_early_nor_late(void)
{
  in_child(timeouts);
}

int main(void)
{
  alarm(2 * TEST_SECONDS);
  RUN(a_large_state_arrives_complete);
  RUN(a_large_state_arrives_through_a_pipe_too);
  RUN(output_is_counted_to_the_byte);
  RUN(endings_are_exact);
  RUN(timeouts_are_neither_early_nor_late);
  return test_end();
}
