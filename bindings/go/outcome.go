package ocihooks

import "strconv"

// Kind is the kind of a hook.
type Kind int

// The kinds of hooks.
const (
	// KindCommand is a program.
	KindCommand Kind = 0
	// KindCallback is a Go function.
	KindCallback Kind = 1
)

var kindNames = map[int]string{int(KindCommand): "command", int(KindCallback): "callback"}

// String returns the kind's name in the report's JSON.
func (k Kind) String() string { return name(int(k), kindNames) }

// Outcome is how a hook ended.
type Outcome int

// The outcomes of hooks.
const (
	// NoOutcome means that the hook has not ended. Only an [Event] has it.
	NoOutcome Outcome = -1
	// OutcomeExited means that the hook exited; ExitCode has the status.
	OutcomeExited Outcome = 0
	// OutcomeSignaled means that a signal which the library did not send killed the hook.
	OutcomeSignaled Outcome = 1
	// OutcomeTimedOut means that the hook exceeded its time limit and was killed.
	OutcomeTimedOut Outcome = 2
	// OutcomeSpawnFailed means that the hook could not be started; Errno has the reason.
	OutcomeSpawnFailed Outcome = 3
	// OutcomeCanceled means that the hook was killed, or not started, because the run was canceled.
	OutcomeCanceled Outcome = 4
	// OutcomeCallback means that a function returned; ExitCode is 0, or 1 if it returned an error.
	OutcomeCallback Outcome = 5
	// OutcomeSkipped means that the hook was not run, because an earlier hook ended the phase.
	OutcomeSkipped Outcome = 6
	// OutcomeLost means that the hook ended with an unknown status; Cause has the reason.
	OutcomeLost Outcome = 7
	// OutcomeStopped means that the hook used the terminal from a background process group and was killed; Signal is
	// SIGTTIN or SIGTTOU.
	OutcomeStopped Outcome = 8
	// OutcomeInvalid: the runtime-spec forbids it, and lenient hooks kept it: it was not executed. Message says what is
	// wrong.
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

// String returns the outcome's name in the report's JSON.
func (o Outcome) String() string { return name(int(o), outcomeNames) }

// name returns the name of a number, or the number if it has none.
func name(number int, names map[int]string) string {
	if name, known := names[number]; known {
		return name
	}
	return strconv.Itoa(number)
}
