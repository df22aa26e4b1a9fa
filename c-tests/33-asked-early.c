/*
 * A hook that gets SIGTERM before it has begun. Its child discards signals to the host's group, and must not discard
 * the SIGTERM of a timeout with them. Otherwise the hook would run through its whole grace without a SIGTERM.
 */
#include "ways.h"
#include "helpers.h"
#include "limited.h"

#include <sched.h>

enum { GRACE_MS = 20000, TIMEOUT_MS = 20 };

/* The time during which no child of the host runs, in seconds: far beyond its timeout. */
#define BUSY 0.3

static struct limited group = {.fd = -1};

static int set_policy(pid_t pid, int policy, int priority)
{
  const struct sched_param parameter = {.sched_priority = priority};
  return sched_setscheduler(pid, policy, &parameter) == 0;
}

/* All run on one processor. The host has the highest priority, then this process, then the host's children. */
static pid_t keep_busy(void)
{
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(sched_getcpu(), &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0 || !set_policy(0, SCHED_FIFO | SCHED_RESET_ON_FORK, 2))
    return 0;
  pid_t pid = fork();
  if (pid == 0) {
    for (double end = now() + BUSY; now() < end;)
      ;
    _exit(0);
  }
  if (pid > 0 && set_policy(pid, SCHED_FIFO, 1))
    return pid;
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  return 0;
}

static void a_host_whose_children_wait(void)
{
  const char *const args[] = {"sleep", "1000", NULL};
  ocihooks *hooks = test_parse("{}");
  ocihooks_runner *runner = new_runner();
  ocihooks_report *report = NULL;
  CHECK_INT(ocihooks_runner_set_grace_ms(runner, GRACE_MS, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_runner_set_default_timeout_ms(runner, TIMEOUT_MS, NULL, 0), OCIHOOKS_OK);
  if (group.fd >= 0)
    CHECK_INT(ocihooks_runner_set_cgroup_fd(runner, group.fd, NULL, 0), OCIHOOKS_OK);
  CHECK_INT(ocihooks_add_command(hooks, "createRuntime", "/bin/sleep", args, NULL, 0, NULL, 0), OCIHOOKS_OK);
  pid_t busy = keep_busy();
  if (busy == 0)
    SKIP("no processor can be kept busy here");
  const double begin = now();
  CHECK_INT(ocihooks_run(hooks, "createRuntime", STATE, strlen(STATE), runner, &report, test_message,
                         sizeof test_message),
            OCIHOOKS_ERR_TIMEOUT);
  CHECK(now() - begin < GRACE_MS / 1000 / 2);
  CHECK_INT(ocihooks_report_hook_signal(report, 0), SIGTERM);
  CHECK_INT(waitpid(busy, NULL, 0), busy);
  CHECK(has_no_child());
  free_all(hooks, runner, report);
}

static void a_hook_is_asked_though_it_has_not_begun(void)
{
  in_ways(2, a_host_whose_children_wait);
}

/* Its child has separate memory, and is asked through its socket. */
static void a_hook_in_a_cgroup_is_asked_too(void)
{
  if (!limited_make(&group, "67108864"))
    SKIP("no cgroup with a memory limit can be made here");
  in_ways(3, a_host_whose_children_wait); /* without execveat the hook has not begun by then, so it is not asked */
  limited_remove(&group);
}

int main(void)
{
  RUN(a_hook_is_asked_though_it_has_not_begun);
  RUN(a_hook_in_a_cgroup_is_asked_too);
  return test_end();
}
