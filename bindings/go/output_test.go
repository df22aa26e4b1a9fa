//go:build linux && cgo

package ocihooks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// writer makes a function an io.Writer.
type writer func([]byte) (int, error)

func (w writer) Write(data []byte) (int, error) { return w(data) }

func TestWritersGetAllOfTheOutput(t *testing.T) {
	var out, err bytes.Buffer
	hooks := shell(t, CreateRuntime, "echo a; echo b >&2", "yes | head -c 1000000")
	report, failure := hooks.Run(context.Background(), CreateRuntime, creating, WithStdout(&out), WithStderr(&err),
		WithCaptureLimit(10))
	must(t, failure)
	equal(t, "stdout", out.String(), "a\n"+strings.Repeat("y\n", 500000))
	equal(t, "stderr", err.String(), "b\n")
	equal(t, "reported too", string(report.Hooks[0].Stdout.Bytes), "a\n")
	equal(t, "counted", report.Hooks[1].Stdout.Total, uint64(1000000))
	equal(t, "truncated", report.Hooks[1].Stdout.Truncated, true)
}

func TestOneStreamOnly(t *testing.T) {
	var out bytes.Buffer
	_, err := shell(t, CreateRuntime, "echo a; echo b >&2; exit 1").Run(context.Background(), CreateRuntime, creating,
		WithStdout(&out))
	equal(t, "stdout", out.String(), "a\n")
	equal(t, "error", err.Error(), "error running createRuntime hook #0: /bin/sh: exited with status 1: b")
}

func TestANilWriterDiscards(t *testing.T) {
	var out bytes.Buffer
	equal(t, "reported", writes(t, "echo a", WithStdout(&out), WithStdout(nil)), "")
	equal(t, "written", out.String(), "")
	_, err := shell(t, CreateRuntime, "echo b >&2; exit 1").Run(context.Background(), CreateRuntime, creating, WithStderr(nil))
	equal(t, "error", err.Error(), "error running createRuntime hook #0: /bin/sh: exited with status 1")
}

func TestTheLaterOutputOptionCounts(t *testing.T) {
	var out bytes.Buffer
	writes(t, "echo a", WithStdout(&out), WithDiscardedOutput(Stdout))
	equal(t, "discarded", out.String(), "")
	writes(t, "echo a", WithDiscardedOutput(Stdout), WithStdout(&out))
	equal(t, "captured", out.String(), "a\n")
}

func TestAWriterThatFails(t *testing.T) {
	calls := 0
	full := writer(func([]byte) (int, error) { calls++; return 0, syscall.ENOSPC })
	hooks := shell(t, CreateRuntime, "echo a", "echo b; echo c >&2")
	var stderr bytes.Buffer
	report, err := hooks.Run(context.Background(), CreateRuntime, creating, WithStdout(full), WithStderr(&stderr))
	var failed *OutputError
	if !errors.As(err, &failed) || failed.Stream != Stdout {
		t.Fatalf("%#v is no OutputError of stdout", err)
	}
	wants(t, err, syscall.ENOSPC)
	equal(t, "calls", calls, 1)
	equal(t, "the other writer", stderr.String(), "c\n")
	equal(t, "code", report.Code, OK)
	equal(t, "reported all the same", string(report.Hooks[1].Stdout.Bytes), "b\n")

	// A hook's failure takes precedence over a writer's, and the report has both.
	report, err = shell(t, CreateRuntime, "echo a; exit 1").Run(context.Background(), CreateRuntime, creating, WithStdout(full))
	wants(t, err, ErrExit)
	wants(t, report.OutputError, syscall.ENOSPC)

	short := writer(func(data []byte) (int, error) { return len(data) - 1, nil })
	_, err = shell(t, CreateRuntime, "echo a").Run(context.Background(), CreateRuntime, creating, WithStdout(short))
	wants(t, err, io.ErrShortWrite)
}

func TestFilesAreGivenToTheHook(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	must(t, err)
	defer file.Close()
	report, err := shell(t, CreateRuntime, "echo a; echo b >&2; exit 1").Run(context.Background(), CreateRuntime, creating,
		WithOutputFile(Stdout, file), WithOutputFile(Stderr, file))
	equal(t, "error", err.Error(), "error running createRuntime hook #0: /bin/sh: exited with status 1")
	equal(t, "reported", report.Hooks[0].Stdout.Total, uint64(0))
	written, err := os.ReadFile(file.Name())
	must(t, err)
	equal(t, "written", string(written), "a\nb\n")
}

// The lowest descriptor number is free then, and a descriptor of the package with that number would receive the hook's
// output.
func TestAStdoutThatIsClosedIsRefused(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	hooks := shell(t, CreateRuntime, "echo 12345678; exit 0")
	own, err := syscall.Dup(1)
	must(t, err)
	must(t, syscall.Close(1))
	_, inherited := hooks.Run(ctx, CreateRuntime, creating, WithInheritedOutput(Stdout))
	report, captured := hooks.Run(ctx, CreateRuntime, creating)
	must(t, syscall.Dup3(own, 1, 0))
	must(t, syscall.Close(own))
	wants(t, inherited, syscall.EBADF)
	must(t, captured)
	equal(t, "captured", string(report.Hooks[0].Stdout.Bytes), "12345678\n")
}

func TestInheritedOutput(t *testing.T) {
	reader, pipe, err := os.Pipe()
	must(t, err)
	own, err := syscall.Dup(2)
	must(t, err)
	must(t, syscall.Dup3(int(pipe.Fd()), 2, 0))
	_, failure := shell(t, CreateRuntime, "echo inherited >&2").Run(context.Background(), CreateRuntime, creating,
		WithInheritedOutput(Stderr))
	must(t, syscall.Dup3(own, 2, 0))
	must(t, syscall.Close(own))
	must(t, pipe.Close())
	must(t, failure)
	written, err := io.ReadAll(reader)
	must(t, err)
	equal(t, "written", string(written), "inherited\n")
}
