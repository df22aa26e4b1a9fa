//go:build linux && cgo

package ocihooks

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestHooksAreMadeAndWritten(t *testing.T) {
	hooks := empty(t)
	must(t, hooks.AddCommand(Poststop, Command{Path: "/bin/a", Args: []string{"a", "b c"}, Env: []string{}}))
	must(t, hooks.AddCommand(Prestart, Command{Path: "/bin/b", Env: []string{"K=v"}, Timeout: 1500 * time.Millisecond}))
	must(t, hooks.AddCommand("site", Command{Path: "/bin/c", Args: []string{}}))
	equal(t, "json", text(t, hooks), `{"prestart":[{"path":"/bin/b","env":["K=v"],"timeout":2}],`+
		`"poststop":[{"path":"/bin/a","args":["a","b c"],"env":[]}],"site":[{"path":"/bin/c","args":[]}]}`)
	equal(t, "count", hooks.Count("site"), 1)
	equal(t, "count of none", hooks.Count(Poststart), 0)
	equal(t, "count of nonsense", hooks.Count("a\x00"), 0)
}

func TestBadArguments(t *testing.T) {
	hooks := empty(t)
	for what, err := range map[string]error{
		"phase":          hooks.AddCommand("a\x00b", Command{Path: "/a"}),
		"empty phase":    hooks.AddCommand("", Command{Path: "/a"}),
		"path":           hooks.AddCommand(Prestart, Command{Path: "/a\x00b"}),
		"args":           hooks.AddCommand(Prestart, Command{Path: "/a", Args: []string{"a", "\x00"}}),
		"env":            hooks.AddCommand(Prestart, Command{Path: "/a", Args: []string{"a"}, Env: []string{"A=\x00"}}),
		"not UTF-8":      hooks.AddCommand(Prestart, Command{Path: "/\xff"}),
		"nil function":   hooks.AddFunc(Prestart, nil),
		"function phase": hooks.AddFunc("", func(context.Context, Phase, []byte) error { return nil }),
		"NUL phase":      hooks.AddFunc("\x00", func(context.Context, Phase, []byte) error { return nil }),
	} {
		if !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: %v", what, err)
		}
	}
	wants(t, hooks.AddCommand(Prestart, Command{Path: "bin/a"}), ErrInvalidHooks)
	wants(t, hooks.AddCommand(Prestart, Command{Path: "/a", Timeout: -1}), ErrInvalidHooks)
	equal(t, "count", hooks.Count(Prestart), 0)
}

func TestTimeoutsTooLongForC(t *testing.T) {
	hooks := empty(t)
	must(t, hooks.AddCommand(Prestart, Command{Path: "/a", Timeout: 1<<63 - 1}))
	equal(t, "json", text(t, hooks), `{"prestart":[{"path":"/a","timeout":2147483647}]}`)
}

func TestMergeAndClone(t *testing.T) {
	hooks := parse(t, `{"prestart": [{"path": "/a"}], "x": 1}`)
	copied, err := hooks.Clone()
	must(t, err)
	must(t, hooks.Merge(parse(t, `{"prestart": [{"path": "/b"}], "poststop": [{"path": "/c"}]}`)))
	equal(t, "the copy", text(t, copied), `{"prestart":[{"path":"/a"}],"x":1}`)
	equal(t, "merged", text(t, hooks),
		`{"prestart":[{"path":"/a"},{"path":"/b"}],"poststop":[{"path":"/c"}],"x":1}`)
	wants(t, hooks.Merge(parse(t, `{"x": 2}`)), ErrInvalidArgument)
	must(t, copied.Close())

	twice := parse(t, `{"prestart": [{"path": "/a"}]}`)
	must(t, twice.Merge(twice))
	equal(t, "merged with itself", text(t, twice), `{"prestart":[{"path":"/a"},{"path":"/a"}]}`)
}

func TestJSONOfEncodingJSON(t *testing.T) {
	var config struct {
		Hooks   *Hooks
		ByValue Hooks
	}
	must(t, json.Unmarshal([]byte(`{"Hooks": {"prestart": [{"path": "/a"}]}, "ByValue": {"poststop": [{"path": "/b"}]}}`), &config))
	equal(t, "by value", config.ByValue.Count(Poststop), 1)
	written, err := json.Marshal(map[string]*Hooks{"hooks": config.Hooks})
	must(t, err)
	equal(t, "written", string(written), `{"hooks":{"prestart":[{"path":"/a"}]}}`)

	must(t, json.Unmarshal([]byte(`{"poststart": [{"path": "/c"}]}`), config.Hooks))
	equal(t, "replaced", text(t, config.Hooks), `{"poststart":[{"path":"/c"}]}`)
	wants(t, json.Unmarshal([]byte(`{"poststart": [{"path": "c"}]}`), config.Hooks), ErrInvalidHooks)
	must(t, json.Unmarshal([]byte(`{"ByValue": null}`), &config))
	equal(t, "by value, after null", config.ByValue.Count(Poststop), 1)
	equal(t, "kept", text(t, config.Hooks), `{"poststart":[{"path":"/c"}]}`)
}

func TestMessagesLongerThanTheBuffer(t *testing.T) {
	one := `{"path": 7}`
	_, err := Parse([]byte(`{"prestart": [` + strings.Repeat(one+",", 2999) + one + `]}`))
	wants(t, err, ErrInvalidHooks)
	equal(t, "faults", strings.Count(err.Error(), "must be a string"), 100)
	if !strings.HasSuffix(err.Error(), "; and 2900 more") {
		t.Errorf("the end is missing: %.100s", err)
	}

	hooks := parse(t, `{}`)
	_, err = hooks.Run(context.Background(), Phase(strings.Repeat("é", 10000)), creating)
	wants(t, err, ErrUnknownPhase)
	equal(t, "characters", strings.Count(err.Error(), "é"), 10000)
}

