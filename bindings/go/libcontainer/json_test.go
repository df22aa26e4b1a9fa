package libcontainer

import (
	"encoding/json"
	"testing"
	"time"
)

const saved = `{"createContainer":null,"createRuntime":null,"poststart":null,"poststop":[{"path":"/b","args":null,"env":[],` +
	`"dir":"","timeout":null}],"prestart":[{"path":"/a","args":["a"],"env":null,"dir":"/","timeout":1500000000}],` +
	`"startContainer":null}`

func TestLibcontainersDialect(t *testing.T) {
	var config struct{ Hooks Hooks }
	must(t, json.Unmarshal([]byte(`{"Hooks":`+saved+`}`), &config))
	hooks := config.Hooks
	limit := 1500 * time.Millisecond
	equal(t, "hooks", hooks, Hooks{
		Prestart: {NewCommandHook(&Command{Path: "/a", Args: []string{"a"}, Dir: "/", Timeout: &limit})},
		Poststop: {NewCommandHook(&Command{Path: "/b", Env: []string{}})},
	})
	for _, one := range []struct {
		value    any
		expected string
	}{{config, `{"Hooks":` + saved + `}`}, {&hooks, saved}, {hooks, saved}} {
		written, err := json.Marshal(one.value)
		must(t, err)
		equal(t, "written", string(written), one.expected)
	}
}

func TestHooksThatAreNoCommandsAreLeftOutWithAWarning(t *testing.T) {
	hooks := Hooks{Prestart: {NewFunctionHook(nil), NewCommandHook(&Command{Path: "/a"}), foreign{}}, "own": {foreign{}}}
	var written []byte
	log := logged(t, func() {
		var err error
		written, err = json.Marshal(hooks)
		must(t, err)
	})
	equal(t, "written", string(written), `{"createContainer":null,"createRuntime":null,"poststart":null,"poststop":null,`+
		`"prestart":[{"path":"/a","args":null,"env":null,"dir":"","timeout":null}],"startContainer":null}`)
	equal(t, "log", log, "level=warning msg=\"cannot serialize hook of type libcontainer.FuncHook, skipping\"\n"+
		"level=warning msg=\"cannot serialize hook of type libcontainer.foreign, skipping\"\n")
}

// Containers whose hooks an older runtime saved, although the runtime-spec forbids them, can still be deleted.
func TestEverySavedStateLoads(t *testing.T) {
	zero := time.Duration(0)
	for text, expected := range map[string]Hooks{
		`null`:                       {},
		`{"prestart":[],"own":null}`: {},
		`{"poststop":[{"path":"relative","timeout":0,"x":1}]}`: {
			Poststop: {NewCommandHook(&Command{Path: "relative", Timeout: &zero})},
		},
		`{"own":[{"Path":"/a"}]}`: {"own": {NewCommandHook(&Command{Path: "/a"})}},
	} {
		hooks := Hooks{Prestart: {foreign{}}}
		must(t, hooks.UnmarshalJSON([]byte(text)))
		equal(t, text, hooks, expected)
	}
	hooks := Hooks{"own": {NewCommandHook(nil)}}
	for _, text := range []string{``, `{"prestart": 7}`, `[]`, `{"prestart":[{"path":7}]}`} {
		if err := hooks.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
	equal(t, "after an error", len(hooks), 1)
}
