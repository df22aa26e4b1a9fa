//go:build linux && cgo

package ocihooks

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"testing"
)

func TestHookErrorSaysItAll(t *testing.T) {
	hooks := shell(t, CreateRuntime, "exit 0", "echo one >&2; echo no such bridge >&2; exit 3", "exit 0")
	report, err := hooks.Run(context.Background(), CreateRuntime, creating)
	var failed *HookError
	if !errors.As(err, &failed) {
		t.Fatalf("%#v is no HookError", err)
	}
	wants(t, err, ErrExit)
	if errors.Is(err, ErrSignal) {
		t.Error("it is another code, too")
	}
	equal(t, "text", err.Error(), "error running createRuntime hook #1: /bin/sh: exited with status 3: one | no such bridge")
	equal(t, "phase", failed.Phase, CreateRuntime)
	equal(t, "index", failed.Index, 1)
	equal(t, "path", failed.Path, "/bin/sh")
	equal(t, "outcome", failed.Outcome, OutcomeExited)
	equal(t, "exit code", failed.ExitCode, 3)
	equal(t, "signal", failed.Signal, syscall.Signal(0))
	equal(t, "cause", failed.Cause, "exited with status 3")
	equal(t, "stderr", string(failed.Stderr.Bytes), "one\nno such bridge\n")
	equal(t, "report's code", report.Code, ErrExit)
	equal(t, "report's message", report.Message, err.Error())
	equal(t, "the hook behind it", report.Hooks[2].Outcome, OutcomeSkipped)
}

func TestSignalsAndErrnosAreGoTypes(t *testing.T) {
	_, err := shell(t, Prestart, "kill -TERM $$").Run(context.Background(), Prestart, creating)
	var failed *HookError
	if !errors.As(err, &failed) || failed.Signal != syscall.SIGTERM {
		t.Errorf("%v: no SIGTERM", err)
	}
	wants(t, err, ErrSignal)

	hooks := parse(t, `{"prestart": [{"path": "/nonexistent"}]}`)
	_, err = hooks.Run(context.Background(), Prestart, creating)
	for _, kind := range []error{ErrSpawn, syscall.ENOENT, fs.ErrNotExist} {
		wants(t, err, kind)
	}
}

func TestErrorsWithoutAHook(t *testing.T) {
	hooks := parse(t, `{}`)
	_, jsonErr := Parse([]byte(`{`))
	_, hooksErr := Parse([]byte(`{"prestart": 7}`))
	_, emptyErr := Parse(nil)
	report, stateErr := hooks.Run(context.Background(), Prestart, `{}`)
	_, phaseErr := hooks.Run(context.Background(), "nonsense", creating)
	_, nulErr := hooks.Run(context.Background(), "a\x00b", creating)
	for _, failure := range []struct {
		err  error
		code Code
	}{
		{jsonErr, ErrInvalidJSON},
		{emptyErr, ErrInvalidJSON},
		{hooksErr, ErrInvalidHooks},
		{stateErr, ErrInvalidState},
		{phaseErr, ErrUnknownPhase},
		{nulErr, ErrInvalidArgument},
	} {
		wants(t, failure.err, failure.code)
		var plain *Error
		var code Code
		if !errors.As(failure.err, &plain) || plain.Code != failure.code || plain.Message != failure.err.Error() {
			t.Errorf("%#v is no Error of %d", failure.err, failure.code)
		}
		if !errors.As(failure.err, &code) || code != failure.code {
			t.Errorf("%v has the code %d", failure.err, code)
		}
	}
	if report != nil {
		t.Error("there is a report, though nothing was begun")
	}
}

func TestTimeoutsAreExceededDeadlines(t *testing.T) {
	wants(t, ErrTimeout, context.DeadlineExceeded)
	for _, other := range []error{ErrCanceled, ErrExit, &Error{Code: ErrSystem}, &HookError{Code: ErrSignal}} {
		if errors.Is(other, context.DeadlineExceeded) {
			t.Errorf("%#v is an exceeded deadline", other)
		}
	}
}
