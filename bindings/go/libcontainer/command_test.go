//go:build linux && cgo

package libcontainer

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

func shell(script string) CommandHook {
	return NewCommandHook(&Command{Path: "/bin/sh", Args: []string{"sh", "-c", script}})
}

func TestCommandsGetTheState(t *testing.T) {
	const test = `[ "$(cat)" = '{"ociVersion":"1.2.0","id":"web-1","status":"creating","bundle":"/b"}' ]`
	must(t, shell(test).Run(creating))
}

func TestEveryPropertyOfACommandCountsButDir(t *testing.T) {
	limit := 50 * time.Millisecond
	for _, one := range []struct{ command, error string }{
		{`[ "$PWD" != /usr ]`, ""},
		{`[ "$A" = 1 ]`, ""},
		{`exec sleep 1000`, "hook ran past specified timeout of 0.1s"},
	} {
		hook := shell(one.command)
		hook.Dir, hook.Env, hook.Timeout = "/usr", []string{"A=1"}, &limit
		if err := hook.Run(creating); err == nil && one.error != "" || err != nil && err.Error() != one.error {
			t.Errorf("%s: %v", one.command, err)
		}
	}
	must(t, NewCommandHook(&Command{Path: "/bin/true"}).Run(creating))
}

// The errors are compared with those of os/exec, which runc returns.
func TestErrorsAreThoseOfOSExec(t *testing.T) {
	for _, script := range []string{"echo out; echo one >&2; echo two >&2; exit 3", "kill -TERM $$", "exit 255"} {
		var stdout, stderr strings.Builder
		command := exec.Command("/bin/sh", "-c", script)
		command.Stdout, command.Stderr = &stdout, &stderr
		var expected *exec.ExitError
		if !errors.As(command.Run(), &expected) {
			t.Fatal("it exited well")
		}
		err := Hooks{Prestart: {shell(script)}}.Run(Prestart, creating)
		equal(t, "error", err.Error(), "error running prestart hook #0: "+
			expected.Error()+", stdout: "+stdout.String()+", stderr: "+stderr.String())
		var seen *exec.ExitError
		if !errors.As(err, &seen) {
			t.Fatalf("%#v wraps no ExitError", err)
		}
		equal(t, "exit code", seen.ExitCode(), expected.ExitCode())
		equal(t, "status", seen.Sys(), expected.Sys())
		if seen.Pid() <= 1 || seen.SysUsage().(*syscall.Rusage) == nil || seen.UserTime()+seen.SystemTime() < 0 {
			t.Errorf("%#v", seen.ProcessState)
		}
	}
}

func TestErrorsOfCommandsThatCouldNotBeExecuted(t *testing.T) {
	err := NewCommandHook(&Command{Path: "/nonexistent"}).Run(creating)
	expected := (&exec.Cmd{Path: "/nonexistent"}).Start()
	equal(t, "error", err.Error(), expected.Error())
	var path *fs.PathError
	if !errors.As(err, &path) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%#v", err)
	}
	equal(t, "path error", error(path), expected)
}

func TestTheLibrarysErrorIsFoundToo(t *testing.T) {
	limit := 50 * time.Millisecond
	slow := shell("exec sleep 1000")
	slow.Timeout = &limit
	for _, one := range []struct {
		hook Hook
		kind error
	}{
		{shell("exit 3"), ocihooks.ErrExit},
		{shell("kill -KILL $$"), ocihooks.ErrSignal},
		{NewCommandHook(&Command{Path: "/nonexistent"}), ocihooks.ErrSpawn},
		{slow, ocihooks.ErrTimeout},
		{slow, context.DeadlineExceeded},
	} {
		err := HookList{one.hook}.RunHooks(creating)
		var failed *ocihooks.HookError
		if !errors.Is(err, one.kind) || !errors.As(err, &failed) || failed.Path == "" {
			t.Errorf("%v is not %v: %#v", err, one.kind, failed)
		}
	}
}

// The error stays small, however much a hook writes.
func TestOutputInErrorsIsBounded(t *testing.T) {
	err := shell("yes | head -c 1000000; exit 1").Run(creating)
	if len(err.Error()) > 70000 || !strings.Contains(err.Error(), "bytes left out") {
		t.Errorf("%d bytes", len(err.Error()))
	}
}

func TestWhatTheRuntimeSpecForbidsFailsInItsTurn(t *testing.T) {
	zero := time.Duration(0)
	timed := shell("exit 0")
	timed.Timeout = &zero
	latin := shell("exit 0")
	latin.Env = []string{"A=\xe9"}
	ran := 0
	count := NewFunctionHook(func(*specs.State) error { ran++; return nil })
	for _, one := range []struct {
		hook Hook
		kind error
		says string
	}{
		{NewCommandHook(&Command{Path: "x"}), ocihooks.ErrInvalidHooks, `must be an absolute path, not "x"`},
		{timed, ocihooks.ErrInvalidHooks, "timeout"},
		{NewCommandHook(nil), ocihooks.ErrInvalidHooks, "null"},
		{latin, ocihooks.ErrInvalidArgument, `"A=\xe9" is not UTF-8`},
	} {
		err := Hooks{"own": {count, one.hook, count}}.Run("own", creating)
		if !errors.Is(err, one.kind) || !strings.HasPrefix(err.Error(), "error running own hook #1: ") ||
			!strings.Contains(err.Error(), one.says) {
			t.Errorf("%v is not %v", err, one.kind)
		}
		log := logged(t, func() { must(t, Hooks{Poststop: {count, one.hook, count}}.Run(Poststop, creating)) })
		if !strings.Contains(log, "error running poststop hook #1: ") {
			t.Error(log)
		}
	}
	equal(t, "the others ran", ran, 4*3)
	if err := shell("exit 0").Run(nil); !errors.Is(err, ocihooks.ErrInvalidState) {
		t.Error(err)
	}
}
