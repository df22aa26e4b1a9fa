package ocihooks

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

// Namespace says in whose namespaces the hooks of a phase run.
type Namespace int

// The namespaces that a phase's hooks run in.
const (
	// NamespaceRuntime means those of the runtime.
	NamespaceRuntime Namespace = 0
	// NamespaceContainer means those of the container.
	NamespaceContainer Namespace = 1
)
