//! The constants of the header.

/// Result codes: every function that can fail returns 0 or one of these negative numbers. A number never gets a new
/// meaning.
///
/// Functions take and return int; the enum exists for its names.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_code {
    /// Success.
    OCIHOOKS_OK = 0,
    /// An argument is invalid: NULL where that is not allowed, a name that is empty or not UTF-8, or a value that the
    /// option does not take.
    OCIHOOKS_ERR_INVALID_ARGUMENT = -1,
    /// The text is not JSON, or not UTF-8. The message gives line and column.
    OCIHOOKS_ERR_INVALID_JSON = -2,
    /// The JSON describes hooks that the runtime-spec forbids. The message lists the first 100 violations by JSON
    /// pointer, then the number of the others.
    OCIHOOKS_ERR_INVALID_HOOKS = -3,
    /// The container's state violates the runtime-spec. No hook was run.
    OCIHOOKS_ERR_INVALID_STATE = -4,
    /// The phase is neither one of the six of the runtime-spec nor in the map.
    OCIHOOKS_ERR_UNKNOWN_PHASE = -5,
    /// execve, or a step before it, failed in the child. The message names the step and the errno.
    OCIHOOKS_ERR_SPAWN = -6,
    /// A hook exited with a status other than 0.
    OCIHOOKS_ERR_EXIT = -7,
    /// A signal killed a hook.
    OCIHOOKS_ERR_SIGNAL = -8,
    /// A hook or the phase exceeded its time limit.
    OCIHOOKS_ERR_TIMEOUT = -9,
    /// A callback hook returned a value other than 0.
    OCIHOOKS_ERR_CALLBACK = -10,
    /// A cancel descriptor became readable.
    OCIHOOKS_ERR_CANCELED = -11,
    /// No child could be created, or a system call of the library itself failed, for example with EMFILE or EAGAIN.
    OCIHOOKS_ERR_SYSTEM = -12,
    /// The library has a defect, which was caught before it could reach the caller.
    OCIHOOKS_ERR_INTERNAL = -13,
    /// The host reaped the hook, and the kernel no longer knows its exit status.
    OCIHOOKS_ERR_LOST = -14,
    /// A hook used the terminal from a background process group, was stopped by SIGTTIN or SIGTTOU, and was killed.
    OCIHOOKS_ERR_STOPPED = -15,
    /// A config.json violates the runtime-spec, as far as the library read it.
    OCIHOOKS_ERR_INVALID_CONFIG = -16,
    /// Hook files are invalid, and reading was strict. The message lists the first 100 violations.
    OCIHOOKS_ERR_INVALID_FILES = -17,
    /// A filter exited with status 0 but wrote no config.
    OCIHOOKS_ERR_INVALID_OUTPUT = -18,
}

/// How a hook ended, as ocihooks_report_hook_outcome() returns it.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_outcome {
    /// The hook exited. ocihooks_report_hook_exit_code() returns the status.
    OCIHOOKS_OUTCOME_EXITED = 0,
    /// A signal that the library did not send killed the hook.
    OCIHOOKS_OUTCOME_SIGNALED = 1,
    /// The hook exceeded its time limit and was killed.
    OCIHOOKS_OUTCOME_TIMED_OUT = 2,
    /// The hook could not be started. ocihooks_report_hook_errno() returns the reason.
    OCIHOOKS_OUTCOME_SPAWN_FAILED = 3,
    /// The hook was killed, or not started, because a cancel descriptor became readable.
    OCIHOOKS_OUTCOME_CANCELED = 4,
    /// The callback returned. ocihooks_report_hook_exit_code() returns its value.
    OCIHOOKS_OUTCOME_CALLBACK = 5,
    /// The hook was not run, because an earlier hook ended the phase.
    OCIHOOKS_OUTCOME_SKIPPED = 6,
    /// The hook ended with an unknown status: the host reaped it, or a system call of the library failed while the
    /// hook ran, and the hook was killed. ocihooks_report_hook_message() tells the two apart.
    OCIHOOKS_OUTCOME_LOST = 7,
    /// The hook used the terminal from a background process group, was stopped, and was killed.
    /// ocihooks_report_hook_signal() returns SIGTTIN or SIGTTOU.
    OCIHOOKS_OUTCOME_STOPPED = 8,
    /// The runtime-spec forbids the hook, which a lenient map kept. It was not executed. ocihooks_report_hook_message()
    /// names the violations.
    OCIHOOKS_OUTCOME_INVALID = 9,
}

