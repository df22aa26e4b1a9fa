package libcontainer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// Hook is what can be run as a hook.
type Hook interface {
	// Run runs the hook with the container's state.
	Run(state any) error
}

// FuncHook is a hook that is a function. It gets the state as it was given, not JSON.
type FuncHook struct {
	run func(state any) error
}

// NewFunctionHook makes a hook of a function.
func NewFunctionHook(run func(state any) error) FuncHook {
	return FuncHook{run: run}
}

// Run calls the function.
func (f FuncHook) Run(state any) error { return f.run(state) }

// Command is a program to run as a hook.
type Command struct {
	// Path is the program's absolute path.
	Path string `json:"path"`
	// Args is the whole argument vector; empty means Path alone.
	Args []string `json:"args"`
	// Env is the whole environment; nil means the caller's own.
	Env []string `json:"env"`
	// Dir is the working directory; empty means the caller's own.
	Dir string `json:"dir"`
	// Timeout is the time limit, greater than zero; nil for none.
	Timeout *time.Duration `json:"timeout"`
}

// CommandHook is a hook that is a program.
type CommandHook struct {
	*Command
}

// NewCommandHook makes a hook of a command. It keeps the pointer.
func NewCommandHook(command *Command) CommandHook {
	return CommandHook{Command: command}
}

// alone is the phase of a command that is run by itself, and belongs to none: one whose failures are errors.
const alone = ocihooks.CreateRuntime

// Run runs the command by itself. An error has no phase and no number in its text; errors.As finds the
// *ocihooks.HookError, of createRuntime's hook 0.
func (c *Command) Run(state any) error {
	hooks, err := c.inPhase(alone)
	if err != nil {
		return err
	}
	defer hooks.Close()
	_, err = hooks.Run(context.Background(), alone, state)
	var failed *ocihooks.HookError
	if errors.As(err, &failed) {
		return commandError{failed}
	}
	return err
}

// inPhase makes hooks of the command alone.
func (c *Command) inPhase(phase ocihooks.Phase) (*ocihooks.Hooks, error) {
	hooks, err := c.parse(phase)
	if err != nil || hooks.Count(phase) == 1 {
		return hooks, err
	}
	// What is no valid hook makes a member of that name no phase, where the runtime-spec does not know it. In a phase
	// that it knows, it is the fault that it should be.
	hooks.Close()
	return c.parse(alone)
}

func (c *Command) parse(phase ocihooks.Phase) (*ocihooks.Hooks, error) {
	text, err := json.Marshal(map[ocihooks.Phase][]*Command{phase: {c}})
	if err != nil {
		return nil, err
	}
	return ocihooks.ParseLibcontainer(text)
}

// commandError is a HookError without the phase and the number, which are of no use to who ran one command.
type commandError struct {
	*ocihooks.HookError
}

func (e commandError) Error() string {
	return strings.TrimPrefix(e.HookError.Error(), fmt.Sprintf("error running %s hook #0: ", alone))
}

func (e commandError) Unwrap() error { return e.HookError }
