/*
 * The library calls Go by these. Go functions have no address that C could call, and a handle of Go's is a number, so
 * there is a small C function before each.
 */
#ifndef OCIHOOKS_GO_CALLBACK_H
#define OCIHOOKS_GO_CALLBACK_H

#include <stddef.h>
#include <stdint.h>

#include <ocihooks.h>

/* As ocihooks_run(), or as ocihooks_filter() where filter is not 0; run is the handle of the Go value that the callbacks of this
 * very run belong to. */
int ocihooks_go_run(const ocihooks *hooks, const char *phase, const char *state, size_t state_len,
                    const ocihooks_runner *runner, ocihooks_report **report, char *errmsg, size_t errmsg_size,
                    uintptr_t run, int filter);

/* As ocihooks_add_callback(); function is the handle of a Func, and deleted with the last map that holds it. */
int ocihooks_go_add_callback(ocihooks *hooks, const char *phase, uintptr_t function, char *errmsg, size_t errmsg_size);

/* As ocihooks_runner_set_observer() and ocihooks_runner_set_output_callback(), to the Go value of the run. */
int ocihooks_go_set_observer(ocihooks_runner *runner, char *errmsg, size_t errmsg_size);
int ocihooks_go_set_output_callback(ocihooks_runner *runner, char *errmsg, size_t errmsg_size);

#endif