/// The subject of a warning, as ocihooks_report_warning_kind() returns it.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_warning_kind {
    /// The state has a status that the runtime-spec does not expect in the phase.
    OCIHOOKS_WARNING_STATE = 0,
    /// A hook failed and did not end the phase. The text is that of ocihooks_report_hook_error().
    OCIHOOKS_WARNING_HOOK_FAILED = 1,
    /// A hook survived SIGKILL and was left behind, see ocihooks_reap_left_behind().
    OCIHOOKS_WARNING_LEFT_BEHIND = 2,
    /// A signal stopped a hook, and the library continued it.
    OCIHOOKS_WARNING_CONTINUED = 3,
    /// Part of a hook's output could not be read or passed on.
    OCIHOOKS_WARNING_OUTPUT = 4,
    /// The kernel or a seccomp profile refused an optional step before the hook, which ran without it.
    OCIHOOKS_WARNING_STEP_SKIPPED = 5,
}

/// The form of a document, see ocihooks_read() and ocihooks_lint().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_document {
    /// The runtime-spec's `hooks` object, as ocihooks_parse() reads it.
    OCIHOOKS_DOCUMENT_HOOKS = 0,
    /// A whole config.json, as ocihooks_parse_config() reads it.
    OCIHOOKS_DOCUMENT_CONFIG = 1,
    /// The `hooks` object in libcontainer's dialect, as ocihooks_parse_libcontainer() reads it.
    OCIHOOKS_DOCUMENT_LIBCONTAINER = 2,
    /// A hook file of a hooks.d directory; for ocihooks_lint() only.
    OCIHOOKS_DOCUMENT_HOOK_FILE = 3,
    /// A CDI document, or its containerEdits object, as JSON; for ocihooks_lint() only.
    OCIHOOKS_DOCUMENT_CDI = 4,
}

/// Flags of ocihooks_read().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_read_flag {
    /// Hooks that the runtime-spec forbids are kept, and each fails when its turn comes.
    OCIHOOKS_READ_LENIENT = 1,
}

/// The kind of a hook, as ocihooks_report_hook_kind() returns it.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_kind {
    /// A program.
    OCIHOOKS_KIND_COMMAND = 0,
    /// A function of the host.
    OCIHOOKS_KIND_CALLBACK = 1,
}

/// The output streams of a hook. Each number is that of the stream's descriptor.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_stream {
    /// Standard output.
    OCIHOOKS_STDOUT = 1,
    /// Standard error.
    OCIHOOKS_STDERR = 2,
}

/// The namespaces that the hooks of a phase run in, as ocihooks_phase_namespace() returns them.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_namespace {
    /// The runtime's namespaces.
    OCIHOOKS_NAMESPACE_RUNTIME = 0,
    /// The container's namespaces.
    OCIHOOKS_NAMESPACE_CONTAINER = 1,
}

/// The destination of a hook's stream, for ocihooks_runner_set_output().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_output {
    /// The report, which keeps the first and the last part. The default.
    OCIHOOKS_OUTPUT_CAPTURE = 0,
    /// /dev/null.
    OCIHOOKS_OUTPUT_DISCARD = 1,
    /// The caller's stream of the same number.
    OCIHOOKS_OUTPUT_INHERIT = 2,
    /// A file in memory of 1 MiB, and the report from there once the hook has ended. A process that the hook left
    /// behind may write on, up to that size: the kernel refuses more with EPERM, and raises no signal. A shell's
    /// `> /dev/stderr` would truncate the file and fails with EPERM; `>&2` works.
    OCIHOOKS_OUTPUT_MEMORY = 3,
}

/// The environment of hooks that specify none, for ocihooks_runner_set_environment().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_environment {
    /// The caller's environment. The default, as in runc and crun.
    OCIHOOKS_ENVIRONMENT_INHERIT = 0,
    /// The caller's environment without the variables of the dynamic loader, LD_* (see CVE-2025-23266).
    OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER = 1,
    /// Only the entries of the given list.
    OCIHOOKS_ENVIRONMENT_LIST = 2,
}

/// The process group that hooks run in, for ocihooks_runner_set_process_group().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_process_group {
    /// OCIHOOKS_PROCESS_GROUP_CALLER if the calling process is in the foreground of its terminal when the phase
    /// begins, as a command that a user typed is; otherwise OCIHOOKS_PROCESS_GROUP_OWN. The default.
    OCIHOOKS_PROCESS_GROUP_AUTO = 0,
    /// A new group. A stop reaches the hook and its children. ^C and ^Z reach the caller alone. A hook that uses the
    /// caller's terminal fails.
    OCIHOOKS_PROCESS_GROUP_OWN = 1,
    /// The caller's group. The hook shares the terminal, ^C and ^Z with the caller, as under any shell. A stop
    /// reaches the hook by its pidfd, and the cgroup if one is set, but not the hook's children.
    OCIHOOKS_PROCESS_GROUP_CALLER = 2,
    /// A new session without a terminal, so opening /dev/tty fails at once. A stop reaches the hook and its children.
    OCIHOOKS_PROCESS_GROUP_SESSION = 3,
}

