//go:build linux && cgo

package ocihooks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

type contextKey struct{}

func TestFunctionsGetContextPhaseAndState(t *testing.T) {
	hooks := empty(t)
	var kept []byte
	must(t, hooks.AddFunc(Poststart, func(ctx context.Context, phase Phase, state []byte) error {
		equal(t, "value of the context", ctx.Value(contextKey{}), any("mine"))
		equal(t, "phase", phase, Poststart)
		kept = state
		return nil
	}))
	ctx := context.WithValue(context.Background(), contextKey{}, "mine")
	report, err := hooks.Run(ctx, Poststart, creating)
	must(t, err)
	equal(t, "state, after the run", string(kept), creating)
	equal(t, "kind", report.Hooks[0].Kind, KindCallback)
	equal(t, "outcome", report.Hooks[0].Outcome, OutcomeCallback)
	equal(t, "exit code", report.Hooks[0].ExitCode, 0)
}

type customError struct{ number int }

func (e customError) Error() string { return fmt.Sprint("custom ", e.number) }

func TestFunctionsErrorsAreFound(t *testing.T) {
	hooks := empty(t)
	must(t, hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error { return nil }))
	must(t, hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error {
		return fmt.Errorf("wrapped: %w", customError{7})
	}))
	_, err := hooks.Run(context.Background(), Prestart, creating)
	wants(t, err, ErrCallback)
	var custom customError
	if !errors.As(err, &custom) || custom.number != 7 {
		t.Errorf("%v has no customError in it", err)
	}
	equal(t, "text", err.Error(), "error running prestart hook #1: callback returned 1: wrapped: custom 7")
}

func TestEachFunctionsErrorIsItsOwn(t *testing.T) {
	hooks := empty(t)
	must(t, hooks.AddFunc(Poststop, func(context.Context, Phase, []byte) error { return fs.ErrExist }))
	must(t, hooks.AddCommand(Poststop, Command{Path: "/bin/false"}))
	must(t, hooks.AddFunc(Poststop, func(context.Context, Phase, []byte) error { return nil }))
	must(t, hooks.AddFunc(Poststop, func(context.Context, Phase, []byte) error { return fs.ErrClosed }))
	report, err := hooks.Run(context.Background(), Poststop, creating)
	must(t, err)
	for i, expected := range []error{fs.ErrExist, nil, nil, fs.ErrClosed} {
		equal(t, fmt.Sprint("error of hook ", i), report.Hooks[i].Err, expected)
	}
}

func TestLongAndOddMessages(t *testing.T) {
	for _, message := range []string{"", strings.Repeat("é", 5000), "a\x00b", "\xff"} {
		hooks := empty(t)
		must(t, hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error { return errors.New(message) }))
		_, err := hooks.Run(context.Background(), Prestart, creating)
		wants(t, err, ErrCallback)
		equal(t, "the function's own", errors.Unwrap(err).Error(), message)
	}
}

// A function runs phases of the same hooks, which have functions as well. Each function must find its run.
func TestFunctionsMayRunPhases(t *testing.T) {
	hooks := empty(t)
	var seen []any
	add := func(phase Phase, function func(ctx context.Context) error) {
		must(t, hooks.AddFunc(phase, func(ctx context.Context, _ Phase, _ []byte) error {
			seen = append(seen, string(phase)+":"+fmt.Sprint(ctx.Value(contextKey{})))
			return function(ctx)
		}))
	}
	add(Prestart, func(context.Context) error {
		inner := context.WithValue(context.Background(), contextKey{}, "inner")
		_, err := hooks.Run(inner, Poststop, creating)
		return err
	})
	add(Prestart, func(context.Context) error { return nil })
	add(Poststop, func(context.Context) error { return hooks.AddCommand(Poststop, Command{Path: "/bin/true"}) })
	outer := context.WithValue(context.Background(), contextKey{}, "outer")
	_, err := hooks.Run(outer, Prestart, creating)
	must(t, err)
	equal(t, "order", fmt.Sprint(seen), "[prestart:outer poststop:inner prestart:outer]")
	equal(t, "count", hooks.Count(Poststop), 2)
}

func TestFunctionsRunOnTheCallersThread(t *testing.T) {
	hooks := empty(t)
	var threads []int
	must(t, hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error {
		threads = append(threads, syscall.Gettid())
		return nil
	}))
	must(t, hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error {
		threads = append(threads, syscall.Gettid())
		return nil
	}))
	_, err := hooks.Run(context.Background(), Prestart, creating)
	must(t, err)
	equal(t, "the second thread", threads[1], threads[0])
}

func TestPanicsGoThrough(t *testing.T) {
	failing := shell(t, Prestart, "echo x; exit 0")
	must(t, failing.AddFunc(Prestart, func(context.Context, Phase, []byte) error { panic(os.ErrClosed) }))
	panicking := Option(WithObserver(func(Event) { panic("observer") }))
	writing := WithStdout(writer(func([]byte) (int, error) { panic("writer") }))
	for _, run := range []struct {
		value   any
		options []Option
	}{{os.ErrClosed, nil}, {"observer", []Option{panicking}}, {"writer", []Option{writing}}} {
		func() {
			defer func() { equal(t, "panicked with", recover(), run.value) }()
			failing.Run(context.Background(), Prestart, creating, run.options...)
			t.Error("it did not panic")
		}()
	}

	// A panic in a nested run reaches the outermost caller and leaves nothing locked.
	nested := empty(t)
	must(t, nested.AddFunc(Prestart, func(ctx context.Context, phase Phase, state []byte) error {
		_, err := failing.Run(ctx, phase, state)
		return err
	}))
	func() {
		defer func() { equal(t, "panicked with", recover(), any(os.ErrClosed)) }()
		nested.Run(context.Background(), Prestart, creating)
	}()
	equal(t, "count", failing.Count(Prestart), 2)
	must(t, failing.Close())
}

func TestPanicsEndThePhase(t *testing.T) {
	hooks := empty(t)
	must(t, hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error { panic(1) }))
	must(t, hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error { t.Error("it was run"); return nil }))
	defer func() { equal(t, "panicked with", recover(), any(1)) }()
	hooks.Run(context.Background(), Prestart, creating)
}
