//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// Parse reads the runtime-spec's "hooks" object (config.md, "POSIX-platform Hooks").
//
// Nothing is lost: what the runtime-spec does not know is kept for MarshalJSON. Errors are [ErrInvalidJSON] and
// [ErrInvalidHooks], whose message names the first 100 faults with line and column.
func Parse(json []byte) (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_parse(cBytes(json), C.size_t(len(json)), hooks, errmsg, size)
	})
}

// ParseConfig reads the hooks of a whole config.json. The rest of it is checked to be JSON, and skipped; a config without
// hooks gives Hooks without hooks. Errors are as those of [Parse].
func ParseConfig(json []byte) (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_parse_config(cBytes(json), C.size_t(len(json)), hooks, errmsg, size)
	})
}

// ParseLibcontainer reads hooks in libcontainer's dialect, as runc keeps them in its state: as [Parse], but "timeout" is
// in nanoseconds, and "dir" is the hook's working directory. It is lenient, as [Read] is with [ReadLenient], because the
// container exists and has to be deleted, whatever its hooks are.
func ParseLibcontainer(json []byte) (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_parse_libcontainer(cBytes(json), C.size_t(len(json)), hooks, errmsg, size)
	})
}

// Read reads a document of any form, strictly or not.
func Read(document Document, flags ReadFlag, json []byte) (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_read(C.int(document), C.int(flags), cBytes(json), C.size_t(len(json)), hooks, errmsg, size)
	})
}

// UnmarshalJSON is [Parse] into h: it replaces all of its hooks, also where h was closed. After an error they are as
// they were. null does nothing, as encoding/json has it.
func (h *Hooks) UnmarshalJSON(json []byte) error {
	if string(json) == "null" {
		return nil
	}
	parsed, err := Parse(json)
	if err != nil {
		return err
	}
	h.replace(parsed.current)
	return nil
}

// MarshalJSON writes the runtime-spec's "hooks" object, compact: the phases in the order of the lifecycle, unknown ones
// behind them, the six left out where they are empty. Function hooks and libcontainer's "dir" are left out; a timeout
// that is not whole seconds is rounded up.
func (h *Hooks) MarshalJSON() ([]byte, error) {
	return h.write(func(hooks *C.ocihooks, buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_to_json(hooks, buf, size)
	})
}

// MarshalLibcontainer writes libcontainer's dialect, compact, for [ParseLibcontainer] or runc to read: all six phases,
// null for an empty one, "timeout" in nanoseconds. Function hooks are left out, and so is a property "dir" of a hook
// that came by [Parse], since it would take effect here.
func (h *Hooks) MarshalLibcontainer() ([]byte, error) {
	return h.write(func(hooks *C.ocihooks, buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_to_libcontainer(hooks, buf, size)
	})
}

func (h *Hooks) write(writer func(hooks *C.ocihooks, buf *C.char, size C.size_t) C.size_t) ([]byte, error) {
	used, err := h.acquire()
	if err != nil {
		return nil, err
	}
	defer h.release(used)
	return readText(textSize, func(buf *C.char, size C.size_t) C.size_t { return writer(used.hooks, buf, size) }), nil
}
