/*
 * A storm of signals to the process group of a host, as Ctrl-C and Ctrl-\ send them, without pause. The host is a
 * forked child that leads a separate group. Included behind fork.h and helpers.h.
 */
#ifndef OCIHOOKS_TEST_STORM_H
#define OCIHOOKS_TEST_STORM_H

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The host's treatment of the signals. */
enum storm_host { STORM_HANDLED, STORM_IGNORED, STORM_BLOCKED };

struct storm {
  const int *signals; /* 0-ended */
  enum storm_host host;
  pid_t sender;
};

/* Shared with the sender, which must not queue real-time signals faster than the host handles them. */
static atomic_long *storm_sent, *storm_taken;

static inline void storm_handler(int signal)
{
  (void)signal;
  ++*storm_taken;
}

static inline void storm_send(const int *signals, pid_t group)
{
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  alarm(TEST_SECONDS);
  for (;; sched_yield())
    for (const int *signal = signals; *signal != 0; signal++)
      if (*signal < SIGRTMIN || *storm_sent - *storm_taken < 64) {
        kill(-group, *signal);
        ++*storm_sent;
      }
}

/* Makes this process a group leader with the host's treatment of signals, and starts the storm. */
static inline int storm_begin(struct storm *storm)
{
  const struct rlimit none = {0, 0};
  struct sigaction action;
  sigset_t set;
  memset(&action, 0, sizeof action);
  action.sa_handler = storm->host == STORM_IGNORED ? SIG_IGN : storm_handler;
  action.sa_flags = SA_RESTART;
  atomic_long *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    return 0;
  storm_sent = shared;
  storm_taken = shared + 1;
  setrlimit(RLIMIT_CORE, &none);
  setpgid(0, 0);
  storm->sender = fork();
  if (storm->sender == 0) {
    while (getpgid(getppid()) != getppid())
      sched_yield();
    while (*storm_sent == 0) /* the host is ready */
      sched_yield();
    storm_send(storm->signals, getppid());
  }
  sigemptyset(&set);
  for (const int *signal = storm->signals; *signal != 0; signal++) {
    sigaction(*signal, &action, NULL);
    sigaddset(&set, *signal);
  }
  if (storm->host == STORM_BLOCKED)
    sigprocmask(SIG_BLOCK, &set, NULL);
  *storm_sent = 1;
  return storm->sender > 0;
}

static inline void storm_end(const struct storm *storm)
{
  kill(storm->sender, SIGKILL);
  waitpid(storm->sender, NULL, 0);
  CHECK(*storm_sent > 1);
}

/*
 * Runs hooks that do nothing, until many have passed, or for some seconds, or until one fails. The time limit is a
 * safety net, because a stopped hook is never continued.
 */
static inline void storm_run_hooks(const char *phase, const char *path, ocihooks_runner *runner)
{
  enum { MANY = 1000, A_FEW = 75, AT_ONCE = 25 };
  ocihooks *hooks = test_parse("{}");
  int done = 0, code = OCIHOOKS_OK;
  for (int i = 0; i < AT_ONCE; i++)
    CHECK_INT(ocihooks_add_command(hooks, phase, path, NULL, NULL, 10, NULL, 0), OCIHOOKS_OK);
  for (double end = now() + 0.6; code == OCIHOOKS_OK && done < MANY && (done < A_FEW || now() < end); done += AT_ONCE)
    code = ocihooks_run(hooks, phase, STATE, strlen(STATE), runner, NULL, test_message, sizeof test_message);
  CHECK_INT(code, OCIHOOKS_OK);
  CHECK_TEXT(test_message, "");
  ocihooks_free(hooks);
}

#endif
