//! The numbers that the header names.

/// What every function that can fail returns: 0, or a negative number that is never used again for
/// something else. The enum exists for its names; functions take and return int.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_code {
    /// It went well.
    OCIHOOKS_OK = 0,
    /// NULL where that is not allowed, a name that is empty or not UTF-8, a bad option.
    OCIHOOKS_ERR_INVALID_ARGUMENT = -1,
    /// Not JSON, or not UTF-8: the message says line and column.
    OCIHOOKS_ERR_INVALID_JSON = -2,
    /// JSON, but the runtime-spec forbids it: the message names the first 100 faults, by JSON pointer, and says how
    /// many more there are.
    OCIHOOKS_ERR_INVALID_HOOKS = -3,
    /// The container's state is not what the runtime-spec asks for; no hook was run.
    OCIHOOKS_ERR_INVALID_STATE = -4,
    /// Not one of the six phases, and not in the map either.
    OCIHOOKS_ERR_UNKNOWN_PHASE = -5,
    /// There was a child, but a step before execve, or execve itself, failed: the message says which step
    /// and which errno.
    OCIHOOKS_ERR_SPAWN = -6,
    /// A hook exited with a status other than 0.
    OCIHOOKS_ERR_EXIT = -7,
    /// A signal killed a hook.
    OCIHOOKS_ERR_SIGNAL = -8,
    /// A hook, or the phase, went over its time limit.
    OCIHOOKS_ERR_TIMEOUT = -9,
    /// A callback hook returned something other than 0.
    OCIHOOKS_ERR_CALLBACK = -10,
    /// A cancel descriptor had something to read.
    OCIHOOKS_ERR_CANCELED = -11,
    /// No child could be made, or a call of the library's own failed: EMFILE, EAGAIN ...
    OCIHOOKS_ERR_SYSTEM = -12,
    /// A defect of the library, caught at the boundary.
    OCIHOOKS_ERR_INTERNAL = -13,
    /// The host reaped the hook itself, and the kernel can't tell the status any more.
    OCIHOOKS_ERR_LOST = -14,
    /// A hook wanted the terminal from a background process group: it was stopped for that (SIGTTIN, SIGTTOU), and killed.
    OCIHOOKS_ERR_STOPPED = -15,
    /// A config.json is not what the runtime-spec asks for, as far as it was looked at.
    OCIHOOKS_ERR_INVALID_CONFIG = -16,
    /// Hook files can't be used, and that is to fail: the message names the first 100 violations.
    OCIHOOKS_ERR_INVALID_FILES = -17,
    /// A filter exited well, and wrote no config.
    OCIHOOKS_ERR_INVALID_OUTPUT = -18,
}

/// How a hook ended: what ocihooks_report_hook_outcome() returns.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_outcome {
    /// It exited; ocihooks_report_hook_exit_code() has the status.
    OCIHOOKS_OUTCOME_EXITED = 0,
    /// A signal that the library did not send killed it.
    OCIHOOKS_OUTCOME_SIGNALED = 1,
    /// It went over its limit and was killed.
    OCIHOOKS_OUTCOME_TIMED_OUT = 2,
    /// It could not be started; ocihooks_report_hook_errno() says why.
    OCIHOOKS_OUTCOME_SPAWN_FAILED = 3,
    /// It was stopped, or not started, because a cancel descriptor had something to read.
    OCIHOOKS_OUTCOME_CANCELED = 4,
    /// A callback returned; ocihooks_report_hook_exit_code() has what.
    OCIHOOKS_OUTCOME_CALLBACK = 5,
    /// It was not run, because an earlier hook ended the phase.
    OCIHOOKS_OUTCOME_SKIPPED = 6,
    /// It ended, but its status can't be known: the host reaped it, or a call of the library's own failed while
    /// it ran, and it was killed; ocihooks_report_hook_message() says which.
    OCIHOOKS_OUTCOME_LOST = 7,
    /// It wanted the terminal from a background process group, was stopped for that, and killed;
    /// ocihooks_report_hook_signal() has SIGTTIN or SIGTTOU.
    OCIHOOKS_OUTCOME_STOPPED = 8,
}

