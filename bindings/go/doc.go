// Package ocihooks runs the lifecycle hooks of an OCI runtime configuration with libocihooks.
//
// [Parse] and its siblings read hooks from JSON. [Hooks.Run] runs one phase of them with the container's state on their
// stdin. The [Report] describes what happened, hook by hook. This package only translates: the library defines what
// hooks are and how they run. The C header, ocihooks.h, has the details.
//
// pkg-config finds the library as "ocihooks". It requires Linux and cgo. In other builds the package compiles, and
// every call returns an error that is errors.ErrUnsupported.
//
// # Contexts
//
// The end of the context ends the run: the running hook is killed, with its process group unless that is the caller's,
// and the hooks after it are skipped. The error is both [ErrCanceled] and the context's error. A context that can't end
// costs nothing. Any other context costs an eventfd and a goroutine during the run; both are gone when Run returns.
//
// # Goroutines
//
// Goroutines may use everything in this package concurrently. A run uses the hooks as they were when it began: changing
// or closing the Hooks neither disturbs the run nor waits for it. A run occupies a thread, as every C call does, while
// other goroutines continue.
//
// No goroutine may change the process's environment (os.Setenv) while a hook that inherits it is being started. A
// program that imports cgo passes os.Setenv on to setenv(3), which changes the list that the hook inherits.
//
// # Panics
//
// A panic in a function hook, an observer or a writer does not unwind through C. The hook counts as failed, and Run
// panics with the same value after the library has returned. These functions must not call runtime.Goexit, and so must
// not call testing.T.FailNow: it would leave the library's call unfinished and leak its memory.
package ocihooks
