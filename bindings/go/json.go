//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// Parse reads the runtime-spec's "hooks" object (config.md, "POSIX-platform Hooks").
//
// The map is lossless: MarshalJSON writes members that the runtime-spec does not define. Errors are [ErrInvalidJSON]
// and [ErrInvalidHooks]; the message of the latter lists the first 100 violations with line and column.
func Parse(json []byte) (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_parse(cBytes(json), C.size_t(len(json)), hooks, errmsg, size)
	})
}

// ParseConfig reads the hooks of a complete config.json. The rest of the document is checked to be JSON and otherwise
// ignored. A config without hooks gives empty Hooks. The errors are those of [Parse].
func ParseConfig(json []byte) (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_parse_config(cBytes(json), C.size_t(len(json)), hooks, errmsg, size)
	})
}

// ParseLibcontainer reads hooks in libcontainer's dialect, as runc keeps them in its state. It differs from [Parse] in
// two members: "timeout" is in nanoseconds, and "dir" is the hook's working directory. It is lenient, as [Read] is with
// [ReadLenient], because the container exists and must be deleted, whatever its hooks are.
func ParseLibcontainer(json []byte) (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_parse_libcontainer(cBytes(json), C.size_t(len(json)), hooks, errmsg, size)
	})
}

// Read reads a document of any form, strictly or leniently.
func Read(document Document, flags ReadFlag, json []byte) (*Hooks, error) {
	return newHooks(func(hooks **C.ocihooks, errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_read(C.int(document), C.int(flags), cBytes(json), C.size_t(len(json)), hooks, errmsg, size)
	})
}

// UnmarshalJSON is [Parse] into h. It replaces all hooks, even if h was closed. On error h is unchanged. null does
// nothing, by the convention of encoding/json.
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

// MarshalJSON writes the runtime-spec's "hooks" object as compact JSON. The six phases come first, in lifecycle order,
// and are omitted if empty; unknown phases follow. Function hooks and libcontainer's "dir" are omitted. A timeout that
// is not a whole number of seconds is rounded up.
func (h *Hooks) MarshalJSON() ([]byte, error) {
	return h.write(func(hooks *C.ocihooks, buf *C.char, size C.size_t) C.size_t {
		return C.ocihooks_to_json(hooks, buf, size)
	})
}

// MarshalLibcontainer writes libcontainer's dialect as compact JSON, for [ParseLibcontainer] or runc to read. All six
// phases are written, an empty one as null, and "timeout" is in nanoseconds. Function hooks are omitted. A property
// "dir" that a hook got from [Parse] is omitted as well, because it would take effect in this dialect.
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
