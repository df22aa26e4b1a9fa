// Package libcontainer has the hooks of runc's libcontainer/configs, to the letter, with libocihooks behind them: the same
// types, methods, JSON and error texts. A runtime that is built on libcontainer puts it in their place.
//
// Three defects are not kept. A timeout kills the hook's process group, and its limit holds whatever the hook's children do.
// At most 64 KiB of each stream are in an error. In poststop every hook runs and failures are warnings in the log, as the
// runtime-spec has it.
//
// Hooks that the runtime-spec forbids are read and written as runc does it. They fail when their turn comes. A state that the
// runtime-spec forbids fails every command.
//
// As in runc, a hook that was read has the five properties of [Command] and no other: unknown ones are lost. The package
// above, [ocihooks], keeps them.
//
// [ocihooks]: https://pkg.go.dev/github.com/libocihooks/libocihooks/bindings/go
package libcontainer
