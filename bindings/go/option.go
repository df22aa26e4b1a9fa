//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import (
	"context"
	"os"
	"runtime"
	"time"
)

// runner is the library's runner, created for one run.
type runner struct {
	c     *C.ocihooks_runner
	run   *run
	files []*os.File // kept alive, because the library has their descriptors
}

// newRunner creates the runner. The caller must free it, even after an error.
func newRunner(current *run, options []Option) (*runner, error) {
	made := &runner{run: current}
	if len(options) == 0 && isEndless(current.ctx) {
		return made, nil // a NULL runner means the defaults
	}
	err := call(func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_runner_new(&made.c, errmsg, size)
	})
	if err != nil {
		return made, err
	}
	for _, option := range options {
		if option == nil {
			return made, invalidArgument("an option is nil")
		}
		if err := option(made); err != nil {
			return made, err
		}
	}
	return made, nil
}

func isEndless(ctx context.Context) bool { return ctx.Done() == nil }

func (r *runner) free() {
	C.ocihooks_runner_free(r.c)
	runtime.KeepAlive(r.files)
}

// set calls a setter. The error names the option, then gives the library's reason.
func (r *runner) set(option string, setter func(errmsg *C.char, size C.size_t) C.int) error {
	err := call(setter)
	if refused, ok := err.(*Error); ok {
		refused.Message = option + ": " + refused.Message
	}
	return err
}

// milliseconds rounds up.
func milliseconds(option string, limit time.Duration) (C.uint64_t, error) {
	if limit < 0 {
		return 0, invalidArgument("%s: %v is negative", option, limit)
	}
	whole := limit / time.Millisecond
	if limit%time.Millisecond > 0 {
		whole++
	}
	return C.uint64_t(whole), nil
}

func number(on bool) C.int {
	if on {
		return 1
	}
	return 0
}
