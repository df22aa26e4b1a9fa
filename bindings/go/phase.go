package ocihooks

// Phase is the name of a phase: one of the runtime-spec's six, or another phase of a map.
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

// Namespace is the set of namespaces that the hooks of a phase run in.
type Namespace int

// The namespaces that a phase's hooks run in.
const (
	// NamespaceRuntime means the runtime's namespaces.
	NamespaceRuntime Namespace = 0
	// NamespaceContainer means the container's namespaces.
	NamespaceContainer Namespace = 1
)
