//go:build linux && cgo

package ocihooks

// #include <stdlib.h>
// #include <ocihooks.h>
import "C"

import (
	"bytes"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// messageSize is the initial size of a message buffer, in bytes. Few messages are longer.
const messageSize = 4096

// cString returns text as a C string. A NUL inside would end it early, so it is an error. The memory belongs to Go: C
// may use it during a call but must not keep it.
func cString(what, text string) (*C.char, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, invalidArgument("%s: there is a NUL in it: %q", what, text)
	}
	return cBytes(append([]byte(text), 0)), nil
}

// cBytes returns the address of the bytes. It is never NULL, which would mean an absent argument. C may use it during a
// textWriter is a function that writes a text and its length, or fails; also because the buffer is too small.
type textWriter func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int

// readWritten calls writer with a buffer of the given size, and again if the text is larger.
func readWritten(size int, writer textWriter) ([]byte, error) {
	for {
		var length C.size_t
		text := make([]byte, size+1)
		err := call(func(errmsg *C.char, errmsgSize C.size_t) C.int {
			return writer(cBytes(text), C.size_t(len(text)), &length, errmsg, errmsgSize)
		})
		if err == nil {
			return text[:length:length], nil
		}
		if int(length) <= size {
			return nil, err
		}
		size = int(length)
	}
}

// call only, as with cString.
func cBytes(data []byte) *C.char {
	if len(data) == 0 {
		data = []byte{0}
	}
	return (*C.char)(unsafe.Pointer(&data[0]))
}

// cList returns a NULL-terminated array in C's memory, which free frees; NULL for a nil list. Go's memory would not do,
// because cgo forbids passing a Go array of Go pointers.
func cList(what string, list []string) (texts **C.char, free func(), err error) {
	if list == nil {
		return nil, func() {}, nil
	}
	room := C.calloc(C.size_t(len(list)+1), C.size_t(unsafe.Sizeof((*C.char)(nil))))
	pointers := unsafe.Slice((**C.char)(room), len(list)+1)
	free = func() {
		for _, pointer := range pointers {
			C.free(unsafe.Pointer(pointer))
		}
		C.free(room)
	}
	for i, text := range list {
		if strings.IndexByte(text, 0) >= 0 {
			free()
			return nil, nil, invalidArgument("%s: there is a NUL in it: %q", what, text)
		}
		pointers[i] = C.CString(text)
	}
	return (**C.char)(room), free, nil
}

// textSize is the initial size of a text buffer, in bytes.
const textSize = 256

// readText reads a text from C by an accessor that works like snprintf. It calls the accessor again if the text is
// larger than the initial size.
func readText(size int, accessor func(buf *C.char, size C.size_t) C.size_t) []byte {
	for {
		text := make([]byte, size+1)
		length := int(accessor(cBytes(text), C.size_t(len(text))))
		if length == 0 {
			return nil
		}
		if length <= size {
			return text[:length:length]
		}
		size = length
	}
}

// call turns a code and its message into an error. It repeats the call if the message did not fit, so fn must be
// repeatable after a failure.
func call(fn func(errmsg *C.char, size C.size_t) C.int) error {
	for size := messageSize; ; size *= 4 {
		buffer := make([]byte, size)
		code := Code(fn(cBytes(buffer), C.size_t(size)))
		if code == OK {
			return nil
		}
		message := buffer[:bytes.IndexByte(buffer, 0)]
		// It is cut between characters, and then leaves room for less than one, and for the NUL.
		if len(message) < size-utf8.UTFMax {
			return &Error{Code: code, Message: string(message)}
		}
	}
}
