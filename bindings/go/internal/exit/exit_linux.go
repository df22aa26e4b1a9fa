// Package exit has the errors of os/exec for hooks, for packages that stand in for others'.
package exit

import (
	"os"
	"os/exec"
	"reflect"
	"syscall"
	"time"
	"unsafe"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// Error returns the error that os/exec returns for such a process. Callers of runc find it by errors.As and use its
// ExitCode, Sys and times.
func Error(hook *ocihooks.HookReport) *exec.ExitError {
	status := syscall.WaitStatus(hook.Signal)
	if hook.Outcome == ocihooks.OutcomeExited {
		status = syscall.WaitStatus(hook.ExitCode << 8)
	}
	usage := &syscall.Rusage{
		Utime: syscall.NsecToTimeval(int64(hook.UserTime / time.Nanosecond)),
		Stime: syscall.NsecToTimeval(int64(hook.SystemTime / time.Nanosecond)),
	}
	state := new(os.ProcessState)
	set(state, "pid", hook.PID)
	set(state, "status", status)
	set(state, "rusage", usage)
	return &exec.ExitError{ProcessState: state}
}

// set sets a field of a ProcessState by reflection, because only os can set it by name. os can't wait for the process,
// because the library has reaped it. A field that a later Go version lacks stays unset, and a test fails.
func set(state *os.ProcessState, name string, value any) {
	field := reflect.ValueOf(state).Elem().FieldByName(name)
	if given := reflect.ValueOf(value); field.IsValid() && field.Type() == given.Type() {
		reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Set(given)
	}
}
