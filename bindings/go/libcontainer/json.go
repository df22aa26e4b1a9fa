package libcontainer

import (
	"encoding/json"

	"github.com/sirupsen/logrus"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// UnmarshalJSON reads libcontainer's dialect, as runc keeps it in its state: "timeout" in nanoseconds, and "dir". As in
// runc, every JSON text with the structure of hooks is accepted, whether the hooks can run or not, so that every saved
// state loads.
func (hooks *Hooks) UnmarshalJSON(text []byte) error {
	var phases map[HookName][]CommandHook
	if err := json.Unmarshal(text, &phases); err != nil {
		return err
	}
	*hooks = Hooks{}
	for name, commands := range phases {
		for _, command := range commands {
			(*hooks)[name] = append((*hooks)[name], command)
		}
	}
	return nil
}

// MarshalJSON writes libcontainer's dialect: the runtime-spec's six phases in alphabetical order. Hooks other than
// commands are omitted, each with a warning in the log.
//
// Its receiver is a value, so that encoding/json finds it in every value; runc's is a pointer.
func (hooks Hooks) MarshalJSON() ([]byte, error) {
	phases := map[string][]CommandHook{}
	for _, name := range KnownHookNames() {
		phases[name] = hooks[HookName(name)].commands()
	}
	return json.Marshal(phases)
}

func (hooks HookList) commands() (commands []CommandHook) {
	for _, hook := range hooks {
		if command, isCommand := hook.(CommandHook); isCommand {
			commands = append(commands, command)
		} else {
			logrus.Warnf("cannot serialize hook of type %T, skipping", hook)
		}
	}
	return commands
}

// ParseSpec reads the runtime-spec's dialect, the "hooks" object of a config.json: "timeout" in seconds. The errors are
// those of ocihooks.Parse.
func ParseSpec(text []byte) (Hooks, error) {
	parsed, err := ocihooks.Parse(text)
	if err != nil {
		return nil, err
	}
	defer parsed.Close()
	return fromLibrary(parsed)
}

// fromLibrary reads the hooks from the library's JSON, in which every phase is a list of objects with Command's
// members.
func fromLibrary(parsed *ocihooks.Hooks) (Hooks, error) {
	text, err := parsed.MarshalLibcontainer()
	if err != nil {
		return nil, err
	}
	var members map[HookName]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	hooks := Hooks{}
	for name, member := range members {
		if parsed.Count(ocihooks.Phase(name)) == 0 {
			continue // an empty phase, or a member that is not a phase
		}
		var commands []CommandHook
		if err := json.Unmarshal(member, &commands); err != nil {
			return nil, err
		}
		for _, command := range commands {
			hooks[name] = append(hooks[name], command)
		}
	}
	return hooks, nil
}

// MarshalSpec writes the runtime-spec's dialect: a timeout is rounded up to seconds, and "dir" is omitted. Hooks other
// than commands are omitted, each with a warning in the log. Hooks that the runtime-spec forbids return
// ocihooks.ErrInvalidHooks.
func (hooks Hooks) MarshalSpec() ([]byte, error) {
	phases := map[HookName][]CommandHook{}
	for name, list := range hooks {
		phases[name] = list.commands()
	}
	text, err := json.Marshal(phases)
	if err != nil {
		return nil, err
	}
	// Strict: the runtime-spec's form has no place for a hook that the runtime-spec forbids.
	parsed, err := ocihooks.Read(ocihooks.DocumentLibcontainer, 0, text)
	if err != nil {
		return nil, err
	}
	defer parsed.Close()
	written, err := parsed.MarshalJSON()
	if err != nil {
		return nil, err
	}
	// libcontainer's dialect keeps hooks that the runtime-spec forbids.
	checked, err := ocihooks.Parse(written)
	if err != nil {
		return nil, err
	}
	return written, checked.Close()
}
