//go:build linux && cgo

package libcontainer_test

import (
	"encoding/json"
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/libocihooks/libocihooks/bindings/go/libcontainer"
)

func Example() {
	hooks, err := libcontainer.ParseSpec([]byte(`{"createRuntime": [
		{"path": "/bin/sh", "args": ["sh", "-c", "echo no such bridge: $BRIDGE >&2; exit 3"], "timeout": 5}
	]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	hooks[libcontainer.CreateRuntime].SetDefaultEnv([]string{"BRIDGE=bridge0"})

	state := &specs.State{Version: "1.2.0", ID: "web-1", Status: specs.StateCreating, Bundle: "/run/web-1"}
	fmt.Println(hooks.Run(libcontainer.CreateRuntime, state))

	saved, _ := json.Marshal(hooks[libcontainer.CreateRuntime])
	fmt.Println(string(saved))
	// Output:
	// error running createRuntime hook #0: exit status 3, stdout: , stderr: no such bridge: bridge0
	//
	// [{"path":"/bin/sh","args":["sh","-c","echo no such bridge: $BRIDGE \u003e\u00262; exit 3"],"env":["BRIDGE=bridge0"],"dir":"","timeout":5000000000}]
}
