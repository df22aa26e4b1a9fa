//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import (
	"encoding/json"
	"sort"
)

// State is the state of a container (runtime.md, "State"), for a program that has no type of its own for it.
//
// As JSON it is written by the library, which refuses what the runtime-spec forbids with [ErrInvalidState].
type State struct {
	// OCIVersion is the version of the runtime-spec.
	OCIVersion string
	// ID is the container's id.
	ID string
	// Status is "creating", "created", "running", "stopped", or one of the runtime's own.
	Status string
	// PID is the container's process id; 0 leaves it out, which a container that is created or running does not allow.
	PID int
	// Bundle is the bundle's absolute path.
	Bundle string
	// Annotations are written in the order of their keys.
	Annotations map[string]string
	// Members are written behind the others: anything that encoding/json makes an object of; nil for none.
	Members any
}

// MarshalJSON writes the state, compact.
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
	return writeState(stateSize, func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
		return C.ocihooks_state_new(texts[0], texts[1], texts[2], C.int(s.PID), texts[3], keys, values, C.size_t(len(names)),
			cBytes(members), C.size_t(len(members)), buf, size, length, errmsg, errmsgSize)
	})
}

// StateForPhase rewrites a state for a phase: "status" becomes the first that the runtime-spec expects there, unless it is
// one of those already, and "pid" the given one, as the phase's hooks are to see it; 0 leaves it as it is. A member that is
// missing is added, all else is kept byte for byte. state is as in [Hooks.Run].
func StateForPhase(state any, phase Phase, pid int) ([]byte, error) {
	text, err := stateText(state)
	if err != nil {
		return nil, err
	}
	name, err := cString("phase", string(phase))
	if err != nil {
		return nil, err
	}
	return writeState(len(text)+64, func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int {
		return C.ocihooks_state_for_phase(cBytes(text), C.size_t(len(text)), name, C.int(pid),
			buf, size, length, errmsg, errmsgSize)
	})
}

// stateSize is the room that a new state is given at first, in bytes.
const stateSize = 1024

type stateWriter func(buf *C.char, size C.size_t, length *C.size_t, errmsg *C.char, errmsgSize C.size_t) C.int

// writeState calls writer, a second time where the state is larger than size, which is the room that it is given at first.
func writeState(size int, writer stateWriter) ([]byte, error) {
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

// annotations returns the annotations' keys, in order, and their values.
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

// members returns the further members as an object.
func (s State) members() ([]byte, error) {
	if s.Members == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(s.Members)
}
