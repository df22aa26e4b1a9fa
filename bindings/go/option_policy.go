package ocihooks

// #include <ocihooks.h>
import "C"

// FailurePolicy is what a failing hook does to those behind it.
type FailurePolicy int

// The failure policies, for [WithFailurePolicy].
const (
	// PolicySpec is what runtime-spec 1.3 says: the first failure ends the phase; in poststop every hook runs, failures
	// are warnings, and the run goes well. The default.
	PolicySpec FailurePolicy = C.OCIHOOKS_FAILURE_POLICY_SPEC
	// PolicySpecBefore13 is the same, but poststart is as poststop: runtime-spec 1.2 and earlier.
	PolicySpecBefore13 FailurePolicy = C.OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3
	// PolicyFailFast ends any phase at the first failure.
	PolicyFailFast FailurePolicy = C.OCIHOOKS_FAILURE_POLICY_FAIL_FAST
	// PolicyKeepGoing makes any phase as poststop.
	PolicyKeepGoing FailurePolicy = C.OCIHOOKS_FAILURE_POLICY_KEEP_GOING
)

// WithFailurePolicy sets what a failing hook does to those behind it.
func WithFailurePolicy(policy FailurePolicy) Option {
	return func(r *runner) error {
		return r.set("failure policy", func(errmsg *C.char, size C.size_t) C.int {
			return C.ocihooks_runner_set_failure_policy(r.c, C.int(policy), errmsg, size)
		})
	}
}
