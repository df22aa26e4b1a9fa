//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
// #include <sys/eventfd.h>
import "C"

import (
	"context"
	"sync"
	"syscall"
)

// WithCancelFD names a descriptor that stops the run as the end of the context does, by having something to read: an eventfd,
// a pipe, a container's pidfd. A pipe or a connection that ends without a byte stops nothing. -1, the default, is none.
//
// Nothing is read from it. It stays the caller's, and has to stay open while the phase runs.
func WithCancelFD(fd int) Option {
	return func(r *runner) error {
		return r.set("cancel descriptor", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_cancel_fd(r.c, C.int(fd), errmsg, size)
		})
	}
}

// cancelBy makes the end of the context the end of the run. The library watches a descriptor: here an eventfd, which is
// written to when the context ends. Closing something would not do: whatever is forked meanwhile has a copy of it. stop has
// to be called after the run; when it returns, nothing is left.
func (r *runner) cancelBy(ctx context.Context) (stop func(), err error) {
	if ctx.Done() == nil {
		return func() {}, nil
	}
	event, err := newEvent()
	if err != nil {
		return nil, &Error{Code: ErrSystem, Message: "eventfd for the context: " + err.Error(), cause: err}
	}
	wait := watch(ctx, func() { C.eventfd_write(event, 1) })
	stop = func() {
		wait()
		syscall.Close(int(event))
	}
	err = r.set("cancel", func(errmsg *C.char, size C.size_t) C.int {
		return C.ocihooks_runner_add_cancel_fd(r.c, event, errmsg, size)
	})
	if err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// newEvent makes an eventfd. Its number is above 2: where the process has closed a standard stream, a hook that inherits
// that stream would write to the eventfd, and so cancel itself.
func newEvent() (C.int, error) {
	event, err := C.eventfd(0, C.EFD_CLOEXEC)
	if event < 0 {
		return -1, err
	}
	if event > 2 {
		return event, nil
	}
	defer syscall.Close(int(event))
	above, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(event), syscall.F_DUPFD_CLOEXEC, 3)
	if errno != 0 {
		return -1, errno
	}
	return C.int(above), nil
}

// watch calls cancel once the context ends: at once where it already has, so that no hook is started then. The function
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
