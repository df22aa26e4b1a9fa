package ocihooks

// FailurePolicy is what a failing hook does to those behind it.
type FailurePolicy int

// The failure policies, for [WithFailurePolicy].
const (
	// PolicySpec is what runtime-spec 1.3 says: the first failure ends the phase; in poststop every hook runs, failures
	// are warnings, and the run goes well. The default.
	PolicySpec FailurePolicy = 0
	// PolicySpecBefore13 is the same, but poststart is as poststop: runtime-spec 1.2 and earlier.
	PolicySpecBefore13 FailurePolicy = 1
	// PolicyFailFast ends any phase at the first failure.
	PolicyFailFast FailurePolicy = 2
	// PolicyKeepGoing makes any phase as poststop.
	PolicyKeepGoing FailurePolicy = 3
)
