//go:build !linux || !cgo

package ocihooks

import (
	"context"
	"errors"
	"syscall"
	"testing"
)

// unsupportedKinds are the errors that every error must match. Go 1.21 adds errors.ErrUnsupported.
var unsupportedKinds = []error{ErrSystem, syscall.ENOSYS}

func TestEveryCallIsUnsupported(t *testing.T) {
	var hooks Hooks
	var files HookFiles
	only := func(_ any, err error) error { return err }
	for call, err := range map[string]error{
		"New":                       only(New()),
		"Parse":                     only(Parse(nil)),
		"ParseConfig":               only(ParseConfig(nil)),
		"ParseLibcontainer":         only(ParseLibcontainer(nil)),
		"StateForPhase":             only(StateForPhase("{}", Prestart, 0)),
		"State.MarshalJSON":         only(State{}.MarshalJSON()),
		"Phase.Namespace":           only(Prestart.Namespace()),
		"Hooks.Clone":               only(hooks.Clone()),
		"Hooks.Merge":               hooks.Merge(&hooks),
		"Hooks.AddCommand":          hooks.AddCommand(Prestart, Command{}),
		"Hooks.AddFunc":             hooks.AddFunc(Prestart, nil),
		"Hooks.UnmarshalJSON":       hooks.UnmarshalJSON(nil),
		"Hooks.MarshalJSON":         only(hooks.MarshalJSON()),
		"Hooks.MarshalLibcontainer": only(hooks.MarshalLibcontainer()),
		"Hooks.Filter":              only(hooks.Filter(context.Background(), "precreate", nil, WithFilterLimit(1))),
		"Hooks.AddCDIEdits":         hooks.AddCDIEdits(nil),
		"SetConfigHooks":            only(SetConfigHooks(nil, &hooks)),
		"Lint":                      only(Lint(DocumentHooks, nil, LintOptions{})),
		"NewHookFiles":              only(NewHookFiles()),
		"HookFiles.AddDir":          files.AddDir("/"),
		"HookFiles.AddFile":         files.AddFile("a.json", nil),
		"HookFiles.SetStrict":       files.SetStrict(true),
		"HookFiles.SetCheckHost":    files.SetCheckHost(true),
		"HookFiles.Refresh":         only(files.Refresh()),
		"HookFiles.Violations":      only(files.Violations()),
		"HookFiles.Match":           only(files.Match(Container{})),
		"HookFiles.Explain":         only(files.Explain(Container{})),
		"Hooks.Run":                 only(hooks.Run(context.Background(), Prestart, nil, WithCwd("/"))),
	} {
		for _, kind := range unsupportedKinds {
			if !errors.Is(err, kind) {
				t.Errorf("%s: %v is not %v", call, err, kind)
			}
		}
	}
}

func TestWhatNeedsNoLibraryWorks(t *testing.T) {
	var hooks Hooks
	if err := hooks.Close(); err != nil {
		t.Error(err)
	}
	if len(Phases()) != 6 || Phases()[5] != Poststop {
		t.Error(Phases())
	}
	if ErrExit.Error() == ErrSignal.Error() || !errors.Is(ErrTimeout, context.DeadlineExceeded) {
		t.Error(ErrExit, ErrSignal, ErrTimeout)
	}
	if Version() != "" || ReapLeftBehind() != 0 || hooks.Count(Prestart) != 0 {
		t.Error("there seems to be a library")
	}
}
