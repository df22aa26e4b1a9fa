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

// WithCancelFD names a descriptor that stops the run, as the end of the context does, once it is readable: an eventfd,
// a pipe, a container's pidfd. A pipe or connection that is closed without a byte stops nothing. The default is -1, no
// descriptor.
//
// The library never reads from the descriptor. The caller owns it and must keep it open while the phase runs.
func WithCancelFD(fd int) Option {
	return func(r *runner) error {
		return r.set("cancel descriptor", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_cancel_fd(r.c, C.int(fd), errmsg, size)
		})
	}
}

// cancelBy makes the end of the context the end of the run. The library watches a descriptor, here an eventfd, which is
// written to when the context ends. Closing a descriptor would not do, because every process that is forked meanwhile
// holds a copy of it. The caller must call stop after the run; when stop returns, the eventfd and the goroutine are
// gone.
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

// newEvent creates an eventfd with a number above 2. If the process has closed a standard stream, the eventfd could
// otherwise take its number. A hook that inherits that stream would then write to the eventfd and so cancel itself.
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

// watch calls cancel once the context ends. If it has already ended, it calls cancel at once, so that no hook is
// started. The returned function ends the watching.
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
