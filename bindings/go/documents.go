//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// AddCDIEdits appends the hooks of a CDI containerEdits object, in JSON, each to the phase of its hookName. Errors are
// [ErrInvalidJSON] and [ErrInvalidHooks]; then nothing was added.
func (h *Hooks) AddCDIEdits(edits []byte) error {
	return h.change(func(hooks *C.ocihooks) error {
		return call(func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_add_cdi_edits(hooks, cBytes(edits), C.size_t(len(edits)), errmsg, size)
		})
	})
}

// SetConfigHooks returns a config.json with these hooks in the place of its own. The other bytes stay as they
// are. Function hooks are left out. Errors are [ErrInvalidJSON] and [ErrInvalidConfig].
func SetConfigHooks(config []byte, hooks *Hooks) ([]byte, error) {
	used, err := hooks.acquire()
	if err != nil {
		return nil, err
	}
	defer hooks.release(used)
	return readWritten(len(config)+textSize, func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
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
	found, err := readWritten(messageSize, func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
		return C.ocihooks_lint(C.int(document), name, cBytes(text), C.size_t(len(text)), stages, number(options.CheckHost), buf,
			size, length, errmsg, errmsgSize)
	})
	if err != nil {
		return nil, err
	}
	return findings(found)
}
