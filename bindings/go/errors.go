package ocihooks

import (
	"errors"
	"fmt"
)

// Error is a call that failed without a hook to blame: bad JSON, a bad argument, a state that is none.
//
// errors.Is finds its Code, and what caused it where that was an error of Go's.
type Error struct {
	// Code is the kind of failure.
	Code Code
	// Message says what is wrong, in the library's words.
	Message string

	cause error
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Is says whether target is the error's Code, or what that stands for.
func (e *Error) Is(target error) bool { return errors.Is(e.Code, target) }

// As hands over the Code to errors.As.
func (e *Error) As(target any) bool { return e.Code.as(target) }

// Unwrap returns the error of Go's that caused this one; nil where there is none.
func (e *Error) Unwrap() error { return e.cause }

// HookError is a hook that ended its phase by failing.
//
// Its text is as "error running createRuntime hook #1: /usr/bin/setup-network: exited with status 3: LAST LINES OF ITS
// STDERR". errors.Is finds its Code, and what is behind it: the error that a function hook returned, the context's
// error where that ended the run, the errno of a hook that could not be started (and so fs.ErrNotExist and the like).
type HookError struct {
	// Code is the kind of failure.
	Code Code
	// Phase is the phase that failed.
	Phase Phase
	// Index is the hook's place in the phase, counted from 0.
	Index int
	// HookReport is all that is known of the hook: path, outcome, exit code, signal, stderr ...
	HookReport

	message string
	cause   error
}

// Error returns the library's message.
func (e *HookError) Error() string { return e.message }

// Is says whether target is the error's Code, or what that stands for.
func (e *HookError) Is(target error) bool { return errors.Is(e.Code, target) }

// As hands over the Code to errors.As.
func (e *HookError) As(target any) bool { return e.Code.as(target) }

// Unwrap returns what is behind the failure; nil where the hook's outcome says it all.
func (e *HookError) Unwrap() error { return e.cause }

// OutputError is a writer, given by [WithStdout] or [WithStderr], that failed. It got nothing more after that. The
// hooks are not concerned: where it is what Run returns, the phase went well.
type OutputError struct {
	// Stream is the stream that the writer was for.
	Stream Stream
	// Err is the writer's error, the first one.
	Err error
}

// Error says which writer failed, and how.
func (e *OutputError) Error() string {
	return fmt.Sprintf("writing the hooks' %s: %v", e.Stream, e.Err)
}

// Unwrap returns the writer's error.
func (e *OutputError) Unwrap() error { return e.Err }

func (c Code) as(target any) bool {
	code, wanted := target.(*Code)
	if wanted {
		*code = c
	}
	return wanted
}

func invalidArgument(format string, arguments ...any) error {
	return &Error{Code: ErrInvalidArgument, Message: fmt.Sprintf("invalid argument: "+format, arguments...)}
}
