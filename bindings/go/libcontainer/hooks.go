package libcontainer

import (
	"context"
	"fmt"
	"strings"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

type (
	// HookName is the name of a phase.
	HookName string
	// HookList is the hooks of a phase, in order.
	HookList []Hook
	// Hooks is the hooks by phase. It is a plain map: no goroutine may change it while another uses it.
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

// Run runs the hooks of a phase in order, until one fails.
//
// In poststop every hook runs, as the runtime-spec has it; where some failed, the error is a [*WarningsError]. Other
// errors are those of ocihooks.Hooks.Run.
func (hooks Hooks) Run(name HookName, state any) error {
	report, err := hooks.RunContext(context.Background(), name, state)
	if err != nil {
		return err
	}
	for _, hook := range report.Hooks {
		if hook.Cause != "" {
			return &WarningsError{Report: report}
		}
	}
	return nil
}

// RunContext is Run with a context, with options, and with the report: what went wrong in poststop is in its warnings, and
// no error.
func (hooks Hooks) RunContext(
	ctx context.Context, name HookName, state any, options ...ocihooks.Option,
) (*ocihooks.Report, error) {
	phase, err := hooks[name].inPhase(ocihooks.Phase(name), state)
	if err != nil {
		return nil, err
	}
	defer phase.Close()
	return phase.Run(ctx, ocihooks.Phase(name), state, options...)
}

// inPhase makes the library's hooks of the list. A hook that is no command is called with the state as it was given.
func (list HookList) inPhase(phase ocihooks.Phase, state any) (*ocihooks.Hooks, error) {
	made, err := ocihooks.New()
	if err != nil {
		return nil, err
	}
	for i, hook := range list {
		if err := appendTo(made, phase, hook, state); err != nil {
			made.Close()
			return nil, fmt.Errorf("%s hook #%d: %w", phase, i, err)
		}
	}
	return made, nil
}

func appendTo(hooks *ocihooks.Hooks, phase ocihooks.Phase, hook Hook, state any) error {
	command, isCommand := hook.(CommandHook)
	if !isCommand {
		return hooks.AddFunc(phase, func(context.Context, ocihooks.Phase, []byte) error { return hook.Run(state) })
	}
	one, err := command.inPhase(phase)
	if err != nil {
		return err
	}
	defer one.Close()
	return hooks.Merge(one)
}

// RunHooks runs the hooks in order, each by itself, until one fails.
func (list HookList) RunHooks(state any) error {
	for i, hook := range list {
		if err := hook.Run(state); err != nil {
			return fmt.Errorf("error running hook #%d: %w", i, err)
		}
	}
	return nil
}

// SetDefaultEnv gives an environment to those commands that have none.
func (list HookList) SetDefaultEnv(env []string) {
	for _, hook := range list {
		if command, isCommand := hook.(CommandHook); isCommand && len(command.Env) == 0 {
			command.Env = env
		}
	}
}

// WarningsError is a phase that went well although hooks of it failed.
type WarningsError struct {
	// Report is what happened.
	Report *ocihooks.Report
}

// Error returns all warnings of the report.
func (e *WarningsError) Error() string { return strings.Join(e.Report.Warnings, "; ") }
