package libcontainer_test

import (
	"encoding/json"
	"fmt"

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

	state := map[string]any{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/run/web-1"}
	fmt.Println(hooks.Run(libcontainer.CreateRuntime, state))

	saved, _ := json.Marshal(hooks[libcontainer.CreateRuntime])
	fmt.Println(string(saved))
	// Output:
	// error running createRuntime hook #0: /bin/sh: exited with status 3: no such bridge: bridge0
	// [{"path":"/bin/sh","args":["sh","-c","echo no such bridge: $BRIDGE \u003e\u00262; exit 3"],"env":["BRIDGE=bridge0"],"dir":"","timeout":5000000000}]
}
