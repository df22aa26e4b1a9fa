//go:build linux && cgo

package ocihooks

import (
	"context"
	"errors"
	"testing"
)

func TestObserverIsToldOfEachHook(t *testing.T) {
	hooks := shell(t, CreateRuntime, "exit 0")
	must(t, hooks.AddFunc(CreateRuntime, func(context.Context, Phase, []byte) error { return errors.New("no") }))
	must(t, hooks.AddCommand(CreateRuntime, Command{Path: "/bin/true"}))
	var events []Event
	_, err := hooks.Run(context.Background(), CreateRuntime, creating,
		WithObserver(func(event Event) { events = append(events, event) }))
	wants(t, err, ErrCallback)
	equal(t, "number of events", len(events), 4)
	for i := range events {
		if (events[i].Duration > 0) != (events[i].Kind == EventAfter) {
			t.Errorf("event %d took %v", i, events[i].Duration)
		}
		events[i].Duration = 0
	}
	for i, expected := range []Event{
		{Kind: EventBefore, Phase: CreateRuntime, Index: 0, Path: "/bin/sh", Outcome: NoOutcome},
		{Kind: EventAfter, Phase: CreateRuntime, Index: 0, Path: "/bin/sh", Outcome: OutcomeExited},
		{Kind: EventBefore, Phase: CreateRuntime, Index: 1, Outcome: NoOutcome},
		{Kind: EventAfter, Phase: CreateRuntime, Index: 1, Outcome: OutcomeCallback, Message: "callback returned 1: no"},
	} {
		equal(t, "event", events[i], expected)
	}
}
