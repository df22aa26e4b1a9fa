package ocihooks

import "strconv"

// Kind is what a hook is.
type Kind int

// The kinds of hooks.
const (
	// KindCommand is a program.
	KindCommand Kind = 0
	// KindCallback is a function of Go's.
	KindCallback Kind = 1
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
	OutcomeExited Outcome = 0
	// OutcomeSignaled: a signal that the library did not send killed it.
	OutcomeSignaled Outcome = 1
	// OutcomeTimedOut: it went over its limit and was killed.
	OutcomeTimedOut Outcome = 2
	// OutcomeSpawnFailed: it could not be started; Errno says why.
	OutcomeSpawnFailed Outcome = 3
	// OutcomeCanceled: it was stopped, or not started, because the context ended.
	OutcomeCanceled Outcome = 4
	// OutcomeCallback: a function returned; ExitCode is 0, or 1 where it returned an error.
	OutcomeCallback Outcome = 5
	// OutcomeSkipped: it was not run, because an earlier hook ended the phase.
	OutcomeSkipped Outcome = 6
	// OutcomeLost: it ended, but its status can't be known; Message says why.
	OutcomeLost Outcome = 7
	// OutcomeStopped: it wanted the terminal from a background process group and was killed; Signal is SIGTTIN or SIGTTOU.
	OutcomeStopped Outcome = 8
	// OutcomeInvalid: the runtime-spec forbids it, and lenient hooks kept it: it was not executed. Message says what is wrong.
	OutcomeInvalid Outcome = 9
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
	int(OutcomeStopped):     "stopped",
	int(OutcomeInvalid):     "invalid",
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
