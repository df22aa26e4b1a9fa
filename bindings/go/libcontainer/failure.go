package libcontainer

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
	"github.com/libocihooks/libocihooks/bindings/go/internal/exit"
)

// failure is the error of a failed command: runc's text and cause, together with the library's error.
type failure struct {
	text   string
	cause  error // nil if runc's error wraps none
	failed *ocihooks.HookError
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.cause }

// Is searches the library's error as well.
func (f *failure) Is(target error) bool { return errors.Is(f.failed, target) }

// As searches the library's error as well.
func (f *failure) As(target any) bool { return errors.As(f.failed, target) }

// failure turns the library's error into runc's.
func (c *Command) failure(failed *ocihooks.HookError) error {
	switch failed.Outcome {
	case ocihooks.OutcomeExited, ocihooks.OutcomeSignaled:
		err := exit.Error(&failed.HookReport)
		text := fmt.Sprintf("%v, stdout: %s, stderr: %s", err, failed.Stdout.Bytes, failed.Stderr.Bytes)
		return &failure{text, err, failed}
	case ocihooks.OutcomeTimedOut:
		return &failure{fmt.Sprintf("hook ran past specified timeout of %.1fs", c.Timeout.Seconds()), nil, failed}
	case ocihooks.OutcomeSpawnFailed:
		// Go uses this name for the steps before execve as well.
		err := &fs.PathError{Op: "fork/exec", Path: c.Path, Err: failed.Errno}
		return &failure{err.Error(), err, failed}
	}
	// os/exec has no such failure. The phase and index are omitted here; the phase that runs the command adds its own.
	text := strings.TrimPrefix(failed.Error(), fmt.Sprintf("error running %s hook #0: ", alone))
	return &failure{text, nil, failed}
}
