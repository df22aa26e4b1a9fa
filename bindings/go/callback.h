/*
 * The library calls Go through these functions. C can't call the address of a Go function, and a cgo.Handle is a number,
 * so each Go function has a small C function in front of it.
 */
#ifndef OCIHOOKS_GO_CALLBACK_H
#define OCIHOOKS_GO_CALLBACK_H

#include <stddef.h>
#include <stdint.h>

#include <ocihooks.h>

/*
 * Calls ocihooks_run(), or ocihooks_filter() if filter is not 0. run is the handle of the Go value that receives the
 * callbacks of this run.
 */
int ocihooks_go_run(const ocihooks *hooks, const char *phase, const char *state, size_t state_len,
                    const ocihooks_runner *runner, ocihooks_report **report, char *errmsg, size_t errmsg_size,
                    uintptr_t run, int filter);

/* Calls ocihooks_add_callback(). function is the handle of a Func; it is deleted with the last map that holds it. */
int ocihooks_go_add_callback(ocihooks *hooks, const char *phase, uintptr_t function, char *errmsg, size_t errmsg_size);

/* Call ocihooks_runner_set_observer() and ocihooks_runner_set_output_callback() with the Go value of the run. */
int ocihooks_go_set_observer(ocihooks_runner *runner, char *errmsg, size_t errmsg_size);
int ocihooks_go_set_output_callback(ocihooks_runner *runner, char *errmsg, size_t errmsg_size);

#endif
