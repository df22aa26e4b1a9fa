package exec

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	rspec "github.com/opencontainers/runtime-spec/specs-go"

	ocihooks "github.com/libocihooks/libocihooks/bindings/go"
)

// filtering is podman's stage of filters.
const filtering = ocihooks.Phase("precreate")

// RuntimeConfigFilterOptions are the arguments of [RuntimeConfigFilterWithOptions].
type RuntimeConfigFilterOptions struct {
	// Hooks are the filters, in order.
	Hooks []rspec.Hook
	// Dir is their working directory; empty for the caller's own.
	Dir string
	// Config is the config, which is replaced where all of them went well.
	Config *rspec.Spec
	// PostKillTimeout is not used.
	PostKillTimeout time.Duration
}

// RuntimeConfigFilter runs hooks as filters of a config: each gets it on its stdin, and writes the new one to its stdout.
// postKillTimeout is not used.
func RuntimeConfigFilter(ctx context.Context, hooks []rspec.Hook, config *rspec.Spec, postKillTimeout time.Duration) (hookErr, err error) {
	return RuntimeConfigFilterWithOptions(ctx, RuntimeConfigFilterOptions{Hooks: hooks, Config: config, PostKillTimeout: postKillTimeout})
}

// RuntimeConfigFilterWithOptions is [RuntimeConfigFilter] with a working directory.
func RuntimeConfigFilterWithOptions(ctx context.Context, options RuntimeConfigFilterOptions) (hookErr, err error) {
	text, err := json.Marshal(options.Config)
	if err != nil {
		return nil, err
	}
	hooks, err := hooksOf(filtering, options.Hooks)
	if err != nil {
		return err, err
	}
	defer hooks.Close()
	report, err := hooks.Filter(ctx, filtering, text, inDir(options.Dir)...)
	if err != nil {
		return failures(ctx, options.Hooks, err)
	}
	var filtered rspec.Spec
	if err := json.Unmarshal(report.Config, &filtered); err != nil {
		return nil, fmt.Errorf("unmarshal output from config-filter hook %d: %w", len(options.Hooks)-1, err)
	}
	*options.Config = filtered
	return nil, nil
}
