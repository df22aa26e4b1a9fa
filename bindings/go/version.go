//go:build linux && cgo

package ocihooks

// #cgo pkg-config: ocihooks
// #include <ocihooks.h>
import "C"

// Version returns the version of the linked library, such as "0.1.0".
func Version() string {
	return C.GoString(C.ocihooks_version())
}

// Error returns the library's short description of the code.
func (c Code) Error() string {
	return C.GoString(C.ocihooks_strerror(C.int(c)))
}

// ReapLeftBehind reaps hooks that were left behind because they survived SIGKILL, and that have died since. It never
// waits, and returns the number of hooks that are still left behind. Every run begins with the same work; a program
// that makes no further run calls ReapLeftBehind to avoid zombies.
func ReapLeftBehind() int {
	return int(C.ocihooks_reap_left_behind())
}
