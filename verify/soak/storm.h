/*
 * A storm of signals to the host's process group during the whole run, from a process outside of it. The host ignores
 * one of them and handles the others. The threads that run hooks take them, because the main thread blocks them.
 */
#ifndef OCIHOOKS_SOAK_STORM_H
#define OCIHOOKS_SOAK_STORM_H

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int STORM_SIGNALS[] = {SIGUSR1, SIGTERM, SIGQUIT, SIGTSTP, SIGCONT};
enum { STORM_IGNORED = SIGUSR2, STORM_COUNT = sizeof STORM_SIGNALS / sizeof *STORM_SIGNALS };

/* The pause between two gusts, in nanoseconds. The storm takes a fifth of a processor. */
#define STORM_PAUSE 100000

static atomic_long storm_taken;
static atomic_long *storm_sent; /* shared with the sender */
static pid_t storm_sender;

static void storm_handler(int signal)
{
  (void)signal;
  storm_taken++;
}

static sigset_t storm_set(void)
{
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < STORM_COUNT; i++)
    sigaddset(&set, STORM_SIGNALS[i]);
  return set;
}

static void storm_send(pid_t group)
{
  const struct timespec pause = {0, STORM_PAUSE};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  while (getppid() == group) {
    for (int i = 0; i < STORM_COUNT; i++)
      *storm_sent += kill(-group, STORM_SIGNALS[i]) == 0;
    kill(-group, STORM_IGNORED);
    nanosleep(&pause, NULL);
  }
  _exit(0);
}

/* Makes this process a group leader and starts the storm. Returns 0 if the sender can't be forked. */
static int storm_begin(void)
{
  struct sigaction action;
  const sigset_t set = storm_set();
  memset(&action, 0, sizeof action);
  action.sa_handler = storm_handler;
  action.sa_flags = SA_RESTART;
  storm_sent = mmap(NULL, sizeof *storm_sent, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (storm_sent == MAP_FAILED)
    return 0;
  /* A terminal's Ctrl-C misses this group, so the process ends with its parent. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  for (int i = 0; i < STORM_COUNT; i++)
    sigaction(STORM_SIGNALS[i], &action, NULL);
  signal(STORM_IGNORED, SIG_IGN);
  sigprocmask(SIG_BLOCK, &set, NULL);
  storm_sender = fork();
  if (storm_sender == 0)
    storm_send(getppid());
  return storm_sender > 0;
}

/* Lets the calling thread take the storm's signals. */
static void storm_reaches_me(void)
{
  const sigset_t set = storm_set();
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void storm_end(void)
{
  kill(storm_sender, SIGKILL);
  waitpid(storm_sender, NULL, 0);
}

#endif
