package ocihooks

// #include <ocihooks.h>
// #include "callback.h"
import "C"

import "time"

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
