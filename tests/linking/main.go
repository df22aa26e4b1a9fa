// Uses both archives from Go: runs a hook by one, and lets the other catch a panic.
package main

// #include <ocihooks.h>
// int second_catches(void);
import "C"
import "unsafe"

func main() {
	json := []byte(`{"createRuntime": [{"path": "/bin/true"}]}`)
	state := []byte(`{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/run/web-1"}`)
	phase := []byte("createRuntime\x00")
	text := func(bytes []byte) *C.char { return (*C.char)(unsafe.Pointer(&bytes[0])) }

	var hooks *C.ocihooks
	errmsg := make([]byte, 1024)
	code := C.ocihooks_parse(text(json), C.size_t(len(json)), &hooks, text(errmsg), 1024)
	if code == C.OCIHOOKS_OK {
		code = C.ocihooks_run(hooks, text(phase), text(state), C.size_t(len(state)), nil, nil, text(errmsg), 1024)
	}
	C.ocihooks_free(hooks)
	if code != C.OCIHOOKS_OK || C.second_catches() != 0 {
		panic(string(errmsg))
	}
}
