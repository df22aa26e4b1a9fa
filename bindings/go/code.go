package ocihooks

import "context"

// Code is the kind of a failure. It is an error itself, so errors.Is(err, ocihooks.ErrExit) tests for it.
type Code int

// The codes of the library. Only a [Report] has OK; errors never do.
const (
	// OK means success.
	OK Code = 0
	// ErrInvalidArgument means that an argument is invalid: a name that is empty, contains a NUL or is not UTF-8, a bad
	// option, closed Hooks.
	ErrInvalidArgument Code = -1
	// ErrInvalidJSON means that the text is not JSON, or not UTF-8. The message gives line and column.
	ErrInvalidJSON Code = -2
	// ErrInvalidHooks means that the JSON describes hooks which the runtime-spec forbids. The message lists the first
	// 100 violations by JSON pointer.
	ErrInvalidHooks Code = -3
	// ErrInvalidState means that the state violates the runtime-spec. No hook was run.
	ErrInvalidState Code = -4
	// ErrUnknownPhase means that the phase is neither one of the six of the runtime-spec nor in the map.
	ErrUnknownPhase Code = -5
	// ErrSpawn means that execve, or a step before it, failed in the child.
	ErrSpawn Code = -6
	// ErrExit means that a hook exited with a status other than 0.
	ErrExit Code = -7
	// ErrSignal means that a signal killed a hook.
	ErrSignal Code = -8
	// ErrTimeout means that a hook or the phase exceeded its time limit. It is context.DeadlineExceeded as well.
	ErrTimeout Code = -9
	// ErrCallback means that a function hook returned an error.
	ErrCallback Code = -10
	// ErrCanceled means that the context ended, or that [WithCancelFD]'s descriptor became readable.
	ErrCanceled Code = -11
	// ErrSystem means that no child could be created, or that a system call of the library itself failed, for example
	// with EMFILE or EAGAIN.
	ErrSystem Code = -12
	// ErrInternal means that the library has a defect.
	ErrInternal Code = -13
	// ErrLost means that another part of this process reaped the hook, and that the kernel no longer knows its exit
	// status.
	ErrLost Code = -14
	// ErrStopped means that a hook used the terminal from a background process group, was stopped, and was killed.
	ErrStopped Code = -15
	// ErrInvalidConfig means that a config.json violates the runtime-spec, as far as the library read it.
	ErrInvalidConfig Code = -16
	// ErrInvalidFiles means that hook files are invalid, and that reading was strict. The message lists the first 100
	// violations.
	ErrInvalidFiles Code = -17
	// ErrInvalidOutput means that a filter exited with status 0 but wrote no config.
	ErrInvalidOutput Code = -18
)

// Is reports whether target stands for the same failure: a timeout is context.DeadlineExceeded.
func (c Code) Is(target error) bool {
	return c == ErrTimeout && target == context.DeadlineExceeded
}
