//go:build linux && cgo

package ocihooks

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const hookFileCases = "../../tests/cases/hooksd/"

// hookFileCase is a case of tests/cases/hooksd/cases.json.
type hookFileCase struct {
	Name            string
	Kind            string
	Files           map[string]map[string]json.RawMessage
	Dirs            []string
	ExtensionStages []string
	Config          json.RawMessage
	Annotations     map[string]string
	HasBindMounts   bool
	FilterHooks     json.RawMessage
}

// expectedOfFiles is what the library makes of the cases, and refuses of the patterns.
type expectedOfFiles struct {
	Hooks map[string]struct {
		Hooks      string
		Violations []string
	}
	Filter map[string]struct {
		Config  string
		Code    Code
		Message string
	}
	RefusedPatterns map[string]string
}

func readCases(t *testing.T, name string, into any) {
	t.Helper()
	content, err := os.ReadFile(hookFileCases + name)
	must(t, err)
	must(t, json.Unmarshal(content, into))
}

func TestSharedCasesOfHookFiles(t *testing.T) {
	var all struct{ Cases []hookFileCase }
	var expected expectedOfFiles
	readCases(t, "cases.json", &all)
	readCases(t, "expected.json", &expected)
	passed := 0
	for _, given := range all.Cases {
		given := given
		if t.Run(given.Name, func(t *testing.T) { given.run(t, &expected) }) {
			passed++
		}
	}
	equal(t, "the number of cases", len(all.Cases), 86)
	fmt.Printf("shared cases of hook files (Go): %d of %d passed\n", passed, len(all.Cases))
}

func (c *hookFileCase) run(t *testing.T, expected *expectedOfFiles) {
	if c.Kind == "filter" {
		want := expected.Filter[c.Name]
		hooks := parse(t, `{"precreate": `+string(c.FilterHooks)+`}`)
		report, err := hooks.Filter(context.Background(), "precreate", c.Config)
		equal(t, "the code", report.Code, want.Code)
		equal(t, "the config", string(report.Config), want.Config)
		if err != nil {
			equal(t, "the message", err.Error(), want.Message)
		}
		equal(t, "whether it fails", err != nil, want.Code != OK)
		return
	}
	want := expected.Hooks[c.Name]
	root := t.TempDir()
	for path, content := range c.Files {
		makeFile(t, root, filepath.Join(root, path), content)
	}
	files := c.read(t, root)
	added, err := files.Match(Container{Config: c.Config, Annotations: c.Annotations, HasBindMounts: c.HasBindMounts})
	must(t, err)
	defer added.Close()
	hooks, err := ParseConfig(c.Config)
	must(t, err)
	defer hooks.Close()
	must(t, hooks.Merge(added))
	text, err := hooks.MarshalJSON()
	must(t, err)
	equal(t, "the hooks", strings.ReplaceAll(string(text), root, "$ROOT"), want.Hooks)
	violations, err := files.Violations()
	must(t, err)
	var said []string
	for _, violation := range violations {
		file := strings.ReplaceAll(violation.File, root, "$ROOT")
		said = append(said, fmt.Sprintf("%s %s %s", violation.Severity, violation.Rule, file))
	}
	equal(t, "the violations", strings.Join(said, "\n"), strings.Join(want.Violations, "\n"))
}

func (c *hookFileCase) read(t *testing.T, root string) *HookFiles {
	files, err := NewHookFiles(c.ExtensionStages...)
	must(t, err)
	t.Cleanup(func() { files.Close() })
	for _, dir := range c.Dirs {
		must(t, files.AddDir(strings.ReplaceAll(dir, "$ROOT", root)))
	}
	must(t, files.SetCheckHost(true))
	return files
}

func makeFile(t *testing.T, root, path string, content map[string]json.RawMessage) {
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	rooted := func(text string) string { return strings.ReplaceAll(text, "$ROOT", root) }
	for kind, value := range content {
		var text string
		var raw []byte
		switch kind {
		case "json":
			must(t, os.WriteFile(path, []byte(rooted(string(value))), 0o644))
		case "text":
			must(t, json.Unmarshal(value, &text))
			must(t, os.WriteFile(path, []byte(rooted(text)), 0o644))
		case "base64":
			must(t, json.Unmarshal(value, &raw))
			must(t, os.WriteFile(path, raw, 0o644))
		case "symlink":
			must(t, json.Unmarshal(value, &text))
			must(t, os.Symlink(rooted(text), path))
		case "dir":
			must(t, os.Mkdir(path, 0o755))
		default:
			t.Fatalf("unknown kind %s", kind)
		}
	}
}

