//go:build linux && cgo

package ocihooks

// #cgo pkg-config: ocihooks
// #include <ocihooks.h>
import "C"

// Version returns the version of the library that is linked, as "0.1.0".
func Version() string {
	return C.GoString(C.ocihooks_version())
}

// Error returns the library's short description of the code.
func (c Code) Error() string {
	return C.GoString(C.ocihooks_strerror(C.int(c)))
}

// ReapLeftBehind reaps hooks that were left behind, since they had not died of SIGKILL in time, and are dead by now. It
// returns how many are still there, and never waits. Every run begins with it: a program that makes no further run, and
// wants no zombie, calls it.
func ReapLeftBehind() int {
	return int(C.ocihooks_reap_left_behind())
}
