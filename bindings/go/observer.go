//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
// #include "callback.h"
import "C"

// WithObserver sets a function that is told before and after each hook that is run, on the goroutine that called Run.
// Where options are used by several runs at once, so is the function.
func WithObserver(observer func(Event)) Option {
	return func(r *runner) error {
		if observer == nil {
			return invalidArgument("the observer is nil")
		}
		r.run.observer = observer
		return r.set("observer", C.ocihooks_go_set_observer(r.c))
	}
}
