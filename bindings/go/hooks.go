//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
// #include "callback.h"
import "C"

import (
	"math"
	"runtime/cgo"
	"time"
)

var errClosed = invalidArgument("the hooks are closed")

// New creates Hooks without hooks.
func New() (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_new(hooks, errmsg, size)
	})
}

func newHooks(maker func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int) (*Hooks, error) {
	var hooks *C.ocihooks
	err := call(func(errmsg *C.char, size C.size_t) C.int { return maker(&hooks, errmsg, size) })
	if err != nil {
		return nil, err
	}
	return &Hooks{current: newHandle(hooks)}, nil
}

// Close frees the hooks. Running phases continue; any later use of h returns an error. Close may be called repeatedly
// and always returns nil.
func (h *Hooks) Close() error {
	if h != nil {
		h.replace(nil)
	}
	return nil
}

// Clone copies the hooks. Both maps share their function hooks.
func (h *Hooks) Clone() (*Hooks, error) {
	used, err := h.acquire()
	if err != nil {
		return nil, err
	}
	defer h.release(used)
	copied, err := used.clone()
	if err != nil {
		return nil, err
	}
	return &Hooks{current: copied}, nil
}

// Merge appends the hooks of from, which may be h itself, phase by phase. Members of from that are not phases are added
// as well. If both have a member of the same name whose values can't be joined, Merge returns [ErrInvalidArgument] and
// changes nothing.
func (h *Hooks) Merge(from *Hooks) error {
	used, err := from.acquire()
	if err != nil {
		return err
	}
	defer from.release(used)
	return h.change(func(hooks *C.ocihooks) error {
		return call(func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_merge(hooks, used.hooks, errmsg, size)
		})
	})
}

// Count returns the number of hooks in a phase, both commands and functions; 0 for a phase that is not in the map.
func (h *Hooks) Count(phase Phase) int {
	used, err := h.acquire()
	if err != nil {
		return 0
	}
	defer h.release(used)
	name, err := cString("phase", string(phase))
	if err != nil {
		return 0
	}
	return int(C.ocihooks_count(used.hooks, name))
}

// Phases returns the phases of h: those of the six that have hooks, in lifecycle order, then all phases that the
// runtime-spec does not define.
func (h *Hooks) Phases() []Phase {
	used, err := h.acquire()
	if err != nil {
		return nil
	}
	defer h.release(used)
	phases := make([]Phase, C.ocihooks_hooks_phase_count(used.hooks))
	for i := range phases {
		phases[i] = Phase(readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
			return C.ocihooks_hooks_phase_name(used.hooks, C.size_t(i), buf, size)
		}))
	}
	return phases
}

// Warnings returns the oddities of the document that h was read from, and of commands appended since:
//
//   - hooks that will fail
//   - names that differ from the runtime-spec's only in case
//   - a document that looks like another form
func (h *Hooks) Warnings() []string {
	used, err := h.acquire()
	if err != nil {
		return nil
	}
	defer h.release(used)
	warnings := make([]string, C.ocihooks_warning_count(used.hooks))
	for i := range warnings {
		warnings[i] = string(readText(textSize, func(buf *C.char, size C.size_t) C.size_t {
			return C.ocihooks_warning(used.hooks, C.size_t(i), buf, size)
		}))
	}
	return warnings
}

// SetLenient sets whether [Hooks.AddCommand] keeps a command that the runtime-spec forbids. Such a command fails with
// [ErrInvalidHooks] when it runs, and Warnings reports it.
func (h *Hooks) SetLenient(on bool) error {
	return h.change(func(hooks *C.ocihooks) error {
		return call(func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_set_lenient(hooks, number(on), errmsg, size)
		})
	})
}

// AddCommand appends a command to a phase. A phase that is not in the map is created, even if the runtime-spec does not
// define it. A command that the runtime-spec forbids, for example with a relative path or a negative timeout, returns
// [ErrInvalidHooks], unless h is lenient. An empty phase, and text that is not UTF-8 or contains a NUL, return
// [ErrInvalidArgument].
func (h *Hooks) AddCommand(phase Phase, command Command) error {
	name, err := cString("phase", string(phase))
	if err != nil {
		return err
	}
	path, err := cString("path", command.Path)
	if err != nil {
		return err
	}
	args, freeArgs, err := cList("args", command.Args)
	if err != nil {
		return err
	}
	defer freeArgs()
	env, freeEnv, err := cList("env", command.Env)
	if err != nil {
		return err
	}
	defer freeEnv()
	return h.change(func(hooks *C.ocihooks) error {
		return call(func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_add_command(hooks, name, path, args, env, wholeSeconds(command.Timeout), errmsg, size)
		})
	})
}

// AddFunc appends a function to a phase. It runs in order with the commands and is omitted from JSON. The function is
// kept as long as a map holds it. If it refers to the Hooks themselves, only Close frees them.
func (h *Hooks) AddFunc(phase Phase, function Func) error {
	if function == nil {
		return invalidArgument("function is nil")
	}
	name, err := cString("phase", string(phase))
	if err != nil {
		return err
	}
	userdata := cgo.NewHandle(function)
	err = h.change(func(hooks *C.ocihooks) error {
		return call(func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_go_add_callback(hooks, name, C.uintptr_t(userdata), errmsg, size)
		})
	})
	if err != nil {
		userdata.Delete()
	}
	return err
}

// wholeSeconds rounds up. A negative timeout stays negative, so that the library rejects it.
func wholeSeconds(limit time.Duration) C.int {
	seconds := limit / time.Second
	switch {
	case limit < 0:
		return -1
	case limit%time.Second > 0:
		seconds++
	}
	if seconds > math.MaxInt32 {
		return math.MaxInt32
	}
	return C.int(seconds)
}
