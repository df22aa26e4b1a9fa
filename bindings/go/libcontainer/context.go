package libcontainer

import (
	"context"
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// RunContext runs a phase as one run of the library, with a context, with options such as the container that hooks run
// in, and with the library's report and errors. runc has no such function.
//
// In poststop, failures are warnings in the report.
func (hooks Hooks) RunContext(
	ctx context.Context, name HookName, state *specs.State, options ...ocihooks.Option,
) (*ocihooks.Report, error) {
	phase, err := hooks[name].inPhase(ocihooks.Phase(name), state)
	if err != nil {
		return nil, err
	}
	defer phase.Close()
	return phase.Run(ctx, ocihooks.Phase(name), state, options...)
}

// inPhase creates library hooks from the list. A hook other than a command is called with the given state.
func (hooks HookList) inPhase(phase ocihooks.Phase, state *specs.State) (*ocihooks.Hooks, error) {
	made, err := ocihooks.New()
	if err != nil {
		return nil, err
	}
	for i, hook := range hooks {
		if err := appendTo(made, phase, hook, state); err != nil {
			made.Close()
			return nil, fmt.Errorf("%s hook #%d: %w", phase, i, err)
		}
	}
	return made, nil
}

func appendTo(hooks *ocihooks.Hooks, phase ocihooks.Phase, hook Hook, state *specs.State) error {
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
