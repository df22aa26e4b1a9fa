package libcontainer

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"github.com/sirupsen/logrus"
)

var creating = &specs.State{Version: "1.2.0", ID: "web-1", Status: specs.StateCreating, Bundle: "/b"}

// foreign is a hook type of another package.
type foreign struct {
	run func() error
}

func (f foreign) Run(s *specs.State) error {
	if s != creating {
		return fmt.Errorf("not the caller's own state: %#v", s)
	}
	return f.run()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, what string, seen, expected any) {
	t.Helper()
	if !reflect.DeepEqual(seen, expected) {
		t.Errorf("%s: got %#v, not %#v", what, seen, expected)
	}
}

// logged returns the log output of a function.
func logged(t *testing.T, function func()) string {
	t.Helper()
	var log bytes.Buffer
	logger := logrus.StandardLogger()
	out, formatter := logger.Out, logger.Formatter
	defer func() { logger.Out, logger.Formatter = out, formatter }()
	logger.Out, logger.Formatter = &log, &logrus.TextFormatter{DisableTimestamp: true}
	function()
	return log.String()
}

// noting creates hooks that record their number. The given ones fail.
func noting(order *[]int, failing map[int]error) HookList {
	var list HookList
	for i := 0; i < 4; i++ {
		i := i
		run := func() error {
			*order = append(*order, i)
			return failing[i]
		}
		if i%2 == 0 {
			list = append(list, foreign{run})
		} else {
			list = append(list, NewFunctionHook(func(s *specs.State) error { return foreign{run}.Run(s) }))
		}
	}
	return list
}

func TestRunInOrderUntilOneFails(t *testing.T) {
	var order []int
	hooks := Hooks{CreateRuntime: noting(&order, map[int]error{2: fs.ErrExist})}
	err := hooks.Run(CreateRuntime, creating)
	equal(t, "order", order, []int{0, 1, 2})
	equal(t, "error", err.Error(), "error running createRuntime hook #2: file already exists")
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("%#v", err)
	}
	must(t, hooks.Run(Poststart, creating))
	must(t, Hooks(nil).Run(Prestart, creating))
}

func TestPoststopRunsEveryHookAndLogs(t *testing.T) {
	var order []int
	hooks := Hooks{Poststop: noting(&order, map[int]error{0: fs.ErrExist, 2: fs.ErrClosed})}
	log := logged(t, func() { must(t, hooks.Run(Poststop, creating)) })
	equal(t, "order", order, []int{0, 1, 2, 3})
	equal(t, "log", log, "level=warning msg=\"error running poststop hook #0: file already exists\"\n"+
		"level=warning msg=\"error running poststop hook #2: file already closed\"\n")
}

func TestTheFirstShapeOfHooks(t *testing.T) {
	var order []int
	hooks := Hooks{"createRuntime": HookList(noting(&order, map[int]error{1: fs.ErrExist}))}
	err := hooks[CreateRuntime].RunHooks(creating)
	equal(t, "order", order, []int{0, 1})
	equal(t, "error", err.Error(), "Running hook #1:: file already exists")
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("%#v", err)
	}
	must(t, hooks[Poststop].RunHooks(creating))
}

func TestNames(t *testing.T) {
	equal(t, "names", KnownHookNames(),
		[]string{"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"})
	hooks := Hooks{Prestart: {}, Poststop: {foreign{}}}
	for _, one := range []struct {
		names    []HookName
		expected bool
	}{
		{nil, false},
		{[]HookName{Prestart, Poststart}, false},
		{[]HookName{Prestart, Poststop}, true},
	} {
		equal(t, fmt.Sprint(one.names), hooks.HasHook(one.names...), one.expected)
	}
	equal(t, "no hooks", Hooks(nil).HasHook(Prestart), false)
}

func TestSetDefaultEnv(t *testing.T) {
	own, without, empty := &Command{Env: []string{"OWN=1"}}, &Command{}, &Command{Env: []string{}}
	list := HookList{NewCommandHook(without), NewCommandHook(own), NewCommandHook(empty), foreign{}}
	list.SetDefaultEnv([]string{"A=1"})
	equal(t, "none of its own", without.Env, []string{"A=1"})
	equal(t, "an empty one", empty.Env, []string{"A=1"})
	equal(t, "its own", own.Env, []string{"OWN=1"})
}
