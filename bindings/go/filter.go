//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import "context"

// Filter runs a phase as filters of a config, as podman does with its stage "precreate". Each hook gets the config on
// its stdin and writes the new one to its stdout, which is the next hook's stdin. The last one is the report's Config.
// A phase that is not there leaves the config as it is.
//
// A hook without Env has an empty environment, unless an option names another. The first failure ends the phase, and
// there is no new config. Errors are those of [Hooks.Run], and [ErrInvalidJSON] or [ErrInvalidConfig] where the
// config is no JSON object. A filter that exits with 0 and writes no config is [ErrInvalidOutput].
func (h *Hooks) Filter(ctx context.Context, phase Phase, config []byte, options ...Option) (*Report, error) {
	return h.runWith(ctx, phase, func() ([]byte, error) { return config, nil }, options, true)
}

// WithFilterLimit sets the largest config that a filter may write, in bytes. Default: 16 MiB.
func WithFilterLimit(bytes uint) Option {
	return func(r *runner) error {
		return r.set("filter limit", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_filter_limit(r.c, C.size_t(bytes), errmsg, size)
		})
	}
}

// WithFilterMayWriteNothing says whether a filter that writes nothing leaves the config as it is. Default: no, it
// fails.
func WithFilterMayWriteNothing(on bool) Option {
	return func(r *runner) error {
		return r.set("filter may write nothing", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_filter_may_write_nothing(r.c, number(on), errmsg, size)
		})
	}
}
