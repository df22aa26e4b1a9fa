//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithProcessGroup sets the process group that hooks run in. Hooks that enter a container lead a new session in any case.
func WithProcessGroup(group ProcessGroup) Option {
	return func(r *runner) error {
		return r.set("process group", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_process_group(r.c, C.int(group), errmsg, size)
		})
	}
}

// WithDieWithCaller says whether the kernel kills a hook when this process dies (PR_SET_PDEATHSIG). Default: no.
//
// The kernel watches the thread that runs the hook. A goroutine keeps its thread during a call of C, so that thread lives
// as long as the hook or the process.
func WithDieWithCaller(on bool) Option {
	return func(r *runner) error {
		return r.set("die with caller", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_die_with_caller(r.c, number(on), errmsg, size)
		})
	}
}
