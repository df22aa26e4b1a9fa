/*
 * Every number that <ocihooks.h> has ever named: NUMBER, or RETIRED if its name was removed. Lines are never removed or
 * changed. The tests in C, Go and Python compare their numbers with it. Written by `make abi-baseline`.
 *
 * Define both macros before you include it, any number of times.
 */

NUMBER(ocihooks_code, OCIHOOKS_OK, 0)
NUMBER(ocihooks_code, OCIHOOKS_ERR_INVALID_ARGUMENT, -1)
NUMBER(ocihooks_code, OCIHOOKS_ERR_INVALID_JSON, -2)
NUMBER(ocihooks_code, OCIHOOKS_ERR_INVALID_HOOKS, -3)
NUMBER(ocihooks_code, OCIHOOKS_ERR_INVALID_STATE, -4)
NUMBER(ocihooks_code, OCIHOOKS_ERR_UNKNOWN_PHASE, -5)
NUMBER(ocihooks_code, OCIHOOKS_ERR_SPAWN, -6)
NUMBER(ocihooks_code, OCIHOOKS_ERR_EXIT, -7)
NUMBER(ocihooks_code, OCIHOOKS_ERR_SIGNAL, -8)
NUMBER(ocihooks_code, OCIHOOKS_ERR_TIMEOUT, -9)
NUMBER(ocihooks_code, OCIHOOKS_ERR_CALLBACK, -10)
NUMBER(ocihooks_code, OCIHOOKS_ERR_CANCELED, -11)
NUMBER(ocihooks_code, OCIHOOKS_ERR_SYSTEM, -12)
NUMBER(ocihooks_code, OCIHOOKS_ERR_INTERNAL, -13)
NUMBER(ocihooks_code, OCIHOOKS_ERR_LOST, -14)
NUMBER(ocihooks_code, OCIHOOKS_ERR_STOPPED, -15)
NUMBER(ocihooks_code, OCIHOOKS_ERR_INVALID_CONFIG, -16)
NUMBER(ocihooks_code, OCIHOOKS_ERR_INVALID_FILES, -17)
NUMBER(ocihooks_code, OCIHOOKS_ERR_INVALID_OUTPUT, -18)

NUMBER(ocihooks_document, OCIHOOKS_DOCUMENT_HOOKS, 0)
NUMBER(ocihooks_document, OCIHOOKS_DOCUMENT_CONFIG, 1)
NUMBER(ocihooks_document, OCIHOOKS_DOCUMENT_LIBCONTAINER, 2)
NUMBER(ocihooks_document, OCIHOOKS_DOCUMENT_HOOK_FILE, 3)
NUMBER(ocihooks_document, OCIHOOKS_DOCUMENT_CDI, 4)

NUMBER(ocihooks_read_flag, OCIHOOKS_READ_LENIENT, 1)

NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_EXITED, 0)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_SIGNALED, 1)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_TIMED_OUT, 2)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_SPAWN_FAILED, 3)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_CANCELED, 4)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_CALLBACK, 5)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_SKIPPED, 6)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_LOST, 7)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_STOPPED, 8)
NUMBER(ocihooks_outcome, OCIHOOKS_OUTCOME_INVALID, 9)

NUMBER(ocihooks_kind, OCIHOOKS_KIND_COMMAND, 0)
NUMBER(ocihooks_kind, OCIHOOKS_KIND_CALLBACK, 1)

NUMBER(ocihooks_warning_kind, OCIHOOKS_WARNING_STATE, 0)
NUMBER(ocihooks_warning_kind, OCIHOOKS_WARNING_HOOK_FAILED, 1)
NUMBER(ocihooks_warning_kind, OCIHOOKS_WARNING_LEFT_BEHIND, 2)
NUMBER(ocihooks_warning_kind, OCIHOOKS_WARNING_CONTINUED, 3)
NUMBER(ocihooks_warning_kind, OCIHOOKS_WARNING_OUTPUT, 4)
NUMBER(ocihooks_warning_kind, OCIHOOKS_WARNING_STEP_SKIPPED, 5)

NUMBER(ocihooks_stream, OCIHOOKS_STDOUT, 1)
NUMBER(ocihooks_stream, OCIHOOKS_STDERR, 2)

NUMBER(ocihooks_namespace, OCIHOOKS_NAMESPACE_RUNTIME, 0)
NUMBER(ocihooks_namespace, OCIHOOKS_NAMESPACE_CONTAINER, 1)

NUMBER(ocihooks_output, OCIHOOKS_OUTPUT_CAPTURE, 0)
NUMBER(ocihooks_output, OCIHOOKS_OUTPUT_DISCARD, 1)
NUMBER(ocihooks_output, OCIHOOKS_OUTPUT_INHERIT, 2)
NUMBER(ocihooks_output, OCIHOOKS_OUTPUT_MEMORY, 3)

NUMBER(ocihooks_environment, OCIHOOKS_ENVIRONMENT_INHERIT, 0)
NUMBER(ocihooks_environment, OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER, 1)
NUMBER(ocihooks_environment, OCIHOOKS_ENVIRONMENT_LIST, 2)

NUMBER(ocihooks_failure_policy, OCIHOOKS_FAILURE_POLICY_SPEC, 0)
NUMBER(ocihooks_failure_policy, OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3, 1)
NUMBER(ocihooks_failure_policy, OCIHOOKS_FAILURE_POLICY_FAIL_FAST, 2)
NUMBER(ocihooks_failure_policy, OCIHOOKS_FAILURE_POLICY_KEEP_GOING, 3)

NUMBER(ocihooks_process_group, OCIHOOKS_PROCESS_GROUP_AUTO, 0)
NUMBER(ocihooks_process_group, OCIHOOKS_PROCESS_GROUP_OWN, 1)
NUMBER(ocihooks_process_group, OCIHOOKS_PROCESS_GROUP_CALLER, 2)
NUMBER(ocihooks_process_group, OCIHOOKS_PROCESS_GROUP_SESSION, 3)

NUMBER(ocihooks_state_check, OCIHOOKS_STATE_CHECK_SPEC, 0)
NUMBER(ocihooks_state_check, OCIHOOKS_STATE_CHECK_JSON, 1)
NUMBER(ocihooks_state_check, OCIHOOKS_STATE_CHECK_OFF, 2)

NUMBER(ocihooks_event, OCIHOOKS_EVENT_BEFORE, 0)
NUMBER(ocihooks_event, OCIHOOKS_EVENT_AFTER, 1)

NUMBER(ocihooks_severity, OCIHOOKS_SEVERITY_ERROR, 0)
NUMBER(ocihooks_severity, OCIHOOKS_SEVERITY_WARNING, 1)
NUMBER(ocihooks_severity, OCIHOOKS_SEVERITY_NOTE, 2)

#undef NUMBER
#undef RETIRED
