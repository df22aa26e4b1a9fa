//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

// same has one element: an index that is not 0 does not compile. So the package's numbers are those of the header that it is
// compiled with, although it also compiles where there is no header.
var same [1]struct{}

var (
	_ = same[OK-C.OCIHOOKS_OK]
	_ = same[ErrInvalidArgument-C.OCIHOOKS_ERR_INVALID_ARGUMENT]
	_ = same[ErrInvalidJSON-C.OCIHOOKS_ERR_INVALID_JSON]
	_ = same[ErrInvalidHooks-C.OCIHOOKS_ERR_INVALID_HOOKS]
	_ = same[ErrInvalidState-C.OCIHOOKS_ERR_INVALID_STATE]
	_ = same[ErrUnknownPhase-C.OCIHOOKS_ERR_UNKNOWN_PHASE]
	_ = same[ErrSpawn-C.OCIHOOKS_ERR_SPAWN]
	_ = same[ErrExit-C.OCIHOOKS_ERR_EXIT]
	_ = same[ErrSignal-C.OCIHOOKS_ERR_SIGNAL]
	_ = same[ErrTimeout-C.OCIHOOKS_ERR_TIMEOUT]
	_ = same[ErrCallback-C.OCIHOOKS_ERR_CALLBACK]
	_ = same[ErrCanceled-C.OCIHOOKS_ERR_CANCELED]
	_ = same[ErrSystem-C.OCIHOOKS_ERR_SYSTEM]
	_ = same[ErrInternal-C.OCIHOOKS_ERR_INTERNAL]
	_ = same[ErrLost-C.OCIHOOKS_ERR_LOST]
	_ = same[ErrStopped-C.OCIHOOKS_ERR_STOPPED]
	_ = same[ErrInvalidConfig-C.OCIHOOKS_ERR_INVALID_CONFIG]
	_ = same[ErrInvalidFiles-C.OCIHOOKS_ERR_INVALID_FILES]
	_ = same[ErrInvalidOutput-C.OCIHOOKS_ERR_INVALID_OUTPUT]
	_ = same[KindCommand-C.OCIHOOKS_KIND_COMMAND]
	_ = same[KindCallback-C.OCIHOOKS_KIND_CALLBACK]
	_ = same[OutcomeExited-C.OCIHOOKS_OUTCOME_EXITED]
	_ = same[OutcomeSignaled-C.OCIHOOKS_OUTCOME_SIGNALED]
	_ = same[OutcomeTimedOut-C.OCIHOOKS_OUTCOME_TIMED_OUT]
	_ = same[OutcomeSpawnFailed-C.OCIHOOKS_OUTCOME_SPAWN_FAILED]
	_ = same[OutcomeCanceled-C.OCIHOOKS_OUTCOME_CANCELED]
	_ = same[OutcomeCallback-C.OCIHOOKS_OUTCOME_CALLBACK]
	_ = same[OutcomeSkipped-C.OCIHOOKS_OUTCOME_SKIPPED]
	_ = same[OutcomeLost-C.OCIHOOKS_OUTCOME_LOST]
	_ = same[OutcomeStopped-C.OCIHOOKS_OUTCOME_STOPPED]
	_ = same[NamespaceRuntime-C.OCIHOOKS_NAMESPACE_RUNTIME]
	_ = same[NamespaceContainer-C.OCIHOOKS_NAMESPACE_CONTAINER]
	_ = same[EventBefore-C.OCIHOOKS_EVENT_BEFORE]
	_ = same[EventAfter-C.OCIHOOKS_EVENT_AFTER]
	_ = same[Stdout-C.OCIHOOKS_STDOUT]
	_ = same[Stderr-C.OCIHOOKS_STDERR]
	_ = same[PolicySpec-C.OCIHOOKS_FAILURE_POLICY_SPEC]
	_ = same[PolicySpecBefore13-C.OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3]
	_ = same[PolicyFailFast-C.OCIHOOKS_FAILURE_POLICY_FAIL_FAST]
	_ = same[PolicyKeepGoing-C.OCIHOOKS_FAILURE_POLICY_KEEP_GOING]
	_ = same[ProcessGroupAuto-C.OCIHOOKS_PROCESS_GROUP_AUTO]
	_ = same[ProcessGroupOwn-C.OCIHOOKS_PROCESS_GROUP_OWN]
	_ = same[ProcessGroupCaller-C.OCIHOOKS_PROCESS_GROUP_CALLER]
	_ = same[ProcessGroupSession-C.OCIHOOKS_PROCESS_GROUP_SESSION]
	_ = same[SeverityError-C.OCIHOOKS_SEVERITY_ERROR]
	_ = same[SeverityWarning-C.OCIHOOKS_SEVERITY_WARNING]
	_ = same[SeverityNote-C.OCIHOOKS_SEVERITY_NOTE]
	_ = same[DocumentHooks-C.OCIHOOKS_DOCUMENT_HOOKS]
	_ = same[DocumentConfig-C.OCIHOOKS_DOCUMENT_CONFIG]
	_ = same[DocumentHookFile-C.OCIHOOKS_DOCUMENT_HOOK_FILE]
	_ = same[DocumentCDI-C.OCIHOOKS_DOCUMENT_CDI]
)
