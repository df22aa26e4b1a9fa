package libcontainer

import (
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"
	"github.com/sirupsen/logrus"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

type (
	// HookName is the name of a phase.
	HookName string
	// HookList is the list of hooks of a phase, in order.
	HookList []Hook
	// Hooks is the map from phases to hooks. It is a plain map, so no goroutine may modify it while another uses it.
	Hooks map[HookName]HookList
)

// The phases of the runtime-spec.
const (
	Prestart        = HookName(ocihooks.Prestart)
	CreateRuntime   = HookName(ocihooks.CreateRuntime)
	CreateContainer = HookName(ocihooks.CreateContainer)
	StartContainer  = HookName(ocihooks.StartContainer)
	Poststart       = HookName(ocihooks.Poststart)
	Poststop        = HookName(ocihooks.Poststop)
)

// KnownHookNames returns the names of the runtime-spec's phases, in lifecycle order.
func KnownHookNames() []string {
	var names []string
	for _, phase := range []HookName{Prestart, CreateRuntime, CreateContainer, StartContainer, Poststart, Poststop} {
		names = append(names, string(phase))
	}
	return names
}

// HasHook reports whether any of the phases has a hook. In runc it is a method of Config, which has the hooks as a
// field.
func (hooks Hooks) HasHook(names ...HookName) bool {
	for _, name := range names {
		if len(hooks[name]) > 0 {
			return true
		}
	}
	return false
}

// Run runs the hooks of a phase in order, each by its Run method, until one fails.
//
// In poststop every hook runs, and each failure is a warning in the log (runtime.md, "Lifecycle").
func (hooks Hooks) Run(name HookName, state *specs.State) error {
	for i, hook := range hooks[name] {
		err := hook.Run(state)
		if err == nil {
			continue
		}
		err = fmt.Errorf("error running %s hook #%d: %w", name, i, err)
		if name != Poststop {
			return err
		}
		logrus.Warn(err)
	}
	return nil
}

// RunHooks runs the hooks in order, each by its Run method, until one fails. It is older than [Hooks.Run] and keeps its
// original error text, including the two colons.
func (hooks HookList) RunHooks(state *specs.State) error {
	for i, hook := range hooks {
		if err := hook.Run(state); err != nil {
			return fmt.Errorf("Running hook #%d:: %w", i, err)
		}
	}
	return nil
}

// SetDefaultEnv sets the environment of commands that have none.
func (hooks HookList) SetDefaultEnv(env []string) {
	for _, hook := range hooks {
		if command, isCommand := hook.(CommandHook); isCommand && len(command.Env) == 0 {
			command.Env = env
		}
	}
}
