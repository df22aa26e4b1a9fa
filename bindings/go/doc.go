// Package ocihooks runs the lifecycle hooks of an OCI runtime configuration, by libocihooks.
//
// [Parse] and its siblings read hooks from JSON, [Hooks.Run] runs one phase of them with the container's state on
// their stdin, and the [Report] says what happened, hook by hook. What hooks are and how they are run is the
// library's business: this package translates, and adds nothing. The C header, ocihooks.h, has the details.
//
// The library is found by pkg-config, as "ocihooks". It needs Linux and cgo. In other builds the package compiles, and every
// call returns an error that is errors.ErrUnsupported.
//
// # Contexts
//
// The end of the context ends the run: the hook that runs is killed with its process group, those behind it are
// skipped, and the error is both [ErrCanceled] and the context's own. A context that can't end costs nothing; one
// that can costs an eventfd and a goroutine while the run lasts. Run does not return before both are gone.
//
// # Goroutines
//
// Everything here may be used by any number of goroutines at once. A run goes on with the hooks as they were when it
// began: changing or closing the Hooks meanwhile neither disturbs it nor waits for it. A run takes a thread while it
// lasts, as every call of C does; the other goroutines go on.
//
// No goroutine may change the process's environment (os.Setenv) while a hook is started that inherits it by way of
// C: a program that imports cgo passes os.Setenv on to setenv(3).
//
// # Panics
//
// A panic of a function hook, an observer or a writer does not unwind through C. The hook counts as failed, and Run
// panics with the same value once the library has returned. None of these functions may call runtime.Goexit, which
// testing.T.FailNow does too: that would leave the library's call unfinished, and leak its memory.
package ocihooks
