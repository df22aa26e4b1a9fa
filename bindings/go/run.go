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

// Run runs a phase: its hooks in order, each with the state on its stdin.
//
// phase is one of the six, or one that the hooks have besides. state is the container's state (runtime.md, "State"): a
// []byte, json.RawMessage or string is JSON, and handed on byte for byte; anything else, as [State] or the runtime-spec's
// own specs.State, goes through encoding/json. The options are applied in order: of two that set the same thing, the later
// one counts.
//
// The report is there as soon as the phase has begun, after a failure too; before, it is nil, and no hook was run. Errors
// are [*HookError] for a hook that ended the phase, [*OutputError] for a writer that failed while the phase went well,
// and [*Error] for the rest. In poststop every hook runs, and failures are warnings of the report.
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

// stateText is the state as JSON. What is JSON already is not touched.
func stateText(state any) ([]byte, error) {
	switch state := state.(type) {
	case json.RawMessage:
		return state, nil
	case []byte:
		return state, nil
	case string:
		return []byte(state), nil
	case State:
		return state.MarshalJSON() // once, and not checked by encoding/json: the library has written it
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

// run is what Go keeps of a run while the library is at it. All of it happens on one goroutine.
type run struct {
	ctx            context.Context
	filter         bool // whether the input is a config to be filtered
	observer       func(Event)
	writers        [3]io.Writer // by Stream
	outputError    *OutputError
	functionErrors []error // of the function hooks that were called, in order; nil for one that went well
	hasPanicked    bool
	panicked       any
}

// perform makes the call, and Go's values of all that comes out of it.
func (r *run) perform(used *handle, phase *C.char, state []byte, runner *runner) (*Report, error) {
	self := cgo.NewHandle(r)
	defer self.Delete()
	var made *C.ocihooks_report
	err := call(func(errmsg *C.char, size C.size_t) C.int {
		code := C.ocihooks_go_run(used.hooks, phase, cBytes(state), C.size_t(len(state)), runner.c, &made, errmsg, size,
			C.uintptr_t(self), number(r.filter))
		if made != nil {
			return C.OCIHOOKS_OK // its message is the report's, whole
		}
		return code
	})
	if err != nil {
		return nil, err
	}
	report := readReport(made, r)
	return report, report.err(r.ctx)
}

// guarded calls fn, and keeps what it panics with: a panic must not unwind through C.
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
