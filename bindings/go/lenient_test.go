//go:build linux && cgo

package ocihooks

import (
	"context"
	"errors"
	"testing"
)

const stoppedState = `{"ociVersion":"1.2.0","id":"web-1","status":"stopped","bundle":"/b"}`

func TestLenientHooksFailOneByOne(t *testing.T) {
	hooks := empty(t)
	wants(t, hooks.AddCommand(Poststop, Command{Path: "true"}), ErrInvalidHooks)
	must(t, hooks.SetLenient(true))
	must(t, hooks.AddCommand(Poststop, Command{Path: "true", Timeout: -1}))
	must(t, hooks.AddCommand(Poststop, Command{Path: "/bin/true"}))
	equal(t, "count", hooks.Count(Poststop), 2)
	warnings := hooks.Warnings()
	equal(t, "the number of warnings", len(warnings), 1)
	equal(t, "the warning", warnings[0], `poststop hook #0 is kept, and will fail: /poststop/0/path must be an absolute path, `+
		`not "true"; /poststop/0/timeout must be greater than zero, not -1`)

	report, err := hooks.Run(context.Background(), Poststop, stoppedState)
	must(t, err)
	equal(t, "the first", report.Hooks[0].Outcome, OutcomeInvalid)
	equal(t, "the second", report.Hooks[1].Outcome, OutcomeExited)

	_, err = hooks.Run(context.Background(), Poststop, stoppedState, WithFailurePolicy(PolicyFailFast))
	wants(t, err, ErrInvalidHooks)
	var failed *HookError
	if !errors.As(err, &failed) || failed.Index != 0 || failed.Path != "true" || failed.Outcome != OutcomeInvalid {
		t.Errorf("%#v", err)
	}
	must(t, hooks.SetLenient(false))
	wants(t, hooks.AddCommand(Poststop, Command{Path: "true"}), ErrInvalidHooks)
}

func TestReadingChooses(t *testing.T) {
	wrong := []byte(`{"hooks":{"poststop":[{"path":"/bin/true","timeout":0}]}}`)
	_, err := Read(DocumentConfig, ReadStrict, wrong)
	wants(t, err, ErrInvalidHooks)
	hooks, err := Read(DocumentConfig, ReadLenient, wrong)
	must(t, err)
	defer hooks.Close()
	equal(t, "the number of phases", len(hooks.Phases()), 1)
	equal(t, "the phase", hooks.Phases()[0], Poststop)
	_, err = Read(7, ReadStrict, wrong)
	wants(t, err, ErrInvalidArgument)
	_, err = Read(DocumentConfig, 7, wrong)
	wants(t, err, ErrInvalidArgument)
	must(t, hooks.Close())
	equal(t, "warnings of closed hooks", len(hooks.Warnings())+len(hooks.Phases()), 0)
	wants(t, hooks.SetLenient(true), ErrInvalidArgument)
}

func TestStatesHaveFurtherMembers(t *testing.T) {
	state := State{OCIVersion: "1.2.0", ID: "a", Status: "creating", Bundle: "/b", Members: map[string]any{"root": "/run/a"}}
	equal(t, "json", text(t, state), `{"ociVersion":"1.2.0","id":"a","status":"creating","bundle":"/b","root":"/run/a"}`)
	state.Members = 7
	_, err := state.MarshalJSON()
	wants(t, err, ErrInvalidArgument)
	state.Members = map[string]string{"id": "b"}
	_, err = state.MarshalJSON()
	wants(t, err, ErrInvalidState)
}
