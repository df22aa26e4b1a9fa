package ocihooks

import (
	"errors"
	"fmt"
)

// Error is a failed call for which no hook is responsible: invalid JSON, an invalid argument, an invalid state.
//
// errors.Is finds its Code, and the Go error that caused it, if any.
type Error struct {
	// Code is the kind of failure.
	Code Code
	// Message says what is wrong, in the library's words.
	Message string

	cause error
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Is reports whether target is the error's Code, or an error that the Code stands for.
func (e *Error) Is(target error) bool { return errors.Is(e.Code, target) }

// As passes the Code to errors.As.
func (e *Error) As(target any) bool { return e.Code.as(target) }

// Unwrap returns the Go error that caused this one, or nil.
func (e *Error) Unwrap() error { return e.cause }

// HookError is the failure of a hook that ended its phase.
//
// Its text is, for example, "error running createRuntime hook #1: /usr/bin/setup-network: exited with status 3: LAST
// LINES OF STDERR". errors.Is finds its Code and its cause:
//
//   - the error that a function hook returned
//   - the context's error, if that ended the run
//   - the errno of a hook that could not be started, and so fs.ErrNotExist and the like
type HookError struct {
	// Code is the kind of failure.
	Code Code
	// Phase is the phase that failed.
	Phase Phase
	// Index is the hook's index in the phase, from 0.
	Index int
	// HookReport has all details of the hook: path, outcome, exit code, signal, stderr and more.
	HookReport

	message string
	cause   error
}

// Error returns the library's message.
func (e *HookError) Error() string { return e.message }

// Is reports whether target is the error's Code, or an error that the Code stands for.
func (e *HookError) Is(target error) bool { return errors.Is(e.Code, target) }

// As passes the Code to errors.As.
func (e *HookError) As(target any) bool { return e.Code.as(target) }

// Unwrap returns the cause of the failure, or nil if the hook's outcome is the whole cause.
func (e *HookError) Unwrap() error { return e.cause }

// OutputError is the failure of a writer given by [WithStdout] or [WithStderr]. The writer receives nothing more after
// its first error. The hooks are unaffected: if Run returns an OutputError, the phase succeeded.
type OutputError struct {
	// Stream is the stream of the writer.
	Stream Stream
	// Err is the writer's first error.
	Err error
}

// Error names the stream and describes the writer's error.
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
