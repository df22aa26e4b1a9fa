package ocihooks

// #include <ocihooks.h>
import "C"

import "context"

// Code is what kind of failure an error is. It is an error itself: errors.Is(err, ocihooks.ErrExit) asks for it.
type Code int

// The codes of the library. OK stands in a [Report] only; no error has it.
const (
	// OK: it went well.
	OK Code = C.OCIHOOKS_OK
	// ErrInvalidArgument: a name that is empty, has a NUL in it or is not UTF-8, a bad option, closed Hooks.
	ErrInvalidArgument Code = C.OCIHOOKS_ERR_INVALID_ARGUMENT
	// ErrInvalidJSON: not JSON, or not UTF-8. The message says line and column.
	ErrInvalidJSON Code = C.OCIHOOKS_ERR_INVALID_JSON
	// ErrInvalidHooks: JSON, but the runtime-spec forbids it. The message names the first 100 faults, by JSON pointer.
	ErrInvalidHooks Code = C.OCIHOOKS_ERR_INVALID_HOOKS
	// ErrInvalidState: the state is not what the runtime-spec asks for. No hook was run.
	ErrInvalidState Code = C.OCIHOOKS_ERR_INVALID_STATE
	// ErrUnknownPhase: not one of the six phases, and not in the map either.
	ErrUnknownPhase Code = C.OCIHOOKS_ERR_UNKNOWN_PHASE
	// ErrSpawn: a step before execve, or execve itself, failed in the child.
	ErrSpawn Code = C.OCIHOOKS_ERR_SPAWN
	// ErrExit: a hook exited with a status other than 0.
	ErrExit Code = C.OCIHOOKS_ERR_EXIT
	// ErrSignal: a signal killed a hook.
	ErrSignal Code = C.OCIHOOKS_ERR_SIGNAL
	// ErrTimeout: a hook, or the phase, went over its time limit. It is context.DeadlineExceeded, too.
	ErrTimeout Code = C.OCIHOOKS_ERR_TIMEOUT
	// ErrCallback: a function hook returned an error.
	ErrCallback Code = C.OCIHOOKS_ERR_CALLBACK
	// ErrCanceled: the context ended, or [WithCancelFD]'s descriptor said stop.
	ErrCanceled Code = C.OCIHOOKS_ERR_CANCELED
	// ErrSystem: no child could be made, or a call of the library's own failed: EMFILE, EAGAIN ...
	ErrSystem Code = C.OCIHOOKS_ERR_SYSTEM
	// ErrInternal: a defect of the library.
	ErrInternal Code = C.OCIHOOKS_ERR_INTERNAL
	// ErrLost: something else in this process reaped the hook, and the kernel can't tell its status any more.
	ErrLost Code = C.OCIHOOKS_ERR_LOST
)

// Is says whether target stands for the same failure: a timeout is context.DeadlineExceeded.
func (c Code) Is(target error) bool {
	return c == ErrTimeout && target == context.DeadlineExceeded
}

// Error returns the library's short description of the code.
func (c Code) Error() string {
	return C.GoString(C.ocihooks_strerror(C.int(c)))
}
