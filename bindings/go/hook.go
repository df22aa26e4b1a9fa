package ocihooks

import (
	"context"
	"math"
	"sync"
	"time"
)

// Hooks is a map of phases, each with its ordered list of hooks.
//
// [New], [Parse] and its siblings, and [Hooks.Clone] create it. The zero value is closed until UnmarshalJSON fills it.
// Goroutines may use Hooks concurrently. The memory belongs to the library: Close frees it immediately, and the garbage
// collector frees it otherwise. Hooks must not be copied by assignment.
type Hooks struct {
	mu      sync.Mutex
	current *handle
}

// Command is a program to run as a hook (config.md, "POSIX-platform Hooks").
type Command struct {
	// Path is the absolute path of the program. PATH is not searched.
	Path string
	// Args is the complete argument vector, beginning with the program's name. Empty means Path alone.
	Args []string
	// Env is the complete environment, as "KEY=value" entries. nil leaves it to the options of Run; an empty list is an
	// empty environment.
	Env []string
	// Timeout is the time limit; 0 for none. It is rounded up to seconds, the runtime-spec's only unit.
	Timeout time.Duration
}

// Func is a Go function as a hook. An error fails the hook and becomes part of the error's text; errors.Is and
// errors.As find it in the error that Run returns.
//
// ctx is the context given to Run. No time limit interrupts a function, so a long one should watch ctx. state is a copy
// of the container's state as JSON. The function runs on the goroutine and the thread that called Run. It may run
// phases of the same Hooks, and may change or close them: a run uses the hooks that it began with.
type Func func(ctx context.Context, phase Phase, state []byte) error

// Option is an option of a run. Goroutines may reuse an Option in concurrent runs.
//
// Run returns [ErrInvalidArgument] for an option that the library rejects, and runs no hook.
type Option func(*runner) error

// RlimitInfinity means no limit, for [WithRlimit].
const RlimitInfinity = math.MaxUint64
