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

// The library calls a function hook through callback.c, on the thread and the goroutine that called Run. observer.go
// has the observer, and output_callback.go the output callback.

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
	// The report finds a hook's error by its position, so every call adds an entry.
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

// putMessage writes text into C's buffer, NUL-terminated. C sees the text up to its first NUL.
func putMessage(text string, errmsg *C.char, size C.size_t) {
	if size == 0 {
		return
	}
	room := unsafe.Slice((*byte)(unsafe.Pointer(errmsg)), int(size))
	room[copy(room[:size-1], text)] = 0
}
