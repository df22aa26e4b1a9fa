//go:build linux && cgo

package ocihooks

// #include <stdint.h>
// #include <ocihooks.h>
// #include "callback.h"
import "C"

import (
	"runtime/cgo"
	"time"
)

// WithObserver sets a function that is called before and after each hook that runs, on the goroutine that called Run.
// Concurrent runs with the same option call it concurrently.
func WithObserver(observer func(Event)) Option {
	return func(r *runner) error {
		if observer == nil {
			return invalidArgument("the observer is nil")
		}
		r.run.observer = observer
		return r.set("observer", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_go_set_observer(r.c, errmsg, size)
		})
	}
}

//export ocihooksGoObserve
func ocihooksGoObserve(event C.int, phase *C.char, index C.size_t, path *C.char, outcome C.int, message *C.char,
	duration C.uint64_t, current C.uintptr_t,
) {
	run := cgo.Handle(current).Value().(*run)
	run.guarded(func() {
		run.observer(Event{
			Kind:     EventKind(event),
			Phase:    Phase(C.GoString(phase)),
			Index:    int(index),
			Path:     C.GoString(path),
			Outcome:  Outcome(outcome),
			Message:  C.GoString(message),
			Duration: time.Duration(duration),
		})
	})
}
