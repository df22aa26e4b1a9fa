//go:build linux && cgo

package ocihooks

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
)

// TestManyGoroutinesRunPhasesAtOnce runs phases of one map on 200 goroutines, while one of the runs hangs until it is
// canceled. Each run has a separate state and distinguishable options and contexts.
func TestManyGoroutinesRunPhasesAtOnce(t *testing.T) {
	const goroutines = 200
	hooks := shell(t, CreateRuntime, "cat", "cat >&2; echo $PHASE")
	must(t, hooks.AddFunc(CreateRuntime, func(ctx context.Context, _ Phase, state []byte) error {
		if string(state) != ctx.Value(contextKey{}) {
			return fmt.Errorf("%s is another run's state", state)
		}
		return nil
	}))
	must(t, hooks.AddCommand(Poststop, Command{Path: "/bin/sh", Args: []string{"sh", "-c", "echo ready; exec sleep 1000"}}))

	hanging, cancel := context.WithCancel(context.Background())
	defer cancel()
	ready, canceled := make(chan struct{}), make(chan error)
	go func() {
		_, err := hooks.Run(hanging, Poststop, creating, onReady(func() { close(ready) }))
		canceled <- err
	}()
	<-ready
	var group sync.WaitGroup
	for i := 0; i < goroutines; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			if i == goroutines/2 {
				cancel()
			}
			runAlone(t, hooks, i)
		}(i)
	}
	group.Wait()
	err := <-canceled
	wants(t, err, ErrCanceled)
	wants(t, err, context.Canceled)
}

func runAlone(t *testing.T, hooks *Hooks, i int) {
	state := fmt.Sprintf(`{"ociVersion": "1.2.0", "id": "web-%d", "status": "creating", "bundle": "/b"}`, i)
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), contextKey{}, state))
	defer cancel()
	events := 0
	report, err := hooks.Run(ctx, CreateRuntime, state, WithPhaseVariable("PHASE"), WithObserver(func(Event) { events++ }))
	if err != nil {
		t.Error(err)
		return
	}
	equal(t, "stdout", string(report.Hooks[0].Stdout.Bytes), state)
	equal(t, "stderr", string(report.Hooks[1].Stderr.Bytes), state)
	equal(t, "events", events, 6)
}

// TestABlockingRunLetsOtherGoroutinesGoOn sets GOMAXPROCS to 1. The hook ends only after another goroutine has done
// much work, so a run that blocked the scheduler would never return.
func TestABlockingRunLetsOtherGoroutinesGoOn(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	fifo := filepath.Join(t.TempDir(), "fifo")
	must(t, syscall.Mkfifo(fifo, 0o600))
	counted := make(chan int)
	go func() {
		count := 0
		for ; count < 100000; count++ {
			runtime.Gosched()
		}
		err := os.WriteFile(fifo, []byte("go on\n"), 0o600)
		if err != nil {
			t.Error(err)
		}
		counted <- count
	}()
	equal(t, "the hook", writes(t, "read line < "+fifo+"; echo $line"), "go on\n")
	equal(t, "the other goroutine", <-counted, 100000)
}
