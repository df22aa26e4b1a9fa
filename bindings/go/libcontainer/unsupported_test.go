//go:build !linux || !cgo

package libcontainer

import (
	"context"
	"errors"
	"syscall"
	"testing"
)

func TestCommandsAreUnsupported(t *testing.T) {
	hooks := Hooks{Prestart: {NewCommandHook(&Command{Path: "/bin/true"})}}
	_, parseError := ParseSpec([]byte("{}"))
	_, marshalError := hooks.MarshalSpec()
	_, contextError := hooks.RunContext(context.Background(), Prestart, creating)
	for _, err := range []error{parseError, marshalError, contextError, hooks.Run(Prestart, creating)} {
		if !errors.Is(err, syscall.ENOSYS) { // in Go 1.21 and later, ENOSYS is errors.ErrUnsupported
			t.Error(err)
		}
	}
}
