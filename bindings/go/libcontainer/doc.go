// Package libcontainer reproduces the hooks of runc's libcontainer/configs with libocihooks behind them: the same
// types, methods, JSON and error texts. Runtimes that are built on libcontainer can use it as a replacement.
//
// It fixes three defects:
//
//   - A timeout kills the hook's process group, and the hook's children can't prolong it.
//   - An error contains at most 64 KiB of each stream.
//   - In poststop every hook runs, and failures are warnings in the log, as the runtime-spec requires.
//
// Hooks that the runtime-spec forbids are read and written as in runc, and fail when they run. A state that the
// runtime-spec forbids fails every command.
//
// As in runc, reading keeps the five properties of [Command] and loses unknown ones. The parent package, [ocihooks],
// keeps them.
//
// [ocihooks]: https://pkg.go.dev/github.com/libocihooks/libocihooks/bindings/go
package libcontainer
