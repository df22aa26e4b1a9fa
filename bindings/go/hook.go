package ocihooks

import (
	"context"
	"math"
	"sync"
	"time"
)

// Hooks is a map of phases, each with its ordered list of hooks.
//
// Made by [New], [Parse] and its siblings, or [Hooks.Clone]. The zero value is closed, until UnmarshalJSON fills it. Any
// number of goroutines may use it at once. Its memory is the library's: Close frees it at once, else the garbage
// collector does. It must not be copied by assignment.
type Hooks struct {
	mu      sync.Mutex
	current *handle
}

// Command is a program that is run as a hook (config.md, "POSIX-platform Hooks").
type Command struct {
	// Path is the program's absolute path. PATH is not searched.
	Path string
	// Args is the whole argument vector, the program's name first. Empty means Path alone.
	Args []string
	// Env is the whole environment, as "KEY=value". nil leaves it to the options of Run; an empty list is an empty
	// environment.
	Env []string
	// Timeout is the time limit, rounded up to seconds, since the runtime-spec knows no other; 0 for none.
	Timeout time.Duration
}

// Func is a hook that is a function of Go's. An error makes it fail, and joins the error's text; errors.Is and errors.As
// find it in what Run returns.
//
// ctx is the one that Run was given: no time limit interrupts a function, so it is the function's to look at. state is
// the container's state, JSON, a copy of its own. It runs on the goroutine, and on the thread, that called Run. It may
// run phases of the same Hooks, and change or close them: a run that has begun goes on with the hooks it began with.
type Func func(ctx context.Context, phase Phase, state []byte) error

// Option says how a phase is run. Options may be kept, and used by any number of runs at once.
//
// What the library refuses is [ErrInvalidArgument], and no hook is run.
type Option func(*runner) error

// RlimitInfinity is no limit, for [WithRlimit].
const RlimitInfinity = math.MaxUint64
