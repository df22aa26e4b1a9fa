package ocihooks

import "time"

// EventKind is the kind of an [Event].
type EventKind int

// The kinds of events.
const (
	// EventBefore means that a hook is about to run.
	EventBefore EventKind = 0
	// EventAfter means that a hook has ended.
	EventAfter EventKind = 1
)

// Event is the argument of an observer.
type Event struct {
	Kind  EventKind
	Phase Phase
	// Index is the hook's index in the phase, from 0.
	Index int
	// Path is the hook's path; empty for a function.
	Path string
	// Outcome is how the hook ended; [NoOutcome] with EventBefore.
	Outcome Outcome
	// Message is the cause of a failure; empty on success and with EventBefore.
	Message string
	// Duration is the hook's run time; 0 with EventBefore.
	Duration time.Duration
}
