package ocihooks

// WarningKind is what a warning is about.
type WarningKind int

// The kinds of warnings.
const (
	// WarningState: the state is odd for the phase.
	WarningState WarningKind = 0
	// WarningHookFailed: a hook failed, and did not end the phase.
	WarningHookFailed WarningKind = 1
	// WarningLeftBehind: a hook did not die of SIGKILL, and was left behind; see [ReapLeftBehind].
	WarningLeftBehind WarningKind = 2
	// WarningContinued: a signal stopped a hook, and the library continued it.
	WarningContinued WarningKind = 3
	// WarningOutput: a part of a hook's output could not be read, or not be written on.
	WarningOutput WarningKind = 4
	// WarningStepSkipped: the kernel or a seccomp profile refused a step before the hook that is no condition for it, and the
	// hook ran without.
	WarningStepSkipped WarningKind = 5
)

// Warning is what the caller should know though it did not stop the phase.
type Warning struct {
	// Kind is what it is about.
	Kind WarningKind
	// Hook is the hook's place in the phase, counted from 0; -1 where it is about the whole phase.
	Hook int
	// Text is one line that is safe to print.
	Text string
}

// String returns the text.
func (w Warning) String() string { return w.Text }
