//go:build linux && cgo

package ocihooks

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

var running = State{OCIVersion: "1.2.0", ID: "web-1", Status: "running", PID: 7, Bundle: "/b",
	Annotations: map[string]string{"z": "<&>\u2028", "a": `"`}}

func TestStatesAreHandedOn(t *testing.T) {
	raw := `{"status": "creating",  "ociVersion":"1.2.0", "id":"é", "bundle":"/b", "x": 1.0}`
	type specState struct {
		Version string `json:"ociVersion"`
		ID      string `json:"id"`
		Status  string `json:"status"`
		Bundle  string `json:"bundle"`
	}
	for _, one := range []struct {
		state    any
		expected string
	}{
		{raw, raw},
		{[]byte(raw), raw},
		{json.RawMessage(raw), raw},
		{&specState{"1.2.0", "web-1", "creating", "/b"}, `{"ociVersion":"1.2.0","id":"web-1","status":"creating","bundle":"/b"}`},
		{map[string]any{"ociVersion": "1.2.0", "id": "a", "status": "creating", "bundle": "/b"},
			`{"bundle":"/b","id":"a","ociVersion":"1.2.0","status":"creating"}`},
	} {
		report, err := shell(t, CreateRuntime, "cat").Run(context.Background(), CreateRuntime, one.state)
		must(t, err)
		equal(t, "stdin", string(report.Hooks[0].Stdout.Bytes), one.expected)
	}
}

func TestStatesThatAreNone(t *testing.T) {
	hooks := shell(t, CreateRuntime, "exit 0")
	for what, state := range map[string]any{
		"nil": nil, "empty bytes": []byte{}, "nil bytes": []byte(nil), "empty text": "", "a number": 7, "not JSON": "{",
		"not for JSON": make(chan int), "a State that is none": State{},
	} {
		if _, err := hooks.Run(context.Background(), CreateRuntime, state); !errors.Is(err, ErrInvalidState) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := hooks.Run(context.Background(), CreateRuntime, make(chan int))
	var unsupported *json.UnsupportedTypeError
	if !errors.As(err, &unsupported) {
		t.Errorf("%v does not say why", err)
	}
}

func TestStateIsWrittenByTheLibrary(t *testing.T) {
	equal(t, "json", text(t, running), `{"ociVersion":"1.2.0","id":"web-1","status":"running","pid":7,"bundle":"/b",`+
		`"annotations":{"a":"\"","z":"<&>`+"\u2028"+`"}}`)
	missing := running
	missing.PID = 0
	_, err := missing.MarshalJSON()
	wants(t, err, ErrInvalidState)
	nul := running
	nul.ID = "a\x00b"
	_, err = nul.MarshalJSON()
	wants(t, err, ErrInvalidArgument)
	nul = running
	nul.Annotations = map[string]string{"a": "\x00"}
	_, err = json.Marshal(nul)
	wants(t, err, ErrInvalidArgument)
}

// Run passes on the library's text. encoding/json would have escaped some of its characters.
func TestStateIsWrittenOnce(t *testing.T) {
	hooks := shell(t, Poststart, "cat")
	for _, state := range []any{running, &running} {
		report, err := hooks.Run(context.Background(), Poststart, state)
		must(t, err)
		equal(t, "stdin", string(report.Hooks[0].Stdout.Bytes), text(t, running))
	}
	_, err := hooks.Run(context.Background(), Poststart, (*State)(nil))
	wants(t, err, ErrInvalidState)
	long := running
	long.Bundle = "/" + strings.Repeat("b", 2*stateSize)
	equal(t, "a long one", len(text(t, long)), len(text(t, running))+2*stateSize-1)
}

func TestStateForPhase(t *testing.T) {
	state, err := StateForPhase(`{"id":"a", "status":"running","ociVersion":"1.2.0","bundle":"/b","pid": 3, "x":1.50}`,
		Poststop, 0)
	must(t, err)
	equal(t, "poststop", string(state),
		`{"id":"a", "status":"stopped","ociVersion":"1.2.0","bundle":"/b","pid": 3, "x":1.50}`)
	state, err = StateForPhase(State{OCIVersion: "1.2.0", ID: "a", Status: "creating", Bundle: "/b"}, Poststart, 9)
	must(t, err)
	equal(t, "poststart", string(state), `{"ociVersion":"1.2.0","id":"a","status":"running","bundle":"/b","pid":9}`)
	_, err = StateForPhase(`{}`, Poststop, 0)
	wants(t, err, ErrInvalidState)
	_, err = StateForPhase(running, "a\x00b", 0)
	wants(t, err, ErrInvalidArgument)
	_, err = StateForPhase(make(chan int), Poststop, 0)
	wants(t, err, ErrInvalidState)
}
