package ocihooks

// #include <ocihooks.h>
import "C"

import "strconv"

// Kind is what a hook is.
type Kind int

// The kinds of hooks.
const (
	// KindCommand is a program.
	KindCommand Kind = C.OCIHOOKS_KIND_COMMAND
	// KindCallback is a function of Go's.
	KindCallback Kind = C.OCIHOOKS_KIND_CALLBACK
)

var kindNames = map[int]string{int(KindCommand): "command", int(KindCallback): "callback"}

// String returns the name that the report's JSON has for it.
func (k Kind) String() string { return name(int(k), kindNames) }

// Outcome is how a hook ended.
type Outcome int

// The outcomes of hooks.
const (
	// NoOutcome: there is none yet. Only an [Event] has it.
	NoOutcome Outcome = -1
	// OutcomeExited: it exited; ExitCode has the status.
	OutcomeExited Outcome = C.OCIHOOKS_OUTCOME_EXITED
	// OutcomeSignaled: a signal that the library did not send killed it.
	OutcomeSignaled Outcome = C.OCIHOOKS_OUTCOME_SIGNALED
	// OutcomeTimedOut: it went over its limit and was killed.
	OutcomeTimedOut Outcome = C.OCIHOOKS_OUTCOME_TIMED_OUT
	// OutcomeSpawnFailed: it could not be started; Errno says why.
	OutcomeSpawnFailed Outcome = C.OCIHOOKS_OUTCOME_SPAWN_FAILED
	// OutcomeCanceled: it was stopped, or not started, because the context ended.
	OutcomeCanceled Outcome = C.OCIHOOKS_OUTCOME_CANCELED
	// OutcomeCallback: a function returned; ExitCode is 0, or 1 where it returned an error.
	OutcomeCallback Outcome = C.OCIHOOKS_OUTCOME_CALLBACK
	// OutcomeSkipped: it was not run, because an earlier hook ended the phase.
	OutcomeSkipped Outcome = C.OCIHOOKS_OUTCOME_SKIPPED
	// OutcomeLost: it ended, but its status can't be known; Message says why.
	OutcomeLost Outcome = C.OCIHOOKS_OUTCOME_LOST
)

var outcomeNames = map[int]string{
	int(NoOutcome):          "none",
	int(OutcomeExited):      "exited",
	int(OutcomeSignaled):    "signaled",
	int(OutcomeTimedOut):    "timedOut",
	int(OutcomeSpawnFailed): "spawnFailed",
	int(OutcomeCanceled):    "canceled",
	int(OutcomeCallback):    "callback",
	int(OutcomeSkipped):     "skipped",
	int(OutcomeLost):        "lost",
}

// String returns the name that the report's JSON has for it.
func (o Outcome) String() string { return name(int(o), outcomeNames) }

// name returns the name of a number, or the number where it has none.
func name(number int, names map[int]string) string {
	if name, known := names[number]; known {
		return name
	}
	return strconv.Itoa(number)
}
