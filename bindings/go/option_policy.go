//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithStateCheck sets the requirements for the state, which hooks receive on stdin.
func WithStateCheck(check StateCheck) Option {
	return func(r *runner) error {
		return r.set("state check", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_state_check(r.c, C.int(check), errmsg, size)
		})
	}
}

// WithFailurePolicy sets the effect of a failed hook on the hooks after it.
func WithFailurePolicy(policy FailurePolicy) Option {
	return func(r *runner) error {
		return r.set("failure policy", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_failure_policy(r.c, C.int(policy), errmsg, size)
		})
	}
}
