//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// Phases returns the phases of the runtime-spec, in lifecycle order.
func Phases() []Phase {
	phases := make([]Phase, C.ocihooks_phase_count())
	for i := range phases {
		phases[i] = Phase(C.GoString(C.ocihooks_phase_name(C.size_t(i))))
	}
	return phases
}

// Namespace returns the namespaces that the phase's hooks run in, or [ErrUnknownPhase] for a phase that the
// runtime-spec does not define.
func (p Phase) Namespace() (Namespace, error) {
	name, err := cString("phase", string(p))
	if err != nil {
		return 0, err
	}
	var namespace C.int
	err = call(func(errmsg *C.char, size C.size_t) C.int {
		namespace = C.ocihooks_phase_namespace(name, errmsg, size)
		if namespace >= 0 {
			return C.OCIHOOKS_OK
		}
		return namespace
	})
	if err != nil {
		return 0, err
	}
	return Namespace(namespace), nil
}
