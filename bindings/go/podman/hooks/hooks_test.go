//go:build linux && cgo

package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	rspec "github.com/opencontainers/runtime-spec/specs-go"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

const cases = "../../../../tests/cases/hooksd/"

// peerCase is a case of tests/cases/hooksd/cases.json, with what podman's package gave.
type peerCase struct {
	Name, Kind, Verdict string
	Files               map[string]map[string]json.RawMessage
	Dirs                []string
	ExtensionStages     []string
	Config              rspec.Spec
	Annotations         map[string]string
	HasBindMounts       bool
	Peer                []struct {
		NewError, HooksError string
		Hooks                *rspec.Hooks
		Extension            map[string][]rspec.Hook
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// apart are cases in which podman drops a hook because of the host, or injects one twice; the rule is in the case.
var apart = map[string]bool{"hook-path-missing-beside-good": true, "stages-duplicate": true}

// TestCasesOfPodman runs those in which libocihooks means to do as podman does, and podman takes all files.
func TestCasesOfPodman(t *testing.T) {
	content, err := os.ReadFile(cases + "cases.json")
	must(t, err)
	var all struct{ Cases []json.RawMessage }
	must(t, json.Unmarshal(content, &all))
	ran := 0
	for _, raw := range all.Cases {
		var given peerCase
		must(t, json.Unmarshal(raw, &given))
		peer := given.Peer[0]
		if given.Kind != "hooks" || given.Verdict != "same" || peer.NewError+peer.HooksError != "" || apart[given.Name] {
			continue
		}
		ran++
		t.Run(given.Name, func(t *testing.T) { given.run(t) })
	}
	if ran < 30 {
		t.Errorf("only %d cases", ran)
	}
}

func (c *peerCase) run(t *testing.T) {
	root := t.TempDir()
	for path, content := range c.Files {
		makeFile(t, root, filepath.Join(root, path), content)
	}
	var dirs []string
	for _, dir := range c.Dirs {
		dirs = append(dirs, strings.ReplaceAll(dir, "$ROOT", root))
	}
	manager, err := New(context.Background(), dirs, c.ExtensionStages)
	must(t, err)
	own := c.Config.Hooks
	extensions, err := manager.Hooks(&c.Config, c.Annotations, c.HasBindMounts)
	must(t, err)
	expected := c.Peer[0].Hooks
	if expected == nil {
		expected = own
	}
	same(t, "the hooks", c.Config.Hooks, expected, root)
	same(t, "those of extension stages", extensions, c.Peer[0].Extension, root)
}

// same compares by JSON, where no hooks are as hooks that are empty.
func same(t *testing.T, what string, seen, expected any, root string) {
	t.Helper()
	texts := [2]string{}
	for i, value := range []any{seen, expected} {
		text, err := json.Marshal(value)
		must(t, err)
		texts[i] = strings.ReplaceAll(string(text), root, "$ROOT")
		if texts[i] == "null" {
			texts[i] = "{}"
		}
	}
	if texts[0] != texts[1] {
		t.Errorf("%s: got %s, not %s", what, texts[0], texts[1])
	}
}

func makeFile(t *testing.T, root, path string, content map[string]json.RawMessage) {
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	for kind, value := range content {
		text := string(value)
		if kind != "json" {
			must(t, json.Unmarshal(value, &text))
		}
		text = strings.ReplaceAll(text, "$ROOT", root)
		switch kind {
		case "symlink":
			must(t, os.Symlink(text, path))
		case "dir":
			must(t, os.Mkdir(path, 0o755))
		default:
			must(t, os.WriteFile(path, []byte(text), 0o644))
		}
	}
}

const always = `{"version": "1.0.0", "hook": {"path": "/bin/true"}, "when": {"always": true}, "stages": ["poststop"]}`

func TestABadFileStopsNoContainer(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "a.json"), []byte("{"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "b.json"), []byte(always), 0o644))
	manager, err := New(context.Background(), []string{dir}, nil)
	must(t, err)
	config := rspec.Spec{}
	_, err = manager.Hooks(&config, nil, false)
	must(t, err)
	if len(config.Hooks.Poststop) != 1 {
		t.Errorf("the hooks are %+v", config.Hooks)
	}
	violations, err := manager.Violations()
	must(t, err)
	if len(violations) != 1 || violations[0].File != filepath.Join(dir, "a.json") {
		t.Errorf("the violations are %+v", violations)
	}
	must(t, manager.SetStrict(true))
	before := rspec.Spec{}
	if _, err = manager.Hooks(&before, nil, false); !errors.Is(err, ocihooks.ErrInvalidFiles) {
		t.Errorf("strict gives %v", err)
	}
	if !reflect.DeepEqual(before, rspec.Spec{}) {
		t.Errorf("a failure has changed the config: %+v", before)
	}
}

func TestMonitorSeesChanges(t *testing.T) {
	dir := t.TempDir()
	manager, err := New(context.Background(), []string{dir}, nil)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	sync := make(chan error)
	go manager.Monitor(ctx, sync)
	must(t, <-sync)
	must(t, os.WriteFile(filepath.Join(dir, "a.json"), []byte(always), 0o644))
	count := func() int {
		config := rspec.Spec{Hooks: &rspec.Hooks{}}
		_, err := manager.Hooks(&config, nil, false)
		must(t, err)
		return len(config.Hooks.Poststop)
	}
	if seen := count(); seen != 1 {
		t.Errorf("monitored, there are %d hooks", seen)
	}
	cancel()
	if err := <-sync; !errors.Is(err, context.Canceled) {
		t.Errorf("Monitor ends with %v", err)
	}
	must(t, os.Remove(filepath.Join(dir, "a.json")))
	if seen := count(); seen != 1 {
		t.Errorf("not monitored, there are %d hooks", seen)
	}
	changed, err := manager.Refresh()
	must(t, err)
	if !changed || count() != 0 {
		t.Error("Refresh does not see that the file is gone")
	}
}

func TestStages(t *testing.T) {
	if _, err := New(context.Background(), nil, []string{""}); !errors.Is(err, ocihooks.ErrInvalidArgument) {
		t.Errorf("an empty stage gives %v", err)
	}
	if _, err := New(context.Background(), []string{""}, nil); !errors.Is(err, ocihooks.ErrInvalidArgument) {
		t.Errorf("an empty directory gives %v", err)
	}
}