/// What a hook is: what ocihooks_report_hook_kind() returns.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_kind {
    /// A program.
    OCIHOOKS_KIND_COMMAND = 0,
    /// A function of the host's.
    OCIHOOKS_KIND_CALLBACK = 1,
}

/// A hook's output streams; the numbers are those of their descriptors.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_stream {
    /// Standard output.
    OCIHOOKS_STDOUT = 1,
    /// Standard error.
    OCIHOOKS_STDERR = 2,
}

/// The namespaces that a phase's hooks run in.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_namespace {
    /// Those of the runtime.
    OCIHOOKS_NAMESPACE_RUNTIME = 0,
    /// Those of the container.
    OCIHOOKS_NAMESPACE_CONTAINER = 1,
}

/// Where a stream of a hook goes: for ocihooks_runner_set_output().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_output {
    /// Into the report, the first and the last part of it. The default.
    OCIHOOKS_OUTPUT_CAPTURE = 0,
    /// Nowhere: the hook gets /dev/null.
    OCIHOOKS_OUTPUT_DISCARD = 1,
    /// To the caller's own stream of that number.
    OCIHOOKS_OUTPUT_INHERIT = 2,
}

/// The environment of hooks without one of their own: for ocihooks_runner_set_environment().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_environment {
    /// The caller's own. The default, as in runc and crun.
    OCIHOOKS_ENVIRONMENT_INHERIT = 0,
    /// The caller's own without the dynamic loader's variables, LD_* (see CVE-2025-23266).
    OCIHOOKS_ENVIRONMENT_INHERIT_WITHOUT_LOADER = 1,
    /// Only the list that is given.
    OCIHOOKS_ENVIRONMENT_LIST = 2,
}

/// The process group that hooks run in: for ocihooks_runner_set_process_group().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_process_group {
    /// OCIHOOKS_PROCESS_GROUP_CALLER where the calling process is in the foreground of its terminal when the phase begins, as
    /// a command that a user typed; OCIHOOKS_PROCESS_GROUP_OWN elsewhere. The default.
    OCIHOOKS_PROCESS_GROUP_AUTO = 0,
    /// A new group. A stop reaches the hook and its children; ^C and ^Z reach the caller alone. A hook that wants the caller's
    /// terminal fails.
    OCIHOOKS_PROCESS_GROUP_OWN = 1,
    /// The caller's group: the terminal, ^C and ^Z are for both, as under any shell. A stop reaches the hook by its pidfd, and
    /// its cgroup where one is set, but not the hook's children.
    OCIHOOKS_PROCESS_GROUP_CALLER = 2,
    /// A new session, without a terminal: opening /dev/tty fails at once. A stop reaches the hook and its children.
    OCIHOOKS_PROCESS_GROUP_SESSION = 3,
}

/// What a failing hook does to those behind it: for ocihooks_runner_set_failure_policy().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_failure_policy {
    /// What runtime-spec 1.3 says: the first failure ends the phase; in poststop every hook runs,
    /// failures are warnings, and the run returns OCIHOOKS_OK. The default.
    OCIHOOKS_FAILURE_POLICY_SPEC = 0,
    /// The same, but poststart is as poststop: runtime-spec 1.2 and earlier.
    OCIHOOKS_FAILURE_POLICY_SPEC_BEFORE_1_3 = 1,
    /// The first failure ends any phase.
    OCIHOOKS_FAILURE_POLICY_FAIL_FAST = 2,
    /// Any phase is as poststop.
    OCIHOOKS_FAILURE_POLICY_KEEP_GOING = 3,
}

/// What an observer is told of: for ocihooks_runner_set_observer().
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

/// What a document is meant to be: for ocihooks_lint().
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ocihooks_document {
    /// A hooks object of the runtime-spec.
    OCIHOOKS_DOCUMENT_HOOKS = 0,
    /// A config.json of the runtime-spec.
    OCIHOOKS_DOCUMENT_CONFIG = 1,
    /// A hook file, as those of a hooks.d.
    OCIHOOKS_DOCUMENT_HOOK_FILE = 2,
    /// A CDI document, or a containerEdits object of one, in JSON.
    OCIHOOKS_DOCUMENT_CDI = 3,
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
