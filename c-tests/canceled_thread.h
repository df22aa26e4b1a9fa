/* A canceled thread, and the result of its run for the thread that joins it. */
#ifndef OCIHOOKS_TEST_CANCELED_THREAD_H
#define OCIHOOKS_TEST_CANCELED_THREAD_H

#include "fork.h"

#include <pthread.h>
#include <stdint.h>

/* A thread's result, read by the thread that joins it. */
struct seen {
  ocihooks *hooks;
  ocihooks_runner *runner;
  ocihooks_report *report;
  int code, state, type, calls_inside, enabled_inside, went_on;
  uint64_t event;
  char message[256];
};

static inline struct seen *new_seen(void)
{
  struct seen *seen = calloc(1, sizeof *seen);
  seen->hooks = test_parse("{}");
  seen->runner = new_runner();
  return seen;
}

static inline void free_seen(struct seen *seen)
{
  free_all(seen->hooks, seen->runner, seen->report);
  free(seen);
}

static inline void run(struct seen *seen)
{
  seen->code = ocihooks_run(seen->hooks, "createRuntime", STATE, strlen(STATE), seen->runner, &seen->report,
                            seen->message, sizeof seen->message);
}

#endif
