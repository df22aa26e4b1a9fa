//go:build linux && cgo

package libcontainer

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

func TestRunContextIsARunOfTheLibrary(t *testing.T) {
	var order []int
	list := append(HookList{shell("echo x >&2; exit 3")}, noting(&order, map[int]error{1: fs.ErrExist})...)
	report, err := Hooks{Poststop: list}.RunContext(context.Background(), Poststop, creating)
	must(t, err)
	equal(t, "order", order, []int{0, 1, 2, 3})
	equal(t, "hooks", len(report.Hooks), 5)
	equal(t, "warnings", len(report.Warnings), 3) // the third reports a state other than "stopped"
	equal(t, "error of a function", report.Hooks[2].Err, error(fs.ErrExist))

	_, err = Hooks{Prestart: list}.RunContext(context.Background(), Prestart, creating)
	equal(t, "error", err.Error(), "error running prestart hook #0: /bin/sh: exited with status 3: x")
}

func TestRunContextEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := Hooks{Prestart: {shell("exec sleep 1000")}}.RunContext(ctx, Prestart, creating)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ocihooks.ErrCanceled) {
		t.Error(err)
	}
}

func TestRunContextTakesOptions(t *testing.T) {
	report, err := Hooks{Prestart: {shell("pwd")}}.RunContext(context.Background(), Prestart, creating, ocihooks.WithCwd("/usr"))
	must(t, err)
	equal(t, "stdout", string(report.Hooks[0].Stdout.Bytes), "/usr\n")
}

func TestRunContextNamesBadHooks(t *testing.T) {
	hooks := Hooks{Prestart: {shell("exit 0"), NewCommandHook(&Command{Path: "x"})}}
	_, err := hooks.RunContext(context.Background(), Prestart, creating)
	if !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Errorf("%#v", err)
	}
	equal(t, "error", err.Error(),
		`error running prestart hook #1: x: invalid hook: /path must be an absolute path, not "x"`)
}
