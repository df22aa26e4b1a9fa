//go:build linux && cgo

package ocihooks

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
)

// TestReportAgreesWithItsJSON compares the accessors with the library's JSON for members that the shared cases do not
// cover.
func TestReportAgreesWithItsJSON(t *testing.T) {
	hooks := shell(t, Poststop, "i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done", "exit 4")
	must(t, hooks.AddFunc(Poststop, func(context.Context, Phase, []byte) error { return nil }))
	report, err := hooks.Run(context.Background(), Poststop, creating)
	must(t, err)

	var written struct {
		Phase      Phase
		Code       Code
		DurationNs int64
		Warnings   []string
		Hooks      []struct {
			Kind, Outcome, Path                       string
			PID                                       int
			DurationNs, UserTimeNs, SystemTimeNs      int64
			ExitCode, StdoutBytes, StderrBytes, Errno int
		}
	}
	marshaled, err := json.Marshal(report)
	must(t, err)
	must(t, json.Unmarshal(marshaled, &written))
	equal(t, "phase", report.Phase, written.Phase)
	equal(t, "code", report.Code, written.Code)
	equal(t, "duration", report.Duration.Nanoseconds(), written.DurationNs)
	equal(t, "number of warnings", len(report.Warnings), len(written.Warnings))
	for i, warning := range written.Warnings {
		equal(t, "warning", report.Warnings[i].Text, warning)
	}
	equal(t, "number of hooks", len(report.Hooks), 3)
	for i, hook := range written.Hooks {
		equal(t, "kind", report.Hooks[i].Kind.String(), hook.Kind)
		equal(t, "outcome", report.Hooks[i].Outcome.String(), hook.Outcome)
		equal(t, "path", report.Hooks[i].Path, hook.Path)
		equal(t, "pid", report.Hooks[i].PID, hook.PID)
		equal(t, "duration", report.Hooks[i].Duration.Nanoseconds(), hook.DurationNs)
		equal(t, "user time", report.Hooks[i].UserTime.Nanoseconds(), hook.UserTimeNs)
		equal(t, "system time", report.Hooks[i].SystemTime.Nanoseconds(), hook.SystemTimeNs)
		equal(t, "exit code", report.Hooks[i].ExitCode, hook.ExitCode)
	}
	if report.Hooks[0].UserTime+report.Hooks[0].SystemTime == 0 {
		t.Error("the loop took no processor time")
	}
}

// TestReportIsWrittenWhenAsked checks that a report holds the library's report until its JSON is requested, and then
// the JSON.
func TestReportIsWrittenWhenAsked(t *testing.T) {
	report, err := shell(t, CreateRuntime, "echo x").Run(context.Background(), CreateRuntime, creating)
	must(t, err)
	if report.json.report == nil || report.json.text != nil {
		t.Error("it is written already")
	}
	first, err := json.Marshal(report)
	must(t, err)
	if report.json.report != nil {
		t.Error("the library's report is kept")
	}
	second, err := json.Marshal(report)
	must(t, err)
	equal(t, "the second time", string(second), string(first))
	if _, err := json.Marshal(&Report{}); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("a report that no run made: %v", err)
	}
}

func TestNamesOfNumbers(t *testing.T) {
	equal(t, "a stream", Stderr.String(), "stderr")
	equal(t, "no outcome", NoOutcome.String(), "none")
	equal(t, "an outcome of a later library", Outcome(77).String(), "77")
	equal(t, "a kind of a later library", Kind(77).String(), "77")
}
