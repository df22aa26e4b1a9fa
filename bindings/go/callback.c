//go:build linux && cgo

#include "callback.h"
#include "_cgo_export.h"

/*
 * The current run. The library calls back during its call, on the calling thread, so a thread-local variable identifies
 * the run, whatever other goroutines do. A function hook may run a phase itself; the outer run is restored after it.
 */
static _Thread_local uintptr_t current_run;

int ocihooks_go_run(const ocihooks *hooks, const char *phase, const char *state, size_t state_len,
                    const ocihooks_runner *runner, ocihooks_report **report, char *errmsg, size_t errmsg_size,
                    uintptr_t run, int filter)
{
  uintptr_t outer = current_run;

  current_run = run;
  int code = filter ? ocihooks_filter(hooks, phase, state, state_len, runner, report, errmsg, errmsg_size)
                    : ocihooks_run(hooks, phase, state, state_len, runner, report, errmsg, errmsg_size);
  current_run = outer;
  return code;
}

static int call_function(const char *phase, const char *state, size_t state_len, char *errmsg, size_t errmsg_size,
                         void *userdata)
{
  return ocihooksGoFunction((char *)phase, (char *)state, state_len, errmsg, errmsg_size, (uintptr_t)userdata,
                            current_run);
}

static void destroy_function(void *userdata)
{
  ocihooksGoDestroy((uintptr_t)userdata);
}

static void observe(int event, const char *phase, size_t index, const char *path, int outcome, const char *message,
                    uint64_t duration_ns, void *userdata)
{
  (void)userdata;
  ocihooksGoObserve(event, (char *)phase, index, (char *)path, outcome, (char *)message, duration_ns, current_run);
}

static void write_output(size_t index, int stream, const char *data, size_t size, void *userdata)
{
  (void)index;
  (void)userdata;
  ocihooksGoOutput(stream, (char *)data, size, current_run);
}

int ocihooks_go_add_callback(ocihooks *hooks, const char *phase, uintptr_t function, char *errmsg, size_t errmsg_size)
{
  return ocihooks_add_callback(hooks, phase, call_function, (void *)function, destroy_function, errmsg, errmsg_size);
}

int ocihooks_go_set_observer(ocihooks_runner *runner, char *errmsg, size_t errmsg_size)
{
  return ocihooks_runner_set_observer(runner, observe, NULL, NULL, errmsg, errmsg_size);
}

int ocihooks_go_set_output_callback(ocihooks_runner *runner, char *errmsg, size_t errmsg_size)
{
  return ocihooks_runner_set_output_callback(runner, write_output, NULL, NULL, errmsg, errmsg_size);
}
