//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithFailurePolicy sets what a failing hook does to those behind it.
func WithFailurePolicy(policy FailurePolicy) Option {
	return func(r *runner) error {
		return r.set("failure policy", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_failure_policy(r.c, C.int(policy), errmsg, size)
		})
	}
}
