package libcontainer

import (
	"encoding/json"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// UnmarshalJSON reads libcontainer's dialect, as runc keeps it in its state: "timeout" in nanoseconds, and "dir". Errors
// are those of ocihooks.ParseLibcontainer. null does nothing, as encoding/json has it.
func (hooks *Hooks) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	parsed, err := ocihooks.ParseLibcontainer(text)
	if err != nil {
		return err
	}
	defer parsed.Close()
	return hooks.fill(parsed)
}

// ParseSpec reads the runtime-spec's dialect, the "hooks" object of a config.json: "timeout" in seconds. Errors are those
// of ocihooks.Parse.
func ParseSpec(text []byte) (Hooks, error) {
	parsed, err := ocihooks.Parse(text)
	if err != nil {
		return nil, err
	}
	defer parsed.Close()
	var hooks Hooks
	err = hooks.fill(parsed)
	return hooks, err
}

// fill takes the hooks from the library's own writing, where every phase is a list of what Command has.
func (hooks *Hooks) fill(from *ocihooks.Hooks) error {
	text, err := from.MarshalLibcontainer()
	if err != nil {
		return err
	}
	var members map[HookName]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	filled := Hooks{}
	for name, member := range members {
		if from.Count(ocihooks.Phase(name)) == 0 {
			continue // an empty phase, or a member that is no phase
		}
		var commands []*Command
		if err := json.Unmarshal(member, &commands); err != nil {
			return err
		}
		for _, command := range commands {
			filled[name] = append(filled[name], NewCommandHook(command))
		}
	}
	*hooks = filled
	return nil
}

// MarshalJSON writes libcontainer's dialect. Hooks that are no commands are left out.
func (hooks Hooks) MarshalJSON() ([]byte, error) {
	return hooks.write((*ocihooks.Hooks).MarshalLibcontainer)
}

// MarshalSpec writes the runtime-spec's dialect: a timeout is rounded up to seconds, and "dir" is left out, as hooks that
// are no commands are.
func (hooks Hooks) MarshalSpec() ([]byte, error) {
	return hooks.write((*ocihooks.Hooks).MarshalJSON)
}

func (hooks Hooks) write(writer func(*ocihooks.Hooks) ([]byte, error)) ([]byte, error) {
	commands := map[HookName][]*Command{}
	for name, list := range hooks {
		for _, hook := range list {
			if command, isCommand := hook.(CommandHook); isCommand {
				commands[name] = append(commands[name], command.Command)
			}
		}
	}
	text, err := json.Marshal(commands)
	if err != nil {
		return nil, err
	}
	parsed, err := ocihooks.ParseLibcontainer(text)
	if err != nil {
		return nil, err
	}
	defer parsed.Close()
	return writer(parsed)
}
