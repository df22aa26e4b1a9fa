//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
// #include "callback.h"
import "C"

import (
	"context"
	"encoding/json"
	"io"
	"runtime/cgo"
)

// Run runs a phase: its hooks in order, each with the state on stdin.
//
// phase is one of the six, or another phase of h. state is the container's state (runtime.md, "State"). A []byte,
// json.RawMessage or string is JSON and reaches the hooks byte for byte. Any other value, such as [State] or the
// runtime-spec's specs.State, is marshaled by encoding/json. Options are applied in order, so the last one wins.
//
// Run returns a report, even on failure, once the phase has begun. Before that the report is nil, and no hook was run.
// Errors are [*HookError] for a hook that ended the phase, [*OutputError] for a writer that failed in a successful
// phase, and [*Error] for all other failures. In poststop every hook runs, and failures are warnings in the report.
func (h *Hooks) Run(ctx context.Context, phase Phase, state any, options ...Option) (*Report, error) {
	return h.runWith(ctx, phase, func() ([]byte, error) { return stateText(state) }, options, false)
}

// runWith runs a phase with an input: a state, or a config to be filtered.
func (h *Hooks) runWith(ctx context.Context, phase Phase, input func() ([]byte, error), options []Option, filter bool) (*Report, error) {
	if ctx == nil {
		return nil, invalidArgument("ctx is nil")
	}
	name, err := cString("phase", string(phase))
	if err != nil {
		return nil, err
	}
	text, err := input()
	if err != nil {
		return nil, err
	}
	used, err := h.acquire()
	if err != nil {
		return nil, err
	}
	defer h.release(used)
	return runHooks(&run{ctx: ctx, filter: filter}, used, name, text, options)
}

func runHooks(current *run, used *handle, phase *C.char, state []byte, options []Option) (*Report, error) {
	runner, err := newRunner(current, options)
	defer runner.free()
	if err != nil {
		return nil, err
	}
	stop, err := runner.cancelBy(current.ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	report, err := current.perform(used, phase, state, runner)
	if current.hasPanicked {
		panic(current.panicked)
	}
	return report, err
}

// stateText returns the state as JSON. Text that is already JSON is unchanged.
func stateText(state any) ([]byte, error) {
	switch state := state.(type) {
	case json.RawMessage:
		return state, nil
	case []byte:
		return state, nil
	case string:
		return []byte(state), nil
	case State:
		return state.MarshalJSON() // called directly, because the library's JSON needs no check by encoding/json
	case *State:
		if state != nil {
			return state.MarshalJSON()
		}
	}
	text, err := json.Marshal(state)
	if err != nil {
		return nil, &Error{Code: ErrInvalidState, Message: "invalid state: " + err.Error(), cause: err}
	}
	return text, nil
}

// run is Go's data of a run during the library's call. Only one goroutine uses it.
type run struct {
	ctx            context.Context
	filter         bool // whether the input is a config to be filtered
	observer       func(Event)
	writers        [3]io.Writer // indexed by Stream
	outputError    *OutputError
	functionErrors []error // one for each called function hook, in order; nil for success
	hasPanicked    bool
	panicked       any
}

// perform makes the call and converts its results to Go values.
func (r *run) perform(used *handle, phase *C.char, state []byte, runner *runner) (*Report, error) {
	self := cgo.NewHandle(r)
	defer self.Delete()
	var made *C.ocihooks_report
	err := call(func(errmsg *C.char, size C.size_t) C.int {
		code := C.ocihooks_go_run(used.hooks, phase, cBytes(state), C.size_t(len(state)), runner.c, &made, errmsg, size,
			C.uintptr_t(self), number(r.filter))
		if made != nil {
			return C.OCIHOOKS_OK // the report has the complete message
		}
		return code
	})
	if err != nil {
		return nil, err
	}
	report := readReport(made, r)
	return report, report.err(r.ctx)
}

// guarded calls fn and keeps the value of a panic, because a panic must not unwind through C.
func (r *run) guarded(fn func()) (panicked bool) {
	panicked = true
	defer func() {
		if !panicked {
			return
		}
		value := recover()
		if !r.hasPanicked {
			r.hasPanicked, r.panicked = true, value
		}
	}()
	fn()
	return false
}
