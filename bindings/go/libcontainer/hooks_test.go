package libcontainer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"
	"time"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// specState is as the runtime-spec's State.
type specState struct {
	Version string `json:"ociVersion"`
	ID      string `json:"id"`
	Status  string `json:"status"`
	Bundle  string `json:"bundle"`
}

var creating = &specState{"1.2.0", "web-1", "creating", "/b"}

func shell(script string) CommandHook {
	return NewCommandHook(&Command{Path: "/bin/sh", Args: []string{"sh", "-c", script}})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, what string, seen, expected any) {
	t.Helper()
	if !reflect.DeepEqual(seen, expected) {
		t.Errorf("%s: got %#v, not %#v", what, seen, expected)
	}
}

func TestRunInOrderUntilOneFails(t *testing.T) {
	var order []string
	note := func(name string, err error) Hook {
		return NewFunctionHook(func(state any) error {
			if state != any(creating) {
				t.Errorf("the function got %#v", state)
			}
			order = append(order, name)
			return err
		})
	}
	hooks := Hooks{CreateRuntime: {
		note("first", nil),
		shell("cat | grep -q web-1"),
		note("second", fs.ErrExist),
		note("third", nil),
	}}
	err := hooks.Run(CreateRuntime, creating)
	equal(t, "order", order, []string{"first", "second"})
	equal(t, "error", err.Error(), "error running createRuntime hook #2: callback returned 1: file already exists")
	if !errors.Is(err, fs.ErrExist) || !errors.Is(err, ocihooks.ErrCallback) {
		t.Errorf("%#v", err)
	}
	must(t, hooks.Run(Poststart, map[string]any{
		"ociVersion": "1.2.0", "id": "a", "status": "running", "bundle": "/b", "pid": 1,
	}))
}

func TestPoststopRunsEveryHook(t *testing.T) {
	ran := false
	hooks := Hooks{Poststop: {
		shell("exit 2"),
		NewFunctionHook(func(any) error { ran = true; return nil }),
		shell("exit 3"),
	}}
	stopped := &specState{"1.2.0", "web-1", "stopped", "/b"}
	err := hooks.Run(Poststop, stopped)
	equal(t, "the second ran", ran, true)
	var warnings *WarningsError
	if !errors.As(err, &warnings) || len(warnings.Report.Hooks) != 3 {
		t.Fatalf("%#v", err)
	}
	equal(t, "error", err.Error(), "error running poststop hook #0: /bin/sh: exited with status 2; "+
		"error running poststop hook #2: /bin/sh: exited with status 3")

	report, err := hooks.RunContext(context.Background(), Poststop, stopped)
	must(t, err)
	equal(t, "warnings", len(report.Warnings), 2)

	// What is odd about the state is no failure.
	must(t, Hooks{Poststop: {shell("exit 0")}}.Run(Poststop, creating))
}

func TestRunContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := Hooks{Prestart: {shell("exec sleep 1000")}}.RunContext(ctx, Prestart, creating)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	report, err := Hooks{Prestart: {shell("pwd")}}.RunContext(context.Background(), Prestart, creating, ocihooks.WithCwd("/usr"))
	must(t, err)
	equal(t, "stdout", string(report.Hooks[0].Stdout.Bytes), "/usr\n")
}

func TestCommandsByThemselves(t *testing.T) {
	must(t, shell("exit 0").Run(creating))
	err := shell("echo x >&2; exit 3").Run(creating)
	equal(t, "error", err.Error(), "/bin/sh: exited with status 3: x")
	var failed *ocihooks.HookError
	if !errors.As(err, &failed) || failed.ExitCode != 3 || !errors.Is(err, ocihooks.ErrExit) {
		t.Errorf("%#v", err)
	}
	err = HookList{shell("exit 0"), shell("exit 1"), shell("exit 2")}.RunHooks(creating)
	equal(t, "list", err.Error(), "error running hook #1: /bin/sh: exited with status 1")
	if !errors.Is(shell("exit 0").Run(nil), ocihooks.ErrInvalidState) {
		t.Error("nil is a state")
	}
	if !errors.Is(NewCommandHook(&Command{Path: "sh"}).Run(creating), ocihooks.ErrInvalidHooks) {
		t.Error("a relative path is run")
	}
}

func TestEveryPropertyOfACommandCounts(t *testing.T) {
	limit := 50 * time.Millisecond
	for _, one := range []struct {
		command Command
		error   string
	}{
		{Command{Path: "/bin/true"}, ""},
		{Command{Path: "/bin/sh", Args: []string{"sh", "-c", `[ "$PWD" = /usr ]`}, Dir: "/usr"}, ""},
		{Command{Path: "/bin/sh", Args: []string{"sh", "-c", `[ "$A" = 1 ]`}, Env: []string{"A=1"}}, ""},
		{Command{Path: "/bin/sleep", Args: []string{"sleep", "1000"}, Timeout: &limit}, "/bin/sleep: timed out after 0.05 s"},
	} {
		command := one.command
		err := fmt.Sprint(command.Run(creating))
		if one.error == "" {
			one.error = "<nil>"
		}
		equal(t, "error", err, one.error)
	}
}

func TestSetDefaultEnv(t *testing.T) {
	own := shell("exit 0")
	own.Env = []string{"OWN=1"}
	list := HookList{shell("exit 0"), own, NewFunctionHook(func(any) error { return nil })}
	list.SetDefaultEnv([]string{"A=1"})
	equal(t, "none of its own", list[0].(CommandHook).Env, []string{"A=1"})
	equal(t, "its own", list[1].(CommandHook).Env, []string{"OWN=1"})
}

func TestBadHooksAreNamed(t *testing.T) {
	hooks := Hooks{Prestart: {shell("exit 0"), NewCommandHook(&Command{Path: "x"})}}
	err := hooks.Run(Prestart, creating)
	if !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Errorf("%#v", err)
	}
	equal(t, "error", err.Error(),
		`prestart hook #1: invalid hooks: /prestart/0/path (line 1, column 22) must be an absolute path, not "x"`)

	own := Hooks{"own": {NewCommandHook(&Command{Path: "x"})}}
	if err := own.Run("own", creating); !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Errorf("in a phase of its own: %v", err)
	}
	own["own"][0] = shell("exit 0")
	must(t, own.Run("own", creating))
}
