//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import "time"

// WithDefaultTimeout sets the time limit of hooks that specify none. It is rounded up to milliseconds. The default is
// 0, no limit.
func WithDefaultTimeout(limit time.Duration) Option {
	return withTime("default timeout", limit, func(r *runner, milliseconds C.uint64_t, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_runner_set_default_timeout_ms(r.c, milliseconds, errmsg, size)
	})
}

// WithBudget sets the time limit of the whole phase. It is rounded up to milliseconds. The default is 0, no limit. When
// it expires, the running hook is killed, and the hooks after it are not started.
func WithBudget(limit time.Duration) Option {
	return withTime("budget", limit, func(r *runner, milliseconds C.uint64_t, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_runner_set_budget_ms(r.c, milliseconds, errmsg, size)
	})
}

// WithGrace sets the time between SIGTERM and SIGKILL for a hook that has timed out or whose context has ended. It is
// rounded up to milliseconds and added to the limit. The default is 0: SIGKILL immediately.
func WithGrace(limit time.Duration) Option {
	return withTime("grace", limit, func(r *runner, milliseconds C.uint64_t, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_runner_set_grace_ms(r.c, milliseconds, errmsg, size)
	})
}

type timeSetter func(r *runner, milliseconds C.uint64_t, errmsg *C.char, size C.size_t) C.int

func withTime(option string, limit time.Duration, setter timeSetter) Option {
	return func(r *runner) error {
		whole, err := milliseconds(option, limit)
		if err != nil {
			return err
		}
		return r.set(option, func(errmsg *C.char, size C.size_t) C.int { return setter(r, whole, errmsg, size) })
	}
}
