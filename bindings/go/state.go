//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import (
	"encoding/json"
	"sort"
)

// State is the state of a container (runtime.md, "State"), for programs without their own type for it.
//
// The library writes its JSON, and returns [ErrInvalidState] for a state that the runtime-spec forbids.
type State struct {
	// OCIVersion is the version of the runtime-spec.
	OCIVersion string
	// ID is the container's ID.
	ID string
	// Status is "creating", "created", "running", "stopped", or a status that the runtime defines.
	Status string
	// PID is the container's process ID. 0 omits it, which is an error for a container that is created or running.
	PID int
	// Bundle is the absolute path of the bundle.
	Bundle string
	// Annotations are written in key order.
	Annotations map[string]string
	// Members are written after the others: any value that encoding/json marshals to an object; nil for none.
	Members any
}

// MarshalJSON writes the state as compact JSON.
func (s State) MarshalJSON() ([]byte, error) {
	members, err := s.members()
	if err != nil {
		return nil, err
	}
	names, contents := s.annotations()
	keys, freeKeys, err := cList("annotations", names)
	if err != nil {
		return nil, err
	}
	defer freeKeys()
	values, freeValues, err := cList("annotations", contents)
	if err != nil {
		return nil, err
	}
	defer freeValues()
	var texts [4]*C.char
	for i, text := range []string{s.OCIVersion, s.ID, s.Status, s.Bundle} {
		if texts[i], err = cString("state", text); err != nil {
			return nil, err
		}
	}
	return readWritten(stateSize, func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
		return C.ocihooks_state_new(texts[0], texts[1], texts[2], C.int(s.PID), texts[3], keys, values, C.size_t(len(names)),
			cBytes(members), C.size_t(len(members)), buf, size, length, errmsg, errmsgSize)
	})
}

// StateForPhase rewrites a state for a phase, as the hooks of that phase expect it. "status" becomes the first status
// that the runtime-spec expects in the phase, unless it already is one of them. "pid" becomes the given process ID; 0
// keeps it. Either member is added if it is missing. All other bytes are kept. state has the types of [Hooks.Run].
func StateForPhase(state any, phase Phase, pid int) ([]byte, error) {
	text, err := stateText(state)
	if err != nil {
		return nil, err
	}
	name, err := cString("phase", string(phase))
	if err != nil {
		return nil, err
	}
	return readWritten(len(text)+64, func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
		return C.ocihooks_state_for_phase(cBytes(text), C.size_t(len(text)), name, C.int(pid),
			buf, size, length, errmsg, errmsgSize)
	})
}

// stateSize is the initial size of a state's buffer, in bytes.
const stateSize = 1024

// annotations returns the annotations' keys in order, and their values.
func (s State) annotations() (keys, values []string) {
	for key := range s.Annotations {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		values = append(values, s.Annotations[key])
	}
	return keys, values
}

// members returns the additional members as an object.
func (s State) members() ([]byte, error) {
	if s.Members == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(s.Members)
}
