//go:build linux && cgo

package libcontainer

import (
	"errors"
	"testing"
	"time"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

func TestTheSpecsDialect(t *testing.T) {
	hooks, err := ParseSpec([]byte(`{"poststart": [{"path": "/a", "timeout": 3, "dir": "/x", "x": 1}], "prestart": [], "site": 7,
		"own": [{"path": "/b"}]}`))
	must(t, err)
	equal(t, "phases", len(hooks), 2)
	command := hooks[Poststart][0].(CommandHook)
	equal(t, "timeout", *command.Timeout, 3*time.Second)
	equal(t, "dir, which the spec does not know", command.Dir, "")
	equal(t, "a phase of its own", hooks["own"][0].(CommandHook).Path, "/b")

	limit := 1500 * time.Millisecond
	command.Timeout, command.Dir = &limit, "/"
	hooks[Poststart] = append(hooks[Poststart], foreign{})
	var written []byte
	log := logged(t, func() {
		written, err = hooks.MarshalSpec()
		must(t, err)
	})
	equal(t, "written", string(written), `{"poststart":[{"path":"/a","timeout":2}],"own":[{"path":"/b"}]}`)
	equal(t, "log", log, "level=warning msg=\"cannot serialize hook of type libcontainer.foreign, skipping\"\n")
}

func TestTheSpecsFaultsAreTheLibrarys(t *testing.T) {
	for _, text := range []string{`null`, `{"prestart": [{"path": "a"}]}`} {
		if _, err := ParseSpec([]byte(text)); !errors.Is(err, ocihooks.ErrInvalidHooks) {
			t.Error(err)
		}
	}
	bad := Hooks{Prestart: {NewCommandHook(nil)}}
	if _, err := bad.MarshalSpec(); !errors.Is(err, ocihooks.ErrInvalidHooks) {
		t.Error(err)
	}
}
