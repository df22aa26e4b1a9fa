//go:build linux && cgo

package ocihooks

// #include <stdint.h>
// #include <ocihooks.h>
import "C"

import (
	"fmt"
	"runtime/cgo"
	"unsafe"
)

// What the library calls of a function hook, by way of callback.c, on the thread and the goroutine that called Run. The
// observer is in observer.go, the output callback in output_callback.go.

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
