//go:build !linux || !cgo

package exec

import (
	"context"
	"errors"
	"syscall"
	"testing"

	rspec "github.com/opencontainers/runtime-spec/specs-go"
)

func TestHooksAreUnsupported(t *testing.T) {
	hook := rspec.Hook{Path: "/bin/true"}
	_, ran := Run(context.Background(), &hook, nil, nil, nil, 0)
	_, filtered := RuntimeConfigFilter(context.Background(), []rspec.Hook{hook}, &rspec.Spec{}, 0)
	for _, err := range []error{ran, filtered} {
		if !errors.Is(err, syscall.ENOSYS) { // which is errors.ErrUnsupported, from Go 1.21 on
			t.Error(err)
		}
	}
}
