package ocihooks

// WarningKind is the kind of a warning.
type WarningKind int

// The kinds of warnings.
const (
	// WarningState means that the state does not suit the phase.
	WarningState WarningKind = 0
	// WarningHookFailed means that a hook failed without ending the phase.
	WarningHookFailed WarningKind = 1
	// WarningLeftBehind means that a hook survived SIGKILL and was left behind; see [ReapLeftBehind].
	WarningLeftBehind WarningKind = 2
	// WarningContinued means that a signal stopped a hook, and that the library continued it.
	WarningContinued WarningKind = 3
	// WarningOutput means that part of a hook's output could not be read or passed on.
	WarningOutput WarningKind = 4
	// WarningStepSkipped means that the kernel or a seccomp profile refused an optional step before the hook, and that the
	// hook ran without it.
	WarningStepSkipped WarningKind = 5
)

// Warning is an event that did not stop the phase but that the caller should know.
type Warning struct {
	// Kind is the kind of the warning.
	Kind WarningKind
	// Hook is the hook's index in the phase, from 0; -1 if the warning concerns the whole phase.
	Hook int
	// Text is a single line that is safe to print.
	Text string
}

// String returns the text.
func (w Warning) String() string { return w.Text }
