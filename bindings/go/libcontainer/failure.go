package libcontainer

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// failure is a command that failed: runc's text and runc's cause, with the library's error beside them.
type failure struct {
	text   string
	cause  error // nil where runc returns no error of Go's
	failed *ocihooks.HookError
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.cause }

// Is looks into the library's error, too.
func (f *failure) Is(target error) bool { return errors.Is(f.failed, target) }

// As looks into the library's error, too.
func (f *failure) As(target any) bool { return errors.As(f.failed, target) }

// failure makes runc's error of the library's.
func (c *Command) failure(failed *ocihooks.HookError) error {
	switch failed.Outcome {
	case ocihooks.OutcomeExited, ocihooks.OutcomeSignaled:
		err := exitError(&failed.HookReport)
		text := fmt.Sprintf("%v, stdout: %s, stderr: %s", err, failed.Stdout.Bytes, failed.Stderr.Bytes)
		return &failure{text, err, failed}
	case ocihooks.OutcomeTimedOut:
		return &failure{fmt.Sprintf("hook ran past specified timeout of %.1fs", c.Timeout.Seconds()), nil, failed}
	case ocihooks.OutcomeSpawnFailed:
		// Go has the steps before execve under this name as well.
		err := &fs.PathError{Op: "fork/exec", Path: c.Path, Err: failed.Errno}
		return &failure{err.Error(), err, failed}
	}
	// Go's os/exec has no such failure. Phase and number belong to the phase that runs the command.
	text := strings.TrimPrefix(failed.Error(), fmt.Sprintf("error running %s hook #0: ", alone))
	return &failure{text, nil, failed}
}
