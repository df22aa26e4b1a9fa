//go:build linux && cgo

package ocihooks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"
	"time"
)

// sharedCase is a file of tests/cases, whose README describes the members.
type sharedCase struct {
	Description string
	Read        string
	Lenient     *bool
	Hooks       json.RawMessage
	Phase       *Phase
	State       json.RawMessage
	Options     map[string]json.RawMessage
	Expect      struct {
		Code         Code
		Message      string
		Hooks        []map[string]any
		Warnings     []string
		ReadWarnings []string
		Phases       *[]Phase
		JSON         *string
		Libcontainer *string
	}
}

func TestSharedCases(t *testing.T) {
	files, err := filepath.Glob("../../tests/cases/*.json")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("there are no shared cases")
	}
	passed := 0
	for _, file := range files {
		if t.Run(filepath.Base(file), func(t *testing.T) { readCase(t, file).run(t) }) {
			passed++
		}
	}
	fmt.Printf("shared cases (Go): %d of %d passed\n", passed, len(files))
}

func readCase(t *testing.T, file string) *sharedCase {
	content, err := os.ReadFile(file)
	must(t, err)
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	var read sharedCase
	must(t, decoder.Decode(&read))
	return &read
}

func (c *sharedCase) run(t *testing.T) {
	hooks, err := c.parse(t)
	if err != nil {
		c.compare(t, nil, err)
		return
	}
	defer hooks.Close()
	if warnings := hooks.Warnings(); len(warnings)+len(c.Expect.ReadWarnings) > 0 && !reflect.DeepEqual(warnings, c.Expect.ReadWarnings) {
		t.Errorf("warnings of reading: got %q, not %q", warnings, c.Expect.ReadWarnings)
	}
	if c.Expect.Phases != nil {
		equal(t, "phases", fmt.Sprint(hooks.Phases()), fmt.Sprint(*c.Expect.Phases))
	}
	if c.Expect.JSON != nil {
		equal(t, "json", text(t, hooks), *c.Expect.JSON)
	}
	if c.Expect.Libcontainer != nil {
		written, err := hooks.MarshalLibcontainer()
		must(t, err)
		equal(t, "libcontainer", string(written), *c.Expect.Libcontainer)
	}
	if c.Phase == nil {
		c.compare(t, nil, nil)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if c.Options["canceled"] != nil {
		cancel()
	}
	report, err := hooks.Run(ctx, *c.Phase, caseText(c.State), c.options(t)...)
	c.compare(t, report, err)
}

func (c *sharedCase) parse(t *testing.T) (*Hooks, error) {
	if c.Lenient != nil {
		flags := ReadStrict
		if *c.Lenient {
			flags = ReadLenient
		}
		return Read(caseDocuments[c.Read], flags, caseText(c.Hooks))
	}
	switch c.Read {
	case "", "hooks":
		return Parse(caseText(c.Hooks))
	case "config":
		return ParseConfig(caseText(c.Hooks))
	case "libcontainer":
		return ParseLibcontainer(caseText(c.Hooks))
	}
	t.Fatalf("no way to read %q", c.Read)
	return nil, nil
}

var caseDocuments = map[string]Document{
	"": DocumentHooks, "hooks": DocumentHooks, "config": DocumentConfig, "libcontainer": DocumentLibcontainer,
}

var caseChecks = map[string]StateCheck{"spec": StateCheckSpec, "json": StateCheckJSON, "off": StateCheckOff}

// caseText returns the text of a member: a string is the text itself, any other value is passed as JSON.
func caseText(member json.RawMessage) []byte {
	var text string
	if json.Unmarshal(member, &text) == nil {
		return []byte(text)
	}
	return member
}

func (c *sharedCase) options(t *testing.T) []Option {
	var options []Option
	for name, value := range c.Options {
		options = append(options, caseOption(t, name, value)...)
	}
	return options
}

func caseOption(t *testing.T, name string, value json.RawMessage) []Option {
	switch name {
	case "canceled":
		return nil
	case "cwd":
		return []Option{WithCwd(decode[string](t, value))}
	case "cwdMayFail":
		return []Option{WithCwdMayFail(decode[bool](t, value))}
	case "environment":
		return []Option{caseEnvironment(t, value)}
	case "phaseVariable":
		return []Option{WithPhaseVariable(decode[string](t, value))}
	case "stateCheck":
		return []Option{WithStateCheck(caseChecks[decode[string](t, value)])}
	case "failurePolicy":
		return []Option{WithFailurePolicy(casePolicies[decode[string](t, value)])}
	case "stdout":
		return []Option{caseOutput[decode[string](t, value)](Stdout)}
	case "stderr":
		return []Option{caseOutput[decode[string](t, value)](Stderr)}
	case "captureLimit":
		return []Option{WithCaptureLimit(decode[uint](t, value))}
	case "phaseCaptureLimit":
		return []Option{WithPhaseCaptureLimit(decode[uint](t, value))}
	case "defaultTimeoutMs":
		return []Option{WithDefaultTimeout(decode[time.Duration](t, value) * time.Millisecond)}
	case "budgetMs":
		return []Option{WithBudget(decode[time.Duration](t, value) * time.Millisecond)}
	case "graceMs":
		return []Option{WithGrace(decode[time.Duration](t, value) * time.Millisecond)}
	case "noNewPrivileges":
		return []Option{WithNoNewPrivileges(decode[bool](t, value))}
	case "rlimits":
		return caseRlimits(decode[map[string][2]uint64](t, value))
	}
	t.Fatalf("no option %q", name)
	return nil
}

func decode[T any](t *testing.T, value json.RawMessage) (read T) {
	must(t, json.Unmarshal(value, &read))
	return read
}

func caseEnvironment(t *testing.T, value json.RawMessage) Option {
	switch string(value) {
	case `"inherit"`:
		return WithInheritedEnvironment()
	case `"inheritWithoutLoader"`:
		return WithInheritedEnvironmentWithoutLoader()
	}
	return WithEnvironment(decode[[]string](t, value))
}

var casePolicies = map[string]FailurePolicy{
	"spec": PolicySpec, "specBefore1.3": PolicySpecBefore13, "failFast": PolicyFailFast, "keepGoing": PolicyKeepGoing,
}

var caseOutput = map[string]func(Stream) Option{"capture": WithCapturedOutput, "discard": WithDiscardedOutput}

var caseResources = map[string]int{
	"nofile": syscall.RLIMIT_NOFILE, "core": syscall.RLIMIT_CORE, "fsize": syscall.RLIMIT_FSIZE,
}

func caseRlimits(limits map[string][2]uint64) []Option {
	var options []Option
	for name, limit := range limits {
		options = append(options, WithRlimit(caseResources[name], limit[0], limit[1]))
	}
	return options
}

func (c *sharedCase) compare(t *testing.T, report *Report, err error) {
	code, message := OK, ""
	if err != nil {
		message = err.Error()
		if !errors.As(err, &code) {
			t.Errorf("no code in %#v", err)
		}
	}
	equal(t, "code", code, c.Expect.Code)
	equal(t, "message", message, c.Expect.Message)
	equal(t, "a report", report != nil, c.Expect.Hooks != nil)
	if report == nil || c.Expect.Hooks == nil {
		return
	}
	equal(t, "warnings", fmt.Sprintf("%q", report.Warnings), fmt.Sprintf("%q", c.Expect.Warnings))
	var library struct{ Hooks []map[string]any }
	must(t, json.Unmarshal([]byte(text(t, report)), &library))
	if len(report.Hooks) != len(c.Expect.Hooks) {
		t.Fatalf("got %d hooks, not %d", len(report.Hooks), len(c.Expect.Hooks))
	}
	for i, expected := range c.Expect.Hooks {
		seen := caseMembers(t, &report.Hooks[i])
		for key, value := range expected {
			equal(t, fmt.Sprintf("hook %d: %s", i, key), seen[key], value)
			if key != "message" || value != "" { // the library's JSON omits an empty message
				equal(t, fmt.Sprintf("hook %d: %s in JSON", i, key), library.Hooks[i][key], value)
			}
		}
	}
}

// caseMembers returns a hook of the report with the names and values of the report's JSON.
func caseMembers(t *testing.T, hook *HookReport) (members map[string]any) {
	written, err := json.Marshal(map[string]any{
		"kind":            hook.Kind.String(),
		"path":            hook.Path,
		"outcome":         hook.Outcome.String(),
		"exitCode":        hook.ExitCode,
		"signal":          int(hook.Signal),
		"errno":           int(hook.Errno),
		"message":         hook.Cause,
		"stdout":          string(hook.Stdout.Bytes),
		"stdoutBytes":     hook.Stdout.Total,
		"stdoutTruncated": hook.Stdout.Truncated,
		"stderr":          string(hook.Stderr.Bytes),
		"stderrBytes":     hook.Stderr.Total,
		"stderrTruncated": hook.Stderr.Truncated,
	})
	must(t, err)
	must(t, json.Unmarshal(written, &members))
	return members
}
