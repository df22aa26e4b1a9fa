package libcontainer

import (
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Hook is anything that can run as a hook. Types of other packages may implement it.
type Hook interface {
	// Run runs the hook with the container's state.
	Run(*specs.State) error
}

// FuncHook is a function as a hook.
type FuncHook struct {
	run func(*specs.State) error
}

// NewFunctionHook creates a hook from a function.
func NewFunctionHook(f func(*specs.State) error) FuncHook {
	return FuncHook{run: f}
}

// Run calls the function.
func (f FuncHook) Run(s *specs.State) error { return f.run(s) }

// Command is a program to run as a hook.
type Command struct {
	// Path is the absolute path of the program.
	Path string `json:"path"`
	// Args is the complete argument vector; empty means Path alone.
	Args []string `json:"args"`
	// Env is the complete environment; nil means the caller's.
	Env []string `json:"env"`
	// Dir is kept in JSON. As in runc, the hook runs in the caller's working directory.
	Dir string `json:"dir"`
	// Timeout is the time limit, greater than zero; nil for none.
	Timeout *time.Duration `json:"timeout"`
}

// CommandHook is a program as a hook.
type CommandHook struct {
	*Command
}

// NewCommandHook creates a hook from a command. It keeps the pointer.
func NewCommandHook(cmd *Command) CommandHook {
	return CommandHook{Command: cmd}
}
