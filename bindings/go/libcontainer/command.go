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

// alone is the phase of a command that is run outside of a phase. In this phase, failures are errors.
const alone = ocihooks.CreateRuntime

// Run runs the command outside of a phase. Errors have runc's text and wrap what runc's errors wrap: the
// *exec.ExitError of a command that failed, or the *fs.PathError of a command that could not be executed. errors.As
// also finds the *ocihooks.HookError with all details, which describes the command as createRuntime hook #0.
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

// inPhase creates library hooks that hold only this command.
func (c *Command) inPhase(phase ocihooks.Phase) (*ocihooks.Hooks, error) {
	hooks, err := c.parse(phase)
	if err != nil || hooks.Count(phase) == 1 {
		return hooks, err
	}
	// An invalid list under a name that the runtime-spec does not define is not a phase, and the library accepts it.
	// Under a defined name, the library reports the violation.
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

// checkText returns an error for text in which encoding/json would replace characters.
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
