package libcontainer

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

func TestLibcontainersDialect(t *testing.T) {
	const saved = `{"prestart":[{"path":"/a","args":["a"],"env":null,"dir":"/","timeout":1500000000}],"createRuntime":null,` +
		`"createContainer":null,"startContainer":null,"poststart":null,"poststop":[{"path":"/b","args":null,"env":[],` +
		`"dir":"","timeout":null}]}`
	var config struct{ Hooks Hooks }
	must(t, json.Unmarshal([]byte(`{"Hooks":`+saved+`}`), &config))
	hooks := config.Hooks
	equal(t, "phases", len(hooks), 2)
	limit := 1500 * time.Millisecond
	equal(t, "a", hooks[Prestart][0], Hook(NewCommandHook(&Command{Path: "/a", Args: []string{"a"}, Dir: "/", Timeout: &limit})))
	equal(t, "b", hooks[Poststop][0], Hook(NewCommandHook(&Command{Path: "/b", Env: []string{}})))

	written, err := json.Marshal(config)
	must(t, err)
	equal(t, "written", string(written), `{"Hooks":`+saved+`}`)

	hooks[Prestart] = append(hooks[Prestart], NewFunctionHook(func(any) error { return nil }))
	again, err := json.Marshal(hooks)
	must(t, err)
	equal(t, "without functions", string(again), saved)

	spec, err := hooks.MarshalSpec()
	must(t, err)
	equal(t, "the spec's", string(spec),
		`{"prestart":[{"path":"/a","args":["a"],"timeout":2}],"poststop":[{"path":"/b","env":[]}]}`)
}

func TestTheSpecsDialect(t *testing.T) {
	hooks, err := ParseSpec([]byte(`{"poststart": [{"path": "/a", "timeout": 3, "dir": "/x", "x": 1}], "prestart": [], "site": 7,
		"own": [{"path": "/b"}]}`))
	must(t, err)
	equal(t, "phases", len(hooks), 2)
	command := hooks[Poststart][0].(CommandHook)
	equal(t, "timeout", *command.Timeout, 3*time.Second)
	equal(t, "dir, which the spec does not know", command.Dir, "")
	equal(t, "a phase of its own", hooks["own"][0].(CommandHook).Path, "/b")

	_, err = ParseSpec([]byte(`null`))
	if !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Error(err)
	}
	config := struct{ Hooks Hooks }{hooks}
	must(t, json.Unmarshal([]byte(`{"Hooks": null}`), &config))
	equal(t, "after null", config.Hooks, hooks)
	written, err := json.Marshal(Hooks(nil))
	must(t, err)
	equal(t, "nil", string(written), `{"prestart":null,"createRuntime":null,"createContainer":null,"startContainer":null,`+
		`"poststart":null,"poststop":null}`)
}

func TestFaultsAreTheLibrarys(t *testing.T) {
	_, err := ParseSpec([]byte(`{"prestart": [{"path": "a"}]}`))
	if !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Error(err)
	}
	var hooks Hooks
	if err := json.Unmarshal([]byte(`{"prestart": [{"path": "/a", "timeout": -1}]}`), &hooks); !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Error(err)
	}
	equal(t, "untouched", hooks, Hooks(nil))
	bad := Hooks{Prestart: {NewCommandHook(nil)}}
	if _, err := json.Marshal(bad); !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Error(err)
	}
	if err := bad.Run(Prestart, creating); !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Error(err)
	}
}
