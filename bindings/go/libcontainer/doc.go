// Package libcontainer is what a runtime built on runc's libcontainer/configs puts in the place of its hooks: the same
// types and methods, with libocihooks behind them.
//
// A state is any value that encoding/json marshals, so that *specs.State is passed as it is; this package does not
// import the runtime-spec's types.
//
// What differs from runc is what the library does better: a timeout kills the hook's process group and is kept to, output
// is bounded, in poststop every hook runs, and an error says which hook failed, how, and the last line of its stderr. A
// state that the runtime-spec forbids is refused.
//
// As in runc, a hook that was read has the five properties of [Command] and no other: unknown ones are lost. The package
// above keeps them.
package libcontainer
