/*
 * Signals to the host's group that the host handles, ignores or blocks. A hook is in that group until it gets a
 * separate one. Signals that reach it there are meant for the host, and must neither kill nor stop the hook.
 */
#include "ways.h"
#include "helpers.h"
#include "storm.h"
#include "container.h"

static struct box box = {.pivot = 1, .pid = -1, .pidfd = -1};
static struct storm storm;

static void a_host_in_the_storm(void)
{
  if (!storm_begin(&storm))
    SKIP("no second process");
  storm_run_hooks("createRuntime", "/bin/true", NULL);
  CHECK(storm.host != STORM_HANDLED || *storm_taken > 0);
  storm_end(&storm);
}

static void check_storm(const int *signals, enum storm_host host)
{
  storm = (struct storm){signals, host, 0};
  in_ways(2, a_host_in_the_storm);
}

static const int user[] = {SIGUSR1, 0}, ends[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGVTALRM, 0},
                 stops[] = {SIGTSTP, SIGCONT, 0}, terminal[] = {SIGTTIN, SIGTTOU, SIGCONT, 0};

static void a_handled_signal_kills_no_hook(void)
{
  check_storm(user, STORM_HANDLED);
  check_storm(ends, STORM_HANDLED);
}

/* All of them are queued. */
static void a_real_time_signal_kills_no_hook(void)
{
  const int signals[] = {SIGRTMIN, SIGRTMIN + 3, SIGRTMAX, 0};
  check_storm(signals, STORM_HANDLED);
}

/* A blocked signal becomes pending even if it is ignored. */
static void an_ignored_signal_kills_no_hook(void)
{
  check_storm(user, STORM_IGNORED);
  check_storm(ends, STORM_IGNORED);
}

/* Like a host that reads signals from a descriptor. */
static void a_blocked_signal_kills_no_hook(void)
{
  const int signals[] = {SIGUSR1, SIGTERM, SIGQUIT, SIGRTMIN + 3, 0};
  check_storm(signals, STORM_BLOCKED);
}

static void a_stop_that_the_host_handles_stops_no_hook(void)
{
  check_storm(stops, STORM_HANDLED);
  check_storm(terminal, STORM_HANDLED);
}

static void a_stop_that_the_host_blocks_stops_no_hook(void)
{
  check_storm(stops, STORM_BLOCKED);
}

static void a_host_in_the_storm_with_a_container(void)
{
  ocihooks_runner *runner = new_runner();
  CHECK_INT(ocihooks_runner_set_container_pidfd(runner, box.pidfd, NULL, 0), OCIHOOKS_OK);
  if (!storm_begin(&storm))
    SKIP("no second process");
  storm_run_hooks("startContainer", "/bin/true", runner);
  storm_end(&storm);
  ocihooks_runner_free(runner);
}

static void no_signal_reaches_a_hook_in_a_container(void)
{
  const int signals[] = {SIGUSR1, SIGTERM, SIGQUIT, SIGTSTP, SIGCONT, SIGRTMIN + 3, 0};
  place_make();
  if (!box_make_root_in(&box, place))
    return;
  if (!box_start(&box, ALL_BUT_USER)) {
    box_stop(&box);
    SKIP("no namespaces can be made here");
  }
  storm = (struct storm){signals, STORM_HANDLED, 0};
  in_every_way(a_host_in_the_storm_with_a_container);
  storm.host = STORM_IGNORED;
  in_child(a_host_in_the_storm_with_a_container);
  box_stop(&box);
}

int main(void)
{
  RUN(a_handled_signal_kills_no_hook);
  RUN(a_real_time_signal_kills_no_hook);
  RUN(an_ignored_signal_kills_no_hook);
  RUN(a_blocked_signal_kills_no_hook);
  RUN(a_stop_that_the_host_handles_stops_no_hook);
  RUN(a_stop_that_the_host_blocks_stops_no_hook);
  RUN(no_signal_reaches_a_hook_in_a_container);
  return test_end();
}
