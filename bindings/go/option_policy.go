//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithStateCheck sets what the state has to be, which hooks get on their stdin.
func WithStateCheck(check StateCheck) Option {
	return func(r *runner) error {
		return r.set("state check", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_state_check(r.c, C.int(check), errmsg, size)
		})
	}
}

// WithFailurePolicy sets what a failing hook does to those behind it.
func WithFailurePolicy(policy FailurePolicy) Option {
	return func(r *runner) error {
		return r.set("failure policy", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_failure_policy(r.c, C.int(policy), errmsg, size)
		})
	}
}
