package ocihooks

// #include <ocihooks.h>
import "C"

import (
	"context"
	"sync"
	"syscall"
)

// cancelBy makes the end of the context the end of the run. The library watches a descriptor: here a pipe, whose write
// end is closed when the context ends. stop has to be called after the run; when it returns, nothing is left.
func (r *runner) cancelBy(ctx context.Context) (stop func(), err error) {
	if ctx.Done() == nil {
		return func() {}, nil
	}
	var pipe [2]int
	if err := syscall.Pipe2(pipe[:], syscall.O_CLOEXEC); err != nil {
		return nil, &Error{Code: ErrSystem, Message: "pipe2 for the context: " + err.Error(), cause: err}
	}
	reader, writer := pipe[0], pipe[1]
	var once sync.Once
	cancel := func() { once.Do(func() { syscall.Close(writer) }) }
	wait := watch(ctx, cancel)
	stop = func() {
		wait()
		cancel()
		syscall.Close(reader)
	}
	if err := r.set("cancel", C.ocihooks_runner_set_cancel_fd(r.c, C.int(reader))); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// watch calls cancel when the context ends: at once where it already has, so that no hook is started then. The function
// that it returns ends the watching.
func watch(ctx context.Context, cancel func()) (wait func()) {
	if ctx.Err() != nil {
		cancel()
		return func() {}
	}
	over := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Add(1)
	go func() {
		defer watcher.Done()
		select {
		case <-ctx.Done():
			cancel()
		case <-over:
		}
	}()
	return func() {
		close(over)
		watcher.Wait()
	}
}