/// The effect of a failed hook on the hooks after it, for ocihooks_runner_set_failure_policy().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_failure_policy {
    /// The rules of runtime-spec 1.3: the first failure ends the phase, except in poststop. There every hook runs,
    /// failures become warnings, and the run returns OCIHOOKS_OK. The default.
    OCIHOOKS_FAILURE_POLICY_SPEC = 0,
    /// The rules of runtime-spec 1.2 and earlier: as OCIHOOKS_FAILURE_POLICY_SPEC, but poststart follows the rules of
    /// poststop.
    OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3 = 1,
    /// The first failure ends the phase, whichever it is.
    OCIHOOKS_FAILURE_POLICY_FAIL_FAST = 2,
    /// Every phase follows the rules of poststop.
    OCIHOOKS_FAILURE_POLICY_KEEP_GOING = 3,
}

/// The check of the text that hooks get on stdin, see ocihooks_runner_set_state_check().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_state_check {
    /// The text must be a state of the runtime-spec (runtime.md, "State"). The default.
    OCIHOOKS_STATE_CHECK_SPEC = 0,
    /// The text must be JSON, for example the config.json that a filter edits.
    OCIHOOKS_STATE_CHECK_JSON = 1,
    /// There is no check: any bytes, or none.
    OCIHOOKS_STATE_CHECK_OFF = 2,
}

/// The events that an observer receives, see ocihooks_runner_set_observer().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_event {
    /// A hook is about to run.
    OCIHOOKS_EVENT_BEFORE = 0,
    /// A hook has ended.
    OCIHOOKS_EVENT_AFTER = 1,
}

/// How much a finding matters: for ocihooks_hooksd_violation_count().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_severity {
    /// The file or the value can't be used.
    OCIHOOKS_SEVERITY_ERROR = 0,
    /// It is used, and does something else than its author may think.
    OCIHOOKS_SEVERITY_WARNING = 1,
    /// It is worth knowing.
    OCIHOOKS_SEVERITY_NOTE = 2,
}

#[cfg(test)]
mod tests {
    use super::ocihooks_code as c;
    use super::*;
    use crate::error::Code;
    use crate::run::Kind;

    #[test]
    fn the_header_and_the_core_mean_the_same_numbers() {
        let header = [
            c::OCIHOOKS_OK,
            c::OCIHOOKS_ERR_INVALID_ARGUMENT,
            c::OCIHOOKS_ERR_INVALID_JSON,
            c::OCIHOOKS_ERR_INVALID_HOOKS,
            c::OCIHOOKS_ERR_INVALID_STATE,
            c::OCIHOOKS_ERR_UNKNOWN_PHASE,
            c::OCIHOOKS_ERR_SPAWN,
            c::OCIHOOKS_ERR_EXIT,
            c::OCIHOOKS_ERR_SIGNAL,
            c::OCIHOOKS_ERR_TIMEOUT,
            c::OCIHOOKS_ERR_CALLBACK,
            c::OCIHOOKS_ERR_CANCELED,
            c::OCIHOOKS_ERR_SYSTEM,
            c::OCIHOOKS_ERR_INTERNAL,
            c::OCIHOOKS_ERR_LOST,
            c::OCIHOOKS_ERR_STOPPED,
            c::OCIHOOKS_ERR_INVALID_CONFIG,
            c::OCIHOOKS_ERR_INVALID_FILES,
            c::OCIHOOKS_ERR_INVALID_OUTPUT,
        ];
        assert_eq!(header.map(|code| code as i32), Code::ALL.map(Code::as_raw));
        assert_eq!(ocihooks_kind::OCIHOOKS_KIND_COMMAND as i32, Kind::Command as i32);
        assert_eq!(ocihooks_kind::OCIHOOKS_KIND_CALLBACK as i32, Kind::Callback as i32);
    }

    #[cfg(feature = "hooksd")]
    #[test]
    fn the_header_and_the_core_mean_the_same_severities_and_documents() {
        use super::{ocihooks_document as document, ocihooks_severity as severity};
        use crate::finding::Severity;
        use crate::lint::DocumentKind;
        assert_eq!(severity::OCIHOOKS_SEVERITY_ERROR as i32, Severity::Error as i32);
        assert_eq!(severity::OCIHOOKS_SEVERITY_WARNING as i32, Severity::Warning as i32);
        assert_eq!(severity::OCIHOOKS_SEVERITY_NOTE as i32, Severity::Note as i32);
        assert_eq!(document::OCIHOOKS_DOCUMENT_HOOKS as i32, DocumentKind::Hooks as i32);
        assert_eq!(document::OCIHOOKS_DOCUMENT_CONFIG as i32, DocumentKind::Config as i32);
        assert_eq!(document::OCIHOOKS_DOCUMENT_HOOK_FILE as i32, DocumentKind::HookFile as i32);
        assert_eq!(document::OCIHOOKS_DOCUMENT_CDI as i32, DocumentKind::Cdi as i32);
    }
}
