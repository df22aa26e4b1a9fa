package ocihooks

import "time"

// EventKind is what an observer is told of.
type EventKind int

// What an observer is told of.
const (
	// EventBefore: a hook is about to run.
	EventBefore EventKind = 0
	// EventAfter: a hook has ended.
	EventAfter EventKind = 1
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
