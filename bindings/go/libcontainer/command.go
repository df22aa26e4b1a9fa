package libcontainer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/opencontainers/runtime-spec/specs-go"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// alone is the phase of a command that is run by itself, and belongs to none: one whose failures are errors.
const alone = ocihooks.CreateRuntime

// Run runs the command by itself. An error reads as in runc, and wraps what it wraps there: the *exec.ExitError of a command
// that ended badly, the *fs.PathError of one that could not be executed. errors.As also finds the *ocihooks.HookError, of
// createRuntime's hook 0, which has all details.
func (c *Command) Run(s *specs.State) error {
	hooks, err := c.inPhase(alone)
	if err != nil {
		return err
	}
	defer hooks.Close()
	_, err = hooks.Run(context.Background(), alone, s)
	var failed *ocihooks.HookError
	if errors.As(err, &failed) {
		return c.failure(failed)
	}
	return err
}

// inPhase makes the library's hooks of the command alone.
func (c *Command) inPhase(phase ocihooks.Phase) (*ocihooks.Hooks, error) {
	hooks, err := c.parse(phase)
	if err != nil || hooks.Count(phase) == 1 {
		return hooks, err
	}
	// A member that the runtime-spec does not know, and that is no list of valid hooks, is no phase. In a phase that the
	// runtime-spec knows, the library names the fault.
	hooks.Close()
	return c.parse(alone)
}

func (c *Command) parse(phase ocihooks.Phase) (*ocihooks.Hooks, error) {
	list := []*Command{nil}
	if c != nil {
		if err := c.checkText(); err != nil {
			return nil, err
		}
		run := *c
		run.Dir = "" // runc ignores it
		list[0] = &run
	}
	text, err := json.Marshal(map[ocihooks.Phase][]*Command{phase: list})
	if err != nil {
		return nil, err
	}
	return ocihooks.ParseLibcontainer(text)
}

// checkText refuses what encoding/json would replace by other characters.
func (c *Command) checkText() error {
	for _, text := range append(append([]string{c.Path}, c.Args...), c.Env...) {
		if !utf8.ValidString(text) {
			return &ocihooks.Error{
				Code:    ocihooks.ErrInvalidArgument,
				Message: fmt.Sprintf("invalid argument: %q is not UTF-8", text),
			}
		}
	}
	return nil
}
