//go:build linux && cgo

package ocihooks

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
)

const creating = `{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/b"}`

// TestMain sets the environment of the shared cases before anything can read it.
func TestMain(m *testing.M) {
	os.Setenv("CASE_HOST", "host")
	os.Setenv("LD_CASE_HOST", "loader")
	os.Exit(m.Run())
}

// shell creates hooks of one phase, each a shell script.
func shell(t testing.TB, phase Phase, scripts ...string) *Hooks {
	t.Helper()
	hooks := empty(t)
	for _, script := range scripts {
		must(t, hooks.AddCommand(phase, Command{Path: "/bin/sh", Args: []string{"sh", "-c", script}}))
	}
	return hooks
}

func empty(t testing.TB) *Hooks {
	t.Helper()
	hooks, err := New()
	must(t, err)
	t.Cleanup(func() { hooks.Close() })
	return hooks
}

func parse(t testing.TB, text string) *Hooks {
	t.Helper()
	hooks, err := Parse([]byte(text))
	must(t, err)
	t.Cleanup(func() { hooks.Close() })
	return hooks
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants fails the test if err is not of that kind.
func wants(t testing.TB, err error, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, not %v", err, kind)
	}
}

func equal(t testing.TB, what string, seen, expected any) {
	t.Helper()
	if seen != expected {
		t.Errorf("%s: got %#v, not %#v", what, seen, expected)
	}
}

// writes runs one script with options and returns its standard output.
func writes(t testing.TB, script string, options ...Option) string {
	t.Helper()
	report, err := shell(t, CreateRuntime, script).Run(context.Background(), CreateRuntime, creating, options...)
	must(t, err)
	return string(report.Hooks[0].Stdout.Bytes)
}

func text(t testing.TB, value json.Marshaler) string {
	t.Helper()
	written, err := value.MarshalJSON()
	must(t, err)
	return string(written)
}
