package libcontainer

import (
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Hook is what can be run as a hook. Types of other packages may implement it.
type Hook interface {
	// Run runs the hook with the container's state.
	Run(*specs.State) error
}

// FuncHook is a hook that is a function.
type FuncHook struct {
	run func(*specs.State) error
}

// NewFunctionHook makes a hook of a function.
func NewFunctionHook(f func(*specs.State) error) FuncHook {
	return FuncHook{run: f}
}

// Run calls the function.
func (f FuncHook) Run(s *specs.State) error { return f.run(s) }

// Command is a program to run as a hook.
type Command struct {
	// Path is the program's absolute path.
	Path string `json:"path"`
	// Args is the whole argument vector; empty means Path alone.
	Args []string `json:"args"`
	// Env is the whole environment; nil means the caller's own.
	Env []string `json:"env"`
	// Dir is kept in JSON. As in runc, the hook runs in the caller's working directory.
	Dir string `json:"dir"`
	// Timeout is the time limit, greater than zero; nil for none.
	Timeout *time.Duration `json:"timeout"`
}

// CommandHook is a hook that is a program.
type CommandHook struct {
	*Command
}

// NewCommandHook makes a hook of a command. It keeps the pointer.
func NewCommandHook(cmd *Command) CommandHook {
	return CommandHook{Command: cmd}
}
