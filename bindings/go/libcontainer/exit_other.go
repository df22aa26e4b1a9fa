//go:build !linux

package libcontainer

import (
	"os/exec"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// exitError is never called, because no hook runs on this platform.
func exitError(*ocihooks.HookReport) *exec.ExitError { return &exec.ExitError{} }
