//go:build linux && cgo

package ocihooks

// #include <stdint.h>
// #include <ocihooks.h>
import "C"

import (
	"io"
	"runtime/cgo"
)

// The output callback. [WithStdout] and [WithStderr] set it, and the library calls it through callback.c.

//export ocihooksGoOutput
func ocihooksGoOutput(stream C.int, data *C.char, size C.size_t, current C.uintptr_t) {
	run := cgo.Handle(current).Value().(*run)
	run.guarded(func() { run.output(Stream(stream), copyBytes(data, size)) })
}

// output passes a piece of output to its writer until the writer fails.
func (r *run) output(stream Stream, data []byte) {
	writer := r.writers[stream]
	if writer == nil {
		return
	}
	written, err := writer.Write(data)
	if err == nil && written < len(data) {
		err = io.ErrShortWrite
	}
	if err == nil {
		return
	}
	r.writers[stream] = nil
	if r.outputError == nil {
		r.outputError = &OutputError{Stream: stream, Err: err}
	}
}
