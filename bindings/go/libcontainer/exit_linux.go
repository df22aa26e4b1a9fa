package libcontainer

import (
	"os"
	"os/exec"
	"reflect"
	"syscall"
	"time"
	"unsafe"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// exitError is the error that os/exec has for a process that ended so. Callers of runc look for it by errors.As, and ask it
// for ExitCode, Sys and the times.
func exitError(hook *ocihooks.HookReport) *exec.ExitError {
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

// set sets a field of a ProcessState. Only os can do so by its name; the library has reaped the process, so os can't wait for
// it. A field that a later Go does not have stays as it is, and a test fails.
func set(state *os.ProcessState, name string, value any) {
	field := reflect.ValueOf(state).Elem().FieldByName(name)
	if given := reflect.ValueOf(value); field.IsValid() && field.Type() == given.Type() {
		reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Set(given)
	}
}