func TestMessagesOfEveryLengthAroundTheBuffersSize(t *testing.T) {
	hooks := parse(t, `{}`)
	for length := messageSize - 120; length < messageSize+20; length++ {
		_, err := hooks.Run(context.Background(), Phase(strings.Repeat("x", length)), creating)
		wants(t, err, ErrUnknownPhase)
		equal(t, "characters", strings.Count(err.Error(), "x"), length+1) // "six" has one more
	}
}

func TestClosedHooks(t *testing.T) {
	made, err := New()
	must(t, err)
	must(t, made.Close())
	must(t, made.Close())
	for name, hooks := range map[string]*Hooks{"closed": made, "zero": {}, "nil": nil} {
		_, runErr := hooks.Run(context.Background(), Prestart, creating)
		_, jsonErr := hooks.MarshalJSON()
		_, cloneErr := hooks.Clone()
		for what, err := range map[string]error{
			"run": runErr, "json": jsonErr, "clone": cloneErr,
			"command":    hooks.AddCommand(Prestart, Command{Path: "/a"}),
			"function":   hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error { return nil }),
			"merge":      hooks.Merge(parse(t, `{}`)),
			"merge from": parse(t, `{}`).Merge(hooks),
		} {
			if !errors.Is(err, ErrInvalidArgument) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
		equal(t, "count", hooks.Count(Prestart), 0)
		must(t, hooks.Close())
	}
}

func TestHooksThatAreInUseMayBeChangedAndClosed(t *testing.T) {
	hooks := shell(t, CreateRuntime, "read line; test -n \"$line\"", "exit 0")
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(2)
		go func() {
			defer group.Done()
			for i := 0; i < 20; i++ {
				if _, err := hooks.Run(context.Background(), CreateRuntime, creating); err != nil {
					t.Error(err)
				}
				if _, err := hooks.MarshalJSON(); err != nil {
					t.Error(err)
				}
			}
		}()
		go func() {
			defer group.Done()
			for i := 0; i < 20; i++ {
				if err := hooks.AddCommand(Poststop, Command{Path: "/bin/true"}); err != nil {
					t.Error(err)
				}
				if err := hooks.AddFunc(Poststop, func(context.Context, Phase, []byte) error { return nil }); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	equal(t, "count", hooks.Count(Poststop), 8*20*2)

	// A hook closes the hooks of its own run.
	must(t, hooks.AddFunc(CreateRuntime, func(context.Context, Phase, []byte) error { return hooks.Close() }))
	must(t, hooks.AddCommand(CreateRuntime, Command{Path: "/bin/echo", Args: []string{"echo", "still here"}}))
	report, err := hooks.Run(context.Background(), CreateRuntime, creating)
	must(t, err)
	equal(t, "the hook behind it", string(report.Hooks[3].Stdout.Bytes), "still here\n")
	_, err = hooks.Run(context.Background(), CreateRuntime, creating)
	wants(t, err, ErrInvalidArgument)
}

// A run uses the hooks that it began with: a change must not touch the library's map that the run reads.
func TestARunIsNotChanged(t *testing.T) {
	hooks := empty(t)
	must(t, hooks.AddFunc(Prestart, func(context.Context, Phase, []byte) error {
		before := hooks.current
		err := hooks.AddCommand(Prestart, Command{Path: "/nonexistent"})
		if hooks.current == before {
			t.Error("the map was changed while it is read")
		}
		wants(t, hooks.AddCommand(Prestart, Command{Path: "x"}), ErrInvalidHooks)
		return err
	}))
	report, err := hooks.Run(context.Background(), Prestart, creating)
	must(t, err)
	equal(t, "hooks of the run", len(report.Hooks), 1)
	equal(t, "hooks after it", hooks.Count(Prestart), 2)
	before := hooks.current
	must(t, hooks.AddCommand(Poststop, Command{Path: "/a"}))
	equal(t, "copied without need", hooks.current != before, false)
}

// TestFunctionsAreFreed makes sure that the last map that holds a function releases it, by Close and by the garbage
// collector. A function that could not be added is never held.
func TestFunctionsAreFreed(t *testing.T) {
	for what, add := range map[string]func(*testing.T, Func){
		"closed": func(t *testing.T, function Func) { must(t, copyAndRun(t, function).Close()) },
		"left":   func(t *testing.T, function Func) { copyAndRun(t, function) },
		"refused": func(t *testing.T, function Func) {
			wants(t, empty(t).AddFunc("", function), ErrInvalidArgument)
		},
	} {
		freed := make(chan struct{})
		makeFunction(t, freed, add)
		deadline := time.Now().Add(20 * time.Second)
		for waiting := true; waiting; {
			runtime.GC()
			select {
			case <-freed:
				waiting = false
			default:
				runtime.Gosched()
				if time.Now().After(deadline) {
					t.Fatalf("%s: the function is still held", what)
				}
			}
		}
	}
}

func makeFunction(t *testing.T, freed chan struct{}, add func(*testing.T, Func)) {
	data := new([64]byte)
	runtime.SetFinalizer(data, func(*[64]byte) { close(freed) })
	add(t, func(context.Context, Phase, []byte) error { data[0]++; return nil })
}

func copyAndRun(t *testing.T, function Func) *Hooks {
	hooks, err := New()
	must(t, err)
	must(t, hooks.AddFunc(Prestart, function))
	copied, err := hooks.Clone()
	must(t, err)
	must(t, hooks.Close())
	_, err = copied.Run(context.Background(), Prestart, creating)
	must(t, err)
	return copied
}
