package ocihooks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
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
	// Every process of the hook has the pipe as its stderr: that it ends means that all of them are gone.
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

// waitUntilGone waits for whoever reaps orphans here; where nobody does, they stay as zombies.
func waitUntilGone(t *testing.T, group int) {
	deadline := time.Now().Add(20 * time.Second)
	for syscall.Kill(-group, 0) != syscall.ESRCH && lives(group) {
		if time.Now().After(deadline) {
			t.Fatalf("process group %d is still there", group)
		}
		time.Sleep(time.Millisecond)
	}
}

// lives says whether a process of the group is no zombie.
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
