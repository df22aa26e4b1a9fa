//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import "runtime"

// handle is a map of the library. While it has users, it is neither modified nor freed: changing the Hooks changes a
// copy, which replaces it. Therefore no run waits for a change, no change waits for a run, and a function hook may
// change the Hooks that it is run from.
type handle struct {
	hooks *C.ocihooks
	users int
}

func newHandle(hooks *C.ocihooks) *handle {
	made := &handle{hooks: hooks}
	runtime.SetFinalizer(made, (*handle).free)
	return made
}

// free frees the map. The handle must not be used afterwards.
func (used *handle) free() {
	runtime.SetFinalizer(used, nil)
	C.ocihooks_free(used.hooks)
	used.hooks = nil
}

func (used *handle) clone() (*handle, error) {
	var hooks *C.ocihooks
	err := call(func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_clone(used.hooks, &hooks, errmsg, size)
	})
	if err != nil {
		return nil, err
	}
	runtime.KeepAlive(used)
	return newHandle(hooks), nil
}

// acquire returns the map for reading. The caller must pass it to release.
func (h *Hooks) acquire() (*handle, error) {
	if h == nil {
		return nil, errClosed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == nil {
		return nil, errClosed
	}
	h.current.users++
	return h.current, nil
}

func (h *Hooks) release(used *handle) {
	h.mu.Lock()
	used.users--
	unused := used.users == 0 && used != h.current
	h.mu.Unlock()
	if unused {
		used.free()
	}
}

// change changes the map, or a copy that replaces it if the map is in use.
func (h *Hooks) change(fn func(hooks *C.ocihooks) error) error {
	if h == nil {
		return errClosed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == nil {
		return errClosed
	}
	if h.current.users == 0 {
		defer runtime.KeepAlive(h.current)
		return fn(h.current.hooks)
	}
	changed, err := h.current.clone()
	if err != nil {
		return err
	}
	if err := fn(changed.hooks); err != nil {
		changed.free()
		return err
	}
	h.current = changed
	return nil
}

// replace replaces this map by another one, or by none if that is nil.
func (h *Hooks) replace(by *handle) {
	h.mu.Lock()
	old := h.current
	h.current = by
	unused := old != nil && old.users == 0
	h.mu.Unlock()
	if unused {
		old.free()
	}
}
