package ocihooks

import "context"

// Code is what kind of failure an error is. It is an error itself: errors.Is(err, ocihooks.ErrExit) asks for it.
type Code int

// The codes of the library. OK stands in a [Report] only; no error has it.
const (
	// OK: it went well.
	OK Code = 0
	// ErrInvalidArgument: a name that is empty, has a NUL in it or is not UTF-8, a bad option, closed Hooks.
	ErrInvalidArgument Code = -1
	// ErrInvalidJSON: not JSON, or not UTF-8. The message says line and column.
	ErrInvalidJSON Code = -2
	// ErrInvalidHooks: JSON, but the runtime-spec forbids it. The message names the first 100 faults, by JSON pointer.
	ErrInvalidHooks Code = -3
	// ErrInvalidState: the state is not what the runtime-spec asks for. No hook was run.
	ErrInvalidState Code = -4
	// ErrUnknownPhase: not one of the six phases, and not in the map either.
	ErrUnknownPhase Code = -5
	// ErrSpawn: a step before execve, or execve itself, failed in the child.
	ErrSpawn Code = -6
	// ErrExit: a hook exited with a status other than 0.
	ErrExit Code = -7
	// ErrSignal: a signal killed a hook.
	ErrSignal Code = -8
	// ErrTimeout: a hook, or the phase, went over its time limit. It is context.DeadlineExceeded, too.
	ErrTimeout Code = -9
	// ErrCallback: a function hook returned an error.
	ErrCallback Code = -10
	// ErrCanceled: the context ended, or [WithCancelFD]'s descriptor said stop.
	ErrCanceled Code = -11
	// ErrSystem: no child could be made, or a call of the library's own failed: EMFILE, EAGAIN ...
	ErrSystem Code = -12
	// ErrInternal: a defect of the library.
	ErrInternal Code = -13
	// ErrLost: something else in this process reaped the hook, and the kernel can't tell its status any more.
	ErrLost Code = -14
	// ErrStopped: a hook wanted the terminal from a background process group, was stopped for that, and killed.
	ErrStopped Code = -15
	// ErrInvalidConfig: a config.json is not what the runtime-spec asks for, as far as the library read it.
	ErrInvalidConfig Code = -16
	// ErrInvalidFiles: hook files are invalid, and reading was strict. The message names the first 100 violations.
	ErrInvalidFiles Code = -17
	// ErrInvalidOutput: a filter exited with 0 and wrote no config.
	ErrInvalidOutput Code = -18
)

// Is says whether target stands for the same failure: a timeout is context.DeadlineExceeded.
func (c Code) Is(target error) bool {
	return c == ErrTimeout && target == context.DeadlineExceeded
}
