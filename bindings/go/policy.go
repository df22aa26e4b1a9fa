package ocihooks

// FailurePolicy is the effect of a failed hook on the hooks after it.
type FailurePolicy int

// The failure policies, for [WithFailurePolicy].
const (
	// PolicySpec follows runtime-spec 1.3: the first failure ends the phase, except in poststop. There every hook runs,
	// failures become warnings, and the run succeeds. This is the default.
	PolicySpec FailurePolicy = 0
	// PolicySpecBefore13 follows runtime-spec 1.2 and earlier: poststart has the rules of poststop as well.
	PolicySpecBefore13 FailurePolicy = 1
	// PolicyFailFast ends every phase at the first failure.
	PolicyFailFast FailurePolicy = 2
	// PolicyKeepGoing applies the rules of poststop to every phase.
	PolicyKeepGoing FailurePolicy = 3
)
