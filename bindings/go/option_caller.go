//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// WithProcessGroup sets the process group that hooks run in. A hook that enters a container always leads a new session.
func WithProcessGroup(group ProcessGroup) Option {
	return func(r *runner) error {
		return r.set("process group", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_process_group(r.c, C.int(group), errmsg, size)
		})
	}
}

// WithDieWithCaller sets whether the kernel kills a hook when this process dies (PR_SET_PDEATHSIG, prctl(2)). Default:
// no.
//
// The kernel watches the thread that runs the hook. A goroutine keeps its thread during a C call, so that thread lives
// as long as the hook or the process.
func WithDieWithCaller(on bool) Option {
	return func(r *runner) error {
		return r.set("die with caller", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_die_with_caller(r.c, number(on), errmsg, size)
		})
	}
}
