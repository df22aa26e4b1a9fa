package ocihooks

import (
	"context"
	"syscall"
	"time"
)

// Report is what happened in a run, hook by hook. It is Go's own: nothing of it has to be freed.
type Report struct {
	// Phase is the phase that was run.
	Phase Phase
	// Code is OK, or the kind of failure that ended the phase.
	Code Code
	// Message is the failure's message; empty where the phase went well.
	Message string
	// Duration is how long the phase took.
	Duration time.Duration
	// Hooks has an entry for each hook of the phase, run or not, in order.
	Hooks []HookReport
	// Warnings are failures that did not end the phase, and what is odd about the state.
	Warnings []Warning
	// OutputError is the first failure of a writer; nil where none failed.
	OutputError *OutputError
	// Config is the config that filters made, compact JSON; nil for a run, and after a failure.
	Config []byte

	json *reportJSON
}

// HookReport is what became of one hook.
type HookReport struct {
	// Kind is what the hook is.
	Kind Kind
	// Path is its path; empty for a function.
	Path string
	// Outcome is how it ended.
	Outcome Outcome
	// ExitCode is the status that it exited with, or what a function hook gave C: 1 for an error. -1 for any other
	// outcome.
	ExitCode int
	// Signal is the signal that killed it, also when it timed out or was canceled; 0 where none did.
	Signal syscall.Signal
	// Errno is what kept it from being started; 0 for any other outcome.
	Errno syscall.Errno
	// Cause is why it failed, as "exited with status 3"; empty where it did not fail, or was not run.
	Cause string
	// Message is the whole error, as [HookError] has it where the hook ends the phase; empty where it did not fail, or was not
	// run.
	Message string
	// Failed says whether it failed, whatever that did to the phase.
	Failed bool
	// CoreDumped says whether it dumped core when a signal killed it.
	CoreDumped bool
	// Err is the error that a function hook returned; nil for a command.
	Err error
	// PID is the process id that it had; 0 where it had none. It may be another process's by now.
	PID int
	// Duration is how long it took, from before its clone to its end.
	Duration time.Duration
	// UserTime and SystemTime are the processor time that it, and the children it waited for, spent.
	UserTime, SystemTime time.Duration
	// Stdout and Stderr are what it wrote, where that was captured.
	Stdout, Stderr Captured
}

// Captured is what was kept of a stream.
type Captured struct {
	// Bytes are what was kept, raw. Where something was left out, a line "[... N bytes left out ...]" stands between the
	// first part and the last.
	Bytes []byte
	// Total is how many bytes were written in all, kept or not.
	Total uint64
	// Truncated says whether something was left out.
	Truncated bool
}

// MarshalJSON returns the report as the library writes it: one compact object with phase, code, message, durationNs,
// hooks and warnings. Fields that were changed in Go are not in it.
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

// err returns the error of the run that the report is of.
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

// ending returns the place of the hook that ended the phase: the last one that is not skipped. -1 where there is none.
func (r *Report) ending() int {
	for index := len(r.Hooks) - 1; index >= 0; index-- {
		if r.Hooks[index].Outcome != OutcomeSkipped {
			return index
		}
	}
	return -1
}
