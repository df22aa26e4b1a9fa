package ocihooks

import (
	"context"
	"syscall"
	"time"
)

// Report describes a run, hook by hook. It is plain Go memory and needs no freeing.
type Report struct {
	// Phase is the phase that was run.
	Phase Phase
	// Code is OK, or the kind of failure that ended the phase.
	Code Code
	// Message is the failure's message; empty if the phase succeeded.
	Message string
	// Duration is how long the phase took.
	Duration time.Duration
	// Hooks has an entry for each hook of the phase in order, including hooks that were not run.
	Hooks []HookReport
	// Warnings report failures that did not end the phase, and oddities of the state.
	Warnings []Warning
	// OutputError is the first failure of a writer, or nil.
	OutputError *OutputError
	// Config is the config that filters made, compact JSON; nil for a run, and after a failure.
	Config []byte

	json *reportJSON
}

// HookReport describes the run of one hook.
type HookReport struct {
	// Kind is the kind of the hook.
	Kind Kind
	// Path is the hook's path; empty for a function.
	Path string
	// Outcome is how the hook ended.
	Outcome Outcome
	// ExitCode is the exit status of a command. For a function it is 0, or 1 if the function returned an error. It is
	// -1 for any other outcome.
	ExitCode int
	// Signal is the signal that killed the hook, including after a timeout or a cancel; 0 if no signal did.
	Signal syscall.Signal
	// Errno is the reason why the hook could not be started; 0 for any other outcome.
	Errno syscall.Errno
	// Cause is the cause of a failure, for example "exited with status 3". It is empty for a hook that succeeded or was
	// not run.
	Cause string
	// Message is the complete error text, which is that of [HookError] if the hook ends the phase. It is empty for a hook
	// that succeeded or was not run.
	Message string
	// Failed reports whether the hook failed, whatever the effect on the phase.
	Failed bool
	// CoreDumped reports whether the hook dumped core when a signal killed it.
	CoreDumped bool
	// Err is the error that a function hook returned; nil for a command.
	Err error
	// PID is the process ID that the hook had; 0 if it had none. The kernel may have given it to another process since.
	PID int
	// Duration is how long it took, from before its clone to its end.
	Duration time.Duration
	// UserTime and SystemTime are the processor times that the hook, and the children that it waited for, spent in user
	// mode and in the kernel.
	UserTime, SystemTime time.Duration
	// Stdout and Stderr are the hook's output, if it was captured.
	Stdout, Stderr Captured
}

// Captured is the kept part of a stream.
type Captured struct {
	// Bytes are the kept bytes, unchanged. A line "[... N bytes left out ...]" between the first and the last part
	// marks omitted bytes.
	Bytes []byte
	// Total is the number of bytes that the hook wrote, whether kept or not.
	Total uint64
	// Truncated reports whether bytes were omitted.
	Truncated bool
}

// MarshalJSON returns the report as the library writes it: one compact object with phase, code, message, durationNs,
// hooks and warnings. It ignores changes that were made to the fields in Go.
func (r *Report) MarshalJSON() ([]byte, error) {
	if r.json == nil {
		return nil, invalidArgument("the report is not one that Run has returned")
	}
	size := 1024
	for _, hook := range r.Hooks {
		size += 512 + len(hook.Stdout.Bytes) + len(hook.Stderr.Bytes)
	}
	return r.json.bytes(size + size/8), nil // some characters are escaped
}

// err returns the error of the reported run.
func (r *Report) err(ctx context.Context) error {
	switch {
	case r.Code == OK && r.OutputError == nil:
		return nil
	case r.Code == OK:
		return r.OutputError
	}
	index := r.ending()
	if index < 0 {
		return &Error{Code: r.Code, Message: r.Message}
	}
	hook := r.Hooks[index]
	failed := &HookError{Code: r.Code, Phase: r.Phase, Index: index, HookReport: hook, message: r.Message}
	switch {
	case hook.Err != nil:
		failed.cause = hook.Err
	case r.Code == ErrCanceled:
		failed.cause = ctx.Err()
	case hook.Errno != 0:
		failed.cause = hook.Errno
	}
	return failed
}

// ending returns the index of the hook that ended the phase, which is the last one that is not skipped; -1 if there is
// none.
func (r *Report) ending() int {
	for index := len(r.Hooks) - 1; index >= 0; index-- {
		if r.Hooks[index].Outcome != OutcomeSkipped {
			return index
		}
	}
	return -1
}
