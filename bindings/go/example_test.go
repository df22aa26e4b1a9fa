//go:build linux && cgo

package ocihooks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

var state = ocihooks.State{OCIVersion: "1.2.0", ID: "web-1", Status: "creating", Bundle: "/run/web-1"}

func Example() {
	hooks, err := ocihooks.Parse([]byte(`{"createRuntime": [
		{"path": "/bin/sh", "args": ["sh", "-c", "echo hello"], "timeout": 5}
	]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer hooks.Close()

	report, err := hooks.Run(context.Background(), ocihooks.CreateRuntime, state)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, hook := range report.Hooks {
		fmt.Printf("%s: %s with %d: %s", hook.Path, hook.Outcome, hook.ExitCode, hook.Stdout.Bytes)
	}
	// Output: /bin/sh: exited with 0: hello
}

func ExampleHookError() {
	hooks, _ := ocihooks.Parse([]byte(`{"createRuntime": [
		{"path": "/bin/true"},
		{"path": "/bin/sh", "args": ["sh", "-c", "echo no such bridge: bridge0 >&2; exit 3"]}
	]}`))
	defer hooks.Close()

	_, err := hooks.Run(context.Background(), ocihooks.CreateRuntime, state)
	fmt.Println(err)
	fmt.Println(errors.Is(err, ocihooks.ErrExit))

	var failed *ocihooks.HookError
	if errors.As(err, &failed) {
		fmt.Println(failed.Phase, failed.Index, failed.Path, failed.Outcome, failed.ExitCode)
		fmt.Printf("%s", failed.Stderr.Bytes)
	}
	// Output:
	// error running createRuntime hook #1: /bin/sh: exited with status 3: no such bridge: bridge0
	// true
	// createRuntime 1 /bin/sh exited 3
	// no such bridge: bridge0
}

func ExampleError() {
	_, err := ocihooks.Parse([]byte(`{"poststop": [{"path": "bin/true", "timeout": 0}]}`))
	fmt.Println(errors.Is(err, ocihooks.ErrInvalidHooks))
	fmt.Println(err)
	// Output:
	// true
	// invalid hooks: /poststop/0/path (line 1, column 24) must be an absolute path, not "bin/true"; /poststop/0/timeout (line 1, column 47) must be greater than zero, not 0
}

func ExampleHooks_Run_context() {
	hooks, _ := ocihooks.Parse([]byte(`{"createRuntime": [{"path": "/bin/sleep", "args": ["sleep", "1000"]}]}`))
	defer hooks.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := hooks.Run(ctx, ocihooks.CreateRuntime, state)
	fmt.Println(err)
	fmt.Println(errors.Is(err, ocihooks.ErrCanceled), errors.Is(err, context.DeadlineExceeded))
	// Output:
	// error running createRuntime hook #0: /bin/sleep: canceled
	// true true
}

func ExampleHooks_Run_options() {
	hooks, _ := ocihooks.New()
	defer hooks.Close()
	hooks.AddCommand(ocihooks.Poststart, ocihooks.Command{
		Path: "/bin/sh",
		Args: []string{"sh", "-c", "echo $PHASE in $PWD, $MODE"},
	})

	state := state
	state.Status, state.PID = "running", os.Getpid()
	_, err := hooks.Run(context.Background(), ocihooks.Poststart, state,
		ocihooks.WithCwd("/usr"),
		ocihooks.WithEnvironment([]string{"MODE=quiet"}),
		ocihooks.WithPhaseVariable("PHASE"),
		ocihooks.WithDefaultTimeout(10*time.Second),
		ocihooks.WithStdout(os.Stdout),
	)
	fmt.Println(err)
	// Output:
	// poststart in /usr, quiet
	// <nil>
}

func ExampleHooks_AddFunc() {
	hooks, _ := ocihooks.New()
	defer hooks.Close()
	errNoNetwork := errors.New("there is no network")
	hooks.AddFunc(ocihooks.CreateRuntime, func(_ context.Context, phase ocihooks.Phase, state []byte) error {
		var container struct{ ID string }
		if err := json.Unmarshal(state, &container); err != nil {
			return err
		}
		return fmt.Errorf("%s of %s: %w", phase, container.ID, errNoNetwork)
	})

	_, err := hooks.Run(context.Background(), ocihooks.CreateRuntime, state)
	fmt.Println(err)
	fmt.Println(errors.Is(err, ocihooks.ErrCallback), errors.Is(err, errNoNetwork))
	// Output:
	// error running createRuntime hook #0: callback returned 1: createRuntime of web-1: there is no network
	// true true
}

func ExampleWithObserver() {
	hooks, _ := ocihooks.Parse([]byte(`{"poststop": [{"path": "/bin/false"}, {"path": "/bin/true"}]}`))
	defer hooks.Close()

	state := state
	state.Status = "stopped"
	report, err := hooks.Run(context.Background(), ocihooks.Poststop, state,
		ocihooks.WithObserver(func(event ocihooks.Event) {
			if event.Kind == ocihooks.EventAfter {
				fmt.Printf("%d %s %s %q\n", event.Index, event.Path, event.Outcome, event.Message)
			}
		}))
	fmt.Println(err, report.Warnings)
	// Output:
	// 0 /bin/false exited "exited with status 1"
	// 1 /bin/true exited ""
	// <nil> [error running poststop hook #0: /bin/false: exited with status 1]
}

func ExampleHooks_MarshalLibcontainer() {
	hooks, _ := ocihooks.ParseConfig([]byte(`{
		"ociVersion": "1.2.0",
		"hooks": {"poststop": [{"path": "/bin/true", "timeout": 2, "x-note": 1}]}
	}`))
	defer hooks.Close()

	spec, _ := json.Marshal(hooks)
	fmt.Println(string(spec))
	saved, _ := hooks.MarshalLibcontainer()
	fmt.Println(string(saved))
	// Output: {"poststop":[{"path":"/bin/true","timeout":2,"x-note":1}]}
	// {"prestart":null,"createRuntime":null,"createContainer":null,"startContainer":null,"poststart":null,"poststop":[{"path":"/bin/true","args":null,"env":null,"dir":"","timeout":2000000000,"x-note":1}]}
}

func ExampleStateForPhase() {
	created, _ := ocihooks.StateForPhase(state, ocihooks.Poststart, 4711)
	fmt.Println(string(created))
	// Output: {"ociVersion":"1.2.0","id":"web-1","status":"running","bundle":"/run/web-1","pid":4711}
}