func TestPatternsMeanWhatTheyMeanInGo(t *testing.T) {
	var patterns []struct {
		Pattern string
		Texts   []string
		Go      json.RawMessage
	}
	var expected expectedOfFiles
	readCases(t, "go-regexp.json", &patterns)
	readCases(t, "expected.json", &expected)
	for _, given := range patterns {
		files := fileOf(t, map[string]any{"commands": []string{given.Pattern}})
		rule := ""
		if violations, err := files.Violations(); err != nil || len(violations) > 0 {
			must(t, err)
			rule = violations[0].Rule
		}
		equal(t, given.Pattern, rule, expected.RefusedPatterns[given.Pattern])
		var matches []bool
		if rule != "" || json.Unmarshal(given.Go, &matches) != nil {
			continue
		}
		for i, text := range given.Texts {
			config, err := json.Marshal(map[string]any{"process": map[string]any{"args": []string{text}}})
			must(t, err)
			hooks, err := files.Match(Container{Config: config})
			must(t, err)
			equal(t, given.Pattern+" on "+text, hooks.Count(Poststop) == 1, matches[i])
			hooks.Close()
		}
	}
	equal(t, "the number of patterns", len(patterns), 132)
}

// fileOf is a set of one file with a condition.
func fileOf(t *testing.T, when map[string]any) *HookFiles {
	files, err := NewHookFiles()
	must(t, err)
	t.Cleanup(func() { files.Close() })
	content, err := json.Marshal(map[string]any{
		"version": "1.0.0", "hook": map[string]any{"path": "/p"}, "when": when, "stages": []string{"poststop"},
	})
	must(t, err)
	must(t, files.AddFile("a.json", content))
	return files
}

func TestHookFiles(t *testing.T) {
	files := fileOf(t, map[string]any{"annotations": map[string]string{"^key$": "^value$"}})
	equal(t, "the files", files.Count(), 1)
	equal(t, "the name", files.Name(0), "a.json")
	equal(t, "the path", files.File(0), "a.json")
	equal(t, "no name", files.Name(1), "")
	hooks, err := files.Match(Container{Config: []byte(`{}`), Annotations: map[string]string{"key": "value"}})
	must(t, err)
	equal(t, "the hooks", hooks.Count(Poststop), 1)
	must(t, hooks.Close())
	_, err = files.Match(Container{Config: []byte(`[]`)})
	wants(t, err, ErrInvalidConfig)
	wants(t, files.AddFile("a", nil), ErrInvalidArgument)
	wants(t, files.AddDir("a\x00b"), ErrInvalidArgument)
	must(t, files.AddFile("b.json", []byte(`{`)))
	equal(t, "the errors", files.ViolationCount(SeverityError), 1)
	if line := files.Violation(SeverityError, 0); !strings.Contains(line, "b.json:1:1: error: ") {
		t.Errorf("the violation is %q", line)
	}
	must(t, files.SetStrict(true))
	_, err = files.Match(Container{Config: []byte(`{}`)})
	wants(t, err, ErrInvalidFiles)
	explained, err := files.Explain(Container{Config: []byte(`{}`)})
	must(t, err)
	if !strings.Contains(string(explained), `"result":"unusable"`) {
		t.Errorf("the explanation is %s", explained)
	}
	changed, err := files.Refresh()
	must(t, err)
	equal(t, "whether anything has changed", changed, false)
	must(t, files.Close())
	must(t, files.Close())
	_, err = files.Refresh()
	wants(t, err, ErrInvalidArgument)
	equal(t, "the files", files.Count(), 0)
}

func TestConfigEditsAndLint(t *testing.T) {
	hooks := empty(t)
	must(t, hooks.AddCDIEdits([]byte(`{"hooks": [{"hookName": "prestart", "path": "/a", "timeout": 3}]}`)))
	wants(t, hooks.AddCDIEdits([]byte(`{"hooks": [{"hookName": "none", "path": "/a"}]}`)), ErrInvalidHooks)
	config, err := SetConfigHooks([]byte(`{ "x" : 1.50 }`), hooks)
	must(t, err)
	equal(t, "the config", string(config), `{ "x" : 1.50,"hooks":{"prestart":[{"path":"/a","timeout":3}]} }`)
	_, err = SetConfigHooks([]byte(`[]`), hooks)
	wants(t, err, ErrInvalidConfig)
	found, err := Lint(DocumentHooks, []byte(`{"poststop": [{"path": "/a"}]}`), LintOptions{Name: "hooks.json"})
	must(t, err)
	if len(found) != 1 || found[0].Rule != "no-timeout" || found[0].Severity != SeverityWarning || found[0].Line != 1 {
		t.Errorf("lint finds %+v", found)
	}
	_, err = Lint(Document(9), nil, LintOptions{})
	wants(t, err, ErrInvalidArgument)
}

func TestFilterOptions(t *testing.T) {
	hooks := parse(t, `{"precreate": [{"path": "/bin/true"}]}`)
	_, err := hooks.Filter(context.Background(), "precreate", []byte(`{"a": 1}`))
	wants(t, err, ErrInvalidOutput)
	report, err := hooks.Filter(context.Background(), "precreate", []byte(`{"a": 1}`), WithFilterMayWriteNothing(true))
	must(t, err)
	equal(t, "the config", string(report.Config), `{"a":1}`)
	hooks = parse(t, `{"precreate": [{"path": "/bin/cat"}]}`)
	_, err = hooks.Filter(context.Background(), "precreate", []byte(`{"a":1}`), WithFilterLimit(6))
	wants(t, err, ErrInvalidOutput)
}
