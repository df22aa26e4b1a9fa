// Package hooks stands in for podman's pkg/hooks, with libocihooks behind it: a [Manager] reads hooks from directories, and adds
// them to the configs of containers.
//
// These defects are not kept. A file that can't be used neither hides the others nor fails [New]: it is one of
// [Manager.Violations], and [Manager.SetStrict] makes it an error. A directory that is replaced is read again. A file that was
// good and is malformed now stays in use as it was. docs/hooksd.md of libocihooks has the rules.
package hooks

import (
	"context"
	"encoding/json"
	"sync"

	rspec "github.com/opencontainers/runtime-spec/specs-go"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// Version is the current hook configuration version.
const Version = "1.0.0"

const (
	// DefaultDir is the default directory containing system hook configuration files.
	DefaultDir = "/usr/share/containers/oci/hooks.d"
	// OverrideDir is the directory for hook configuration files overriding the default entries.
	OverrideDir = "/etc/containers/oci/hooks.d"
)

// Manager has hook files that were read. Any goroutine may call any method at any time.
type Manager struct {
	files  *ocihooks.HookFiles
	stages map[string]bool

	mu       sync.Mutex
	monitors int
}

// New reads the hook files of directories, in increasing precedence. extensionStages are stages besides the runtime-spec's, whose
// hooks [Manager.Hooks] returns. Files that can't be used are violations. ctx is not used.
func New(ctx context.Context, directories []string, extensionStages []string) (*Manager, error) {
	files, err := ocihooks.NewHookFiles(extensionStages...)
	if err != nil {
		return nil, err
	}
	manager := &Manager{files: files, stages: map[string]bool{}}
	for _, stage := range extensionStages {
		manager.stages[stage] = true
	}
	for _, directory := range directories {
		if err := files.AddDir(directory); err != nil {
			files.Close()
			return nil, err
		}
	}
	return manager, nil
}

// Hooks appends the hooks that a container gets to those of its config, all or none, and returns those of extension stages.
// The annotations are those given, and not the config's.
func (m *Manager) Hooks(config *rspec.Spec, annotations map[string]string, hasBindMounts bool) (map[string][]rspec.Hook, error) {
	if err := m.refreshed(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(seen(config))
	if err != nil {
		return nil, err
	}
	if annotations == nil {
		annotations = map[string]string{}
	}
	matched, err := m.files.Match(ocihooks.Container{Config: text, Annotations: annotations, HasBindMounts: hasBindMounts})
	if err != nil {
		return nil, err
	}
	defer matched.Close()
	return m.add(config, matched)
}

// container is the part of a config that conditions look at.
type container struct {
	Process *process `json:"process,omitempty"`
}

type process struct {
	Args []string `json:"args"`
}

func seen(config *rspec.Spec) container {
	if config.Process == nil {
		return container{}
	}
	return container{Process: &process{Args: config.Process.Args}}
}

func (m *Manager) add(config *rspec.Spec, matched *ocihooks.Hooks) (map[string][]rspec.Hook, error) {
	text, err := matched.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var phases map[string][]rspec.Hook
	if err := json.Unmarshal(text, &phases); err != nil {
		return nil, err
	}
	extensions := map[string][]rspec.Hook{}
	for phase, hooks := range phases {
		if m.stages[phase] {
			extensions[phase] = hooks
		} else if list := listOf(config, phase); list != nil {
			*list = append(*list, hooks...)
		}
	}
	return extensions, nil
}

// listOf is the list of a phase's hooks in a config; nil for a phase that the runtime-spec does not have.
func listOf(config *rspec.Spec, phase string) *[]rspec.Hook {
	if config.Hooks == nil {
		config.Hooks = &rspec.Hooks{}
	}
	switch ocihooks.Phase(phase) {
	case ocihooks.Prestart:
		return &config.Hooks.Prestart
	case ocihooks.CreateRuntime:
		return &config.Hooks.CreateRuntime
	case ocihooks.CreateContainer:
		return &config.Hooks.CreateContainer
	case ocihooks.StartContainer:
		return &config.Hooks.StartContainer
	case ocihooks.Poststart:
		return &config.Hooks.Poststart
	case ocihooks.Poststop:
		return &config.Hooks.Poststop
	}
	return nil
}

// Monitor has [Manager.Hooks] see changes of the directories until ctx ends. Each call of Hooks then looks for changes first:
// nothing watches in between. Monitor sends nil when that begins, and the context's error when it ends; then it closes sync.
func (m *Manager) Monitor(ctx context.Context, sync chan<- error) {
	m.count(1)
	sync <- nil
	<-ctx.Done()
	m.count(-1)
	sync <- ctx.Err()
	close(sync)
}

func (m *Manager) count(monitors int) {
	m.mu.Lock()
	m.monitors += monitors
	m.mu.Unlock()
}

// refreshed reads what has changed, where somebody monitors.
func (m *Manager) refreshed() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.monitors == 0 {
		return nil
	}
	_, err := m.files.Refresh()
	return err
}

// Refresh reads what has changed since, and returns whether anything has.
func (m *Manager) Refresh() (bool, error) { return m.files.Refresh() }

// SetStrict says whether [Manager.Hooks] fails where a file can't be used. Default: no.
func (m *Manager) SetStrict(on bool) error { return m.files.SetStrict(on) }

// Violations returns what is to be said of the directories and files.
func (m *Manager) Violations() ([]ocihooks.Finding, error) { return m.files.Violations() }
