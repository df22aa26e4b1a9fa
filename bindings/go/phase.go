package ocihooks

// #include <ocihooks.h>
import "C"

// Phase is the name of a phase: one of the runtime-spec's six, or one that a map of hooks has besides.
type Phase string

// The phases of the runtime-spec (config.md, "POSIX-platform Hooks").
const (
	Prestart        Phase = "prestart"
	CreateRuntime   Phase = "createRuntime"
	CreateContainer Phase = "createContainer"
	StartContainer  Phase = "startContainer"
	Poststart       Phase = "poststart"
	Poststop        Phase = "poststop"
)

// Phases returns the phases of the runtime-spec, in the order of the lifecycle.
func Phases() []Phase {
	phases := make([]Phase, C.ocihooks_phase_count())
	for i := range phases {
		phases[i] = Phase(C.GoString(C.ocihooks_phase_name(C.size_t(i))))
	}
	return phases
}

// Namespace says in whose namespaces the hooks of a phase run.
type Namespace int

// The namespaces that a phase's hooks run in.
const (
	// NamespaceRuntime means those of the runtime.
	NamespaceRuntime Namespace = C.OCIHOOKS_NAMESPACE_RUNTIME
	// NamespaceContainer means those of the container.
	NamespaceContainer Namespace = C.OCIHOOKS_NAMESPACE_CONTAINER
)

// Namespace returns the namespaces that the phase's hooks run in. A phase that the runtime-spec does not know gives
// [ErrUnknownPhase].
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
