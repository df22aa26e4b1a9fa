//go:build linux && cgo

package ocihooks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// onReady calls function once the hook has written "ready".
func onReady(function func()) Option {
	return WithStdout(writer(func(data []byte) (int, error) {
		if bytes.Contains(data, []byte("ready")) {
			function()
		}
		return len(data), nil
	}))
}

func TestACanceledContextKillsTheProcessGroup(t *testing.T) {
	// The pipe is the stderr of every process of the hook, so its end means that all of them have ended.
	reader, pipe, err := os.Pipe()
	must(t, err)
	defer reader.Close()
	hooks := shell(t, CreateRuntime, "sleep 1000 & echo ready; sleep 1000", "exit 0")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var canceled time.Time
	report, err := hooks.Run(ctx, CreateRuntime, creating, WithOutputFile(Stderr, pipe), onReady(func() {
		canceled = time.Now()
		cancel()
	}))
	took := time.Since(canceled)
	t.Logf("returned %v after the context was canceled", took)
	if took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	for _, kind := range []error{ErrCanceled, context.Canceled} {
		wants(t, err, kind)
	}
	var failed *HookError
	if !errors.As(err, &failed) || failed.Index != 0 || failed.Outcome != OutcomeCanceled || failed.Signal != syscall.SIGKILL {
		t.Errorf("%#v", err)
	}
	equal(t, "the hook behind it", report.Hooks[1].Outcome, OutcomeSkipped)

	must(t, pipe.Close())
	_, err = io.Copy(io.Discard, reader)
	must(t, err)
	waitUntilGone(t, report.Hooks[0].PID)
}

// waitUntilGone waits until orphans are reaped. Where no process reaps them, they remain as zombies.
func waitUntilGone(t *testing.T, group int) {
	deadline := time.Now().Add(20 * time.Second)
	for syscall.Kill(-group, 0) != syscall.ESRCH && lives(group) {
		if time.Now().After(deadline) {
			t.Fatalf("process group %d is still there", group)
		}
		time.Sleep(time.Millisecond)
	}
}

// lives reports whether the group has a process other than a zombie.
func lives(group int) bool {
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		stat, _ := os.ReadFile("/proc/" + entry.Name() + "/stat")
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) > 2 && fields[2] == strconv.Itoa(group) && fields[0] != "Z" && fields[0] != "X" {
			return true
		}
	}
	return false
}

// holdEverything starts a process that holds a copy of every descriptor of this one. os/exec in another goroutine does
// so for a moment, and a fork without exec for as long as it lives.
func holdEverything(t *testing.T) {
	holder := exec.Command("/bin/sleep", "1000")
	entries, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	for _, entry := range entries {
		number, err := strconv.Atoi(entry.Name())
		must(t, err)
		// The descriptor that the directory was read by is already closed.
		if copied, err := syscall.Dup(number); err == nil {
			syscall.CloseOnExec(copied)
			file := os.NewFile(uintptr(copied), entry.Name())
			defer file.Close()
			holder.ExtraFiles = append(holder.ExtraFiles, file)
		}
	}
	must(t, holder.Start())
	t.Cleanup(func() {
		holder.Process.Kill()
		holder.Wait()
		equal(t, "what the holder died of", holder.ProcessState.Sys().(syscall.WaitStatus).Signal(), syscall.SIGKILL)
	})
}

func TestACopyOfEveryDescriptorDelaysNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	limit := WithDefaultTimeout(20 * time.Second)
	_, err := shell(t, CreateRuntime, "echo ready; exec sleep 1000").Run(ctx, CreateRuntime, creating, limit, onReady(func() {
		holdEverything(t)
		cancel()
	}))
	wants(t, err, ErrCanceled)
}

func TestADescriptorStopsTheRunByAByte(t *testing.T) {
	reader, writer, err := os.Pipe()
	must(t, err)
	defer reader.Close()
	hooks := shell(t, CreateRuntime, "echo ready; exec sleep 1000", "exit 0")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, ctx := range []context.Context{context.Background(), ctx} {
		_, err = hooks.Run(ctx, CreateRuntime, creating, WithCancelFD(int(reader.Fd())), onReady(func() {
			_, err := writer.Write([]byte{0})
			must(t, err)
		}))
		wants(t, err, ErrCanceled)
		if errors.Is(err, context.Canceled) {
			t.Error("the context is blamed")
		}
		_, err = io.CopyN(io.Discard, reader, 1) // the library has not read it
		must(t, err)
	}
	// The context also stops a run whose cancel descriptor can't become readable any more.
	must(t, writer.Close())
	_, err = hooks.Run(ctx, CreateRuntime, creating, WithCancelFD(int(reader.Fd())), onReady(cancel))
	wants(t, err, context.Canceled)
}

func TestTheEndOfAPipeIsNoCancel(t *testing.T) {
	reader, writer, err := os.Pipe()
	must(t, err)
	defer reader.Close()
	must(t, writer.Close())
	report, err := shell(t, CreateRuntime, "exit 0", "exit 0").Run(context.Background(), CreateRuntime, creating,
		WithCancelFD(int(reader.Fd())))
	must(t, err)
	equal(t, "the second hook", report.Hooks[1].Outcome, OutcomeExited)
}

func TestADeadlineReachesTheHook(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	report, err := shell(t, Poststop, "exec sleep 1000", "exit 0").Run(ctx, Poststop, creating)
	for _, kind := range []error{ErrCanceled, context.DeadlineExceeded} {
		wants(t, err, kind)
	}
	equal(t, "poststop stops as well", report.Hooks[1].Outcome, OutcomeSkipped)
}

func TestAContextThatHasEndedStartsNothing(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	report, err := shell(t, Prestart, "exit 0").Run(ctx, Prestart, creating)
	wants(t, err, context.DeadlineExceeded)
	equal(t, "error", err.Error(), "error running prestart hook #0: /bin/sh: canceled")
	equal(t, "pid", report.Hooks[0].PID, 0)
}

func TestAContextThatEndsTooLateChangesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	report, err := shell(t, Prestart, "exit 0").Run(ctx, Prestart, creating, WithObserver(func(event Event) {
		if event.Kind == EventAfter {
			cancel()
		}
	}))
	must(t, err)
	equal(t, "outcome", report.Hooks[0].Outcome, OutcomeExited)
}

func TestAFailureIsNotBlamedOnTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, err := shell(t, Prestart, "exit 3").Run(ctx, Prestart, creating, WithObserver(func(event Event) {
		if event.Kind == EventAfter {
			cancel()
		}
	}))
	wants(t, err, ErrExit)
	if errors.Is(err, context.Canceled) {
		t.Error("the context is blamed")
	}
}

func TestGraceLetsTheHookEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	const script = "trap 'echo bye; exit' TERM; echo ready; while :; do sleep 1000 & wait; done"
	report, err := shell(t, CreateRuntime, script).Run(ctx, CreateRuntime, creating, WithGrace(time.Hour), onReady(cancel))
	wants(t, err, ErrCanceled)
	equal(t, "stdout", string(report.Hooks[0].Stdout.Bytes), "ready\nbye\n")
}

func TestAFunctionSeesItsContextEnd(t *testing.T) {
	hooks := empty(t)
	ctx, cancel := context.WithCancel(context.Background())
	must(t, hooks.AddFunc(Prestart, func(ctx context.Context, _ Phase, _ []byte) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}))
	must(t, hooks.AddCommand(Prestart, Command{Path: "/bin/true"}))
	_, err := hooks.Run(ctx, Prestart, creating)
	wants(t, err, context.Canceled)
	wants(t, err, ErrCallback)
}
