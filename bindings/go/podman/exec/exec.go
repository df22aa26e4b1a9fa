// Package exec stands in for podman's pkg/hooks/exec, with libocihooks behind it: it runs single hooks, and hooks that filter a
// config.
//
// These defects are not kept. A process that a hook leaves behind neither delays the return nor fails the hook. A timeout kills the
// hook's process group. A filter that writes null or {} is an error. A config that a later filter fails on stays as it was.
package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	rspec "github.com/opencontainers/runtime-spec/specs-go"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
	"github.com/libocihooks/libocihooks/bindings/go/internal/exit"
)

// DefaultPostKillTimeout is the recommended default post-kill timeout.
const DefaultPostKillTimeout = 10 * time.Second

// single is the phase of a hook that is run by itself.
const single = ocihooks.Phase("hook")

// RunOptions are the arguments of [RunWithOptions].
type RunOptions struct {
	// Hook is the hook to run.
	Hook *rspec.Hook
	// Dir is the hook's working directory; empty for the caller's own.
	Dir string
	// State is the container's state, which the hook gets on its stdin.
	State []byte
	// Stdout and Stderr get what the hook writes; nil for nobody.
	Stdout, Stderr io.Writer
	// PostKillTimeout is not used: a killed hook has 2 seconds to die, and is then left behind.
	PostKillTimeout time.Duration
}

// Run runs a hook and waits for it. hookErr is what the hook failed of, and err what is to be told; of a timeout, or where
// ctx ends, err is the context's error. postKillTimeout is not used.
func Run(ctx context.Context, hook *rspec.Hook, state []byte, stdout io.Writer, stderr io.Writer, postKillTimeout time.Duration) (hookErr, err error) {
	return RunWithOptions(ctx, RunOptions{Hook: hook, State: state, Stdout: stdout, Stderr: stderr, PostKillTimeout: postKillTimeout})
}

// RunWithOptions is [Run] with a working directory.
func RunWithOptions(ctx context.Context, options RunOptions) (hookErr, err error) {
	hooks, err := hooksOf(single, []rspec.Hook{*options.Hook})
	if err != nil {
		return err, err
	}
	defer hooks.Close()
	// A hook without an environment has an empty one, as podman has it.
	chosen := append(inDir(options.Dir), ocihooks.WithEnvironment([]string{}), ocihooks.WithStdout(options.Stdout))
	if options.Stderr != nil {
		chosen = append(chosen, ocihooks.WithStderr(options.Stderr))
	}
	_, err = hooks.Run(ctx, single, options.State, chosen...)
	return failures(ctx, []rspec.Hook{*options.Hook}, err)
}

func inDir(dir string) []ocihooks.Option {
	if dir == "" {
		return nil
	}
	return []ocihooks.Option{ocihooks.WithCwd(dir)}
}

// hooksOf makes hooks of one phase.
func hooksOf(phase ocihooks.Phase, list []rspec.Hook) (*ocihooks.Hooks, error) {
	hooks, err := ocihooks.New()
	if err != nil {
		return nil, err
	}
	for _, hook := range list {
		if err := hooks.AddCommand(phase, commandOf(hook)); err != nil {
			hooks.Close()
			return nil, err
		}
	}
	return hooks, nil
}

func commandOf(hook rspec.Hook) ocihooks.Command {
	command := ocihooks.Command{Path: hook.Path, Args: hook.Args, Env: hook.Env}
	if hook.Timeout != nil {
		command.Timeout = time.Duration(*hook.Timeout) * time.Second
		if *hook.Timeout <= 0 {
			command.Timeout = -1 // which is refused: 0 would be none
		}
	}
	return command
}

// failure is a hook that failed: podman's text and podman's cause, with the library's error beside them.
type failure struct {
	text   string
	cause  error
	failed *ocihooks.HookError
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.cause }

// Is looks into the library's error, too.
func (f *failure) Is(target error) bool { return errors.Is(f.failed, target) }

// As looks into the library's error, too.
func (f *failure) As(target any) bool { return errors.As(f.failed, target) }

// failures makes podman's two errors of the library's.
func failures(ctx context.Context, list []rspec.Hook, err error) (hookErr, told error) {
	var failed *ocihooks.HookError
	if !errors.As(err, &failed) {
		return err, err
	}
	args := list[failed.Index].Args
	switch failed.Outcome {
	case ocihooks.OutcomeExited, ocihooks.OutcomeSignaled:
		if failed.Code == ocihooks.ErrInvalidOutput {
			text := fmt.Sprintf("unmarshal output from config-filter hook %d: %s", failed.Index, failed.Cause)
			return nil, &failure{text, nil, failed}
		}
		hookErr = exited(args, failed)
		return hookErr, hookErr
	case ocihooks.OutcomeTimedOut:
		return exited(args, failed), context.DeadlineExceeded
	case ocihooks.OutcomeCanceled:
		return exited(args, failed), ctx.Err()
	case ocihooks.OutcomeSpawnFailed:
		cause := &fs.PathError{Op: "fork/exec", Path: failed.Path, Err: failed.Errno}
		hookErr = &failure{cause.Error(), cause, failed}
		return hookErr, hookErr
	}
	return failed, failed
}

func exited(args []string, failed *ocihooks.HookError) error {
	cause := exit.Error(&failed.HookReport)
	return &failure{fmt.Sprintf("executing %v: %v", args, cause), cause, failed}
}
