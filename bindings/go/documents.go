//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// readWritten gets a text from a function that may fail. A second call is made where the text is larger than the room
// that it is given at first.
func readWritten(fn func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int) ([]byte, error) {
	for size := messageSize; ; {
		var length C.size_t
		text := make([]byte, size)
		err := call(func(errmsg *C.char, errmsgSize C.size_t) C.int {
			return fn(cBytes(text), C.size_t(size), &length, errmsg, errmsgSize)
		})
		if err != nil {
			return nil, err
		}
		if int(length) < size {
			return text[:length:length], nil
		}
		size = int(length) + 1
	}
}

// AddCDIEdits appends the hooks of a CDI containerEdits object, in JSON, each to the phase of its hookName. Errors are
// [ErrInvalidJSON] and [ErrInvalidHooks]; then nothing was added.
func (h *Hooks) AddCDIEdits(edits []byte) error {
	return h.change(func(hooks *C.ocihooks) error {
		return call(func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_add_cdi_edits(hooks, cBytes(edits), C.size_t(len(edits)), errmsg, size)
		})
	})
}

// SetConfigHooks returns a config.json with these hooks in the place of its own. All else stays byte for byte. Function
// hooks are left out. Errors are [ErrInvalidJSON] and [ErrInvalidConfig].
func SetConfigHooks(config []byte, hooks *Hooks) ([]byte, error) {
	used, err := hooks.acquire()
	if err != nil {
		return nil, err
	}
	defer hooks.release(used)
	return readWritten(func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
		return C.ocihooks_config_set_hooks(cBytes(config), C.size_t(len(config)), used.hooks, buf, size, length, errmsg,
			errmsgSize)
	})
}

// Lint returns what is to be said of a document, beyond whether it can be used. A text that is not JSON is a finding.
func Lint(document Document, text []byte, options LintOptions) ([]Finding, error) {
	name, err := cString("name", options.Name)
	if err != nil {
		return nil, err
	}
	stages, free, err := cList("stages", options.Stages)
	if err != nil {
		return nil, err
	}
	defer free()
	found, err := readWritten(func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
		return C.ocihooks_lint(C.int(document), name, cBytes(text), C.size_t(len(text)), stages, number(options.CheckHost), buf,
			size, length, errmsg, errmsgSize)
	})
	if err != nil {
		return nil, err
	}
	return findings(found)
}
