//go:build linux && cgo

package ocihooks

// #include <stdint.h>
// #include <ocihooks.h>
import "C"

import (
	"fmt"
	"runtime/cgo"
	"time"
	"unsafe"
)

// What the library calls, by way of callback.c, on the thread and the goroutine that called Run.

//export ocihooksGoFunction
func ocihooksGoFunction(phase, state *C.char, stateLen C.size_t, errmsg *C.char, errmsgSize C.size_t,
	function, current C.uintptr_t,
) C.int {
	run := cgo.Handle(current).Value().(*run)
	var err error
	panicked := run.guarded(func() {
		call := cgo.Handle(function).Value().(Func)
		err = call(run.ctx, Phase(C.GoString(phase)), copyBytes(state, stateLen))
	})
	if panicked {
		err = fmt.Errorf("panic: %v", run.panicked)
	}
	// One entry a call: that is how the report finds the error of each hook.
	run.functionErrors = append(run.functionErrors, err)
	if err == nil {
		return 0
	}
	putMessage(err.Error(), errmsg, errmsgSize)
	return 1
}

//export ocihooksGoDestroy
func ocihooksGoDestroy(function C.uintptr_t) {
	cgo.Handle(function).Delete()
}

//export ocihooksGoObserve
func ocihooksGoObserve(event C.int, phase *C.char, index C.size_t, path *C.char, outcome C.int, message *C.char,
	duration C.uint64_t, current C.uintptr_t,
) {
	run := cgo.Handle(current).Value().(*run)
	run.guarded(func() {
		run.observer(Event{
			Kind:     EventKind(event),
			Phase:    Phase(C.GoString(phase)),
			Index:    int(index),
			Path:     C.GoString(path),
			Outcome:  Outcome(outcome),
			Message:  C.GoString(message),
			Duration: time.Duration(duration),
		})
	})
}

//export ocihooksGoOutput
func ocihooksGoOutput(stream C.int, data *C.char, size C.size_t, current C.uintptr_t) {
	run := cgo.Handle(current).Value().(*run)
	run.guarded(func() { run.output(Stream(stream), copyBytes(data, size)) })
}

func copyBytes(data *C.char, size C.size_t) []byte {
	return append([]byte{}, unsafe.Slice((*byte)(unsafe.Pointer(data)), int(size))...)
}

// putMessage writes text where C has room for it, NUL-ended. It ends at a NUL of its own, as any text does in C.
func putMessage(text string, errmsg *C.char, size C.size_t) {
	if size == 0 {
		return
	}
	room := unsafe.Slice((*byte)(unsafe.Pointer(errmsg)), int(size))
	room[copy(room[:size-1], text)] = 0
}
