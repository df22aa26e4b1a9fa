package ocihooks

// Stream is an output stream of a hook.
type Stream int

// The streams of a hook.
const (
	Stdout Stream = 1
	Stderr Stream = 2
)

// String returns "stdout" or "stderr".
func (s Stream) String() string { return name(int(s), map[int]string{1: "stdout", 2: "stderr"}) }
