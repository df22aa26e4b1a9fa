/*
 * Signals that dump core, sent to the host's group, while the host handles them. Before Linux 5.16 such a signal to a
 * child before its execve kills every process that shares its memory, which includes the host.
 */
#include "ways.h"
#include "helpers.h"
#include "storm.h"

static const int *signals_sent;

static void a_host_in_the_storm(void)
{
  struct storm storm = {signals_sent, STORM_HANDLED, 0};
  if (!storm_begin(&storm))
    SKIP("no second process");
  storm_run_hooks("createRuntime", "/bin/true", NULL);
  CHECK(*storm_taken > 0);
  storm_end(&storm);
}

static void the_host_survives_sigquit(void)
{
  static const int quit[] = {SIGQUIT, 0};
  signals_sent = quit;
  in_every_way(a_host_in_the_storm);
}

static void the_host_survives_every_signal_that_dumps_core(void)
{
  static const int all[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGXCPU, SIGXFSZ, 0};
  signals_sent = all;
  in_ways(2, a_host_in_the_storm);
}

int main(void)
{
  RUN(the_host_survives_sigquit);
  RUN(the_host_survives_every_signal_that_dumps_core);
  return test_end();
}
