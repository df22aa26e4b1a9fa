package ocihooks

// #include <stdint.h>
// #include <ocihooks.h>
// #include "callback.h"
import "C"

import (
	"runtime/cgo"
	"time"
)

// EventKind is what an observer is told of.
type EventKind int

// What an observer is told of.
const (
	// EventBefore: a hook is about to run.
	EventBefore EventKind = C.OCIHOOKS_EVENT_BEFORE
	// EventAfter: a hook has ended.
	EventAfter EventKind = C.OCIHOOKS_EVENT_AFTER
)

// Event is what an observer is told.
type Event struct {
	Kind  EventKind
	Phase Phase
	// Index is the hook's place in the phase, counted from 0.
	Index int
	// Path is the hook's path; empty for a function.
	Path string
	// Outcome is how the hook ended; [NoOutcome] before.
	Outcome Outcome
	// Message is the cause of a failure; empty for a success, and before.
	Message string
	// Duration is the hook's time; 0 before.
	Duration time.Duration
}

// WithObserver sets a function that is told before and after each hook that is run, on the goroutine that called Run.
// Where options are used by several runs at once, so is the function.
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
