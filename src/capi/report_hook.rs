//! One hook's entry in a report.

use std::ffi::{c_char, c_int};

use super::constants::{ocihooks_outcome as outcome, ocihooks_stream as stream};
use super::guard::guard_bytes;
use super::report::{ocihooks_report, read_hook, write};
use crate::errno::{Errno, Signal};
use crate::outcome::Outcome;
use crate::run::report::nanoseconds;
use crate::run::{Captured, HookReport};

/// The value of an int accessor for a NULL report or an index that is too large.
const NO_HOOK: c_int = -1;

/// The header's number of an outcome.
pub(super) fn outcome_number(of: &Outcome) -> c_int {
    let name = match of {
        Outcome::Exited(_) => outcome::OCIHOOKS_OUTCOME_EXITED,
        #[cfg(feature = "hooksd")]
        Outcome::WroteNoConfig(_) => outcome::OCIHOOKS_OUTCOME_EXITED,
        Outcome::Signaled { .. } => outcome::OCIHOOKS_OUTCOME_SIGNALED,
        Outcome::TimedOut { .. } => outcome::OCIHOOKS_OUTCOME_TIMED_OUT,
        Outcome::SpawnFailed { .. } | Outcome::SystemFailed { started: false, .. } => {
            outcome::OCIHOOKS_OUTCOME_SPAWN_FAILED
        }
        Outcome::Canceled(_) => outcome::OCIHOOKS_OUTCOME_CANCELED,
        Outcome::Stopped(_) => outcome::OCIHOOKS_OUTCOME_STOPPED,
        Outcome::Callback(_) => outcome::OCIHOOKS_OUTCOME_CALLBACK,
        Outcome::Skipped => outcome::OCIHOOKS_OUTCOME_SKIPPED,
        Outcome::Lost | Outcome::SystemFailed { started: true, .. } => outcome::OCIHOOKS_OUTCOME_LOST,
        Outcome::Invalid(_) => outcome::OCIHOOKS_OUTCOME_INVALID,
    };
    name as c_int
}

fn captured(hook: &HookReport, number: c_int) -> Option<&Captured> {
    const STDOUT: c_int = stream::OCIHOOKS_STDOUT as c_int;
    const STDERR: c_int = stream::OCIHOOKS_STDERR as c_int;
    match number {
        STDOUT => Some(&hook.stdout),
        STDERR => Some(&hook.stderr),
        _ => None,
    }
}

/// Returns the kind of a hook.
///
/// @param report  the report; NULL gives -1.
/// @param index   the hook's index, from 0; an index that is too large gives -1.
/// @return an ocihooks_kind, or -1.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_kind(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, NO_HOOK, |hook| hook.kind as c_int)
}

/// Returns how a hook ended.
///
/// @param report  the report; NULL gives -1.
/// @param index   the hook's index, from 0; an index that is too large gives -1.
/// @return an ocihooks_outcome, or -1.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_outcome(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, NO_HOOK, |hook| outcome_number(&hook.outcome))
}

/// Returns whether a hook failed, whatever the effect on the phase.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @return 1 if the hook failed; 0 if it succeeded or was not run.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_failed(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, 0, |hook| c_int::from(hook.outcome.is_failure()))
}

/// Returns the exit status of a command, or the value that a callback returned.
///
/// @param report  the report; NULL gives -1.
/// @param index   the hook's index, from 0; an index that is too large gives -1.
/// @return the status or value; -1 for any other outcome. A callback may itself return -1, so check
///         ocihooks_report_hook_outcome() first.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_exit_code(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, NO_HOOK, |hook| hook.outcome.exit_code().unwrap_or(NO_HOOK))
}

/// Returns the signal that killed a hook. For OCIHOOKS_OUTCOME_TIMED_OUT and OCIHOOKS_OUTCOME_CANCELED, this is the
/// signal that ended the hook then.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @return the signal's number; 0 if no signal killed the hook.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_signal(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, 0, |hook| hook.outcome.signal().map_or(0, |Signal(signal)| signal))
}

/// Returns whether a hook dumped core when a signal that the library did not send killed it.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @return 1 if the hook dumped core; 0 otherwise.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_core_dumped(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, 0, |hook| c_int::from(hook.outcome.core_dumped()))
}

/// Returns the errno that prevented a hook from starting. ocihooks_report_hook_message() names the failed step.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @return the errno; 0 for any other outcome.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_errno(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, 0, |hook| hook.outcome.errno().map_or(0, |Errno(errno)| errno))
}

/// Returns the process ID that a hook had. The kernel may have given it to another process since.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @return the process ID; 0 if the hook had none.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_pid(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, 0, |hook| hook.pid.unwrap_or(0))
}

/// Returns how long a hook took, from before its clone to its end.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @return the monotonic time in nanoseconds.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_duration_ns(report: Option<&ocihooks_report>, index: usize) -> u64 {
    read_hook(report, index, 0, |hook| nanoseconds(hook.duration))
}

/// Returns the processor time that a hook, and the children that it waited for, spent in user mode.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @return the time in nanoseconds.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_user_time_ns(report: Option<&ocihooks_report>, index: usize) -> u64 {
    read_hook(report, index, 0, |hook| nanoseconds(hook.user_time))
}

/// Returns the processor time that a hook, and the children that it waited for, spent in the kernel.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @return the time in nanoseconds.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_system_time_ns(report: Option<&ocihooks_report>, index: usize) -> u64 {
    read_hook(report, index, 0, |hook| nanoseconds(hook.system_time))
}

/// Writes the path of a hook; it is empty for a callback.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     the hook's index, from 0; an index that is too large gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
///         than buf_size.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_hook_path(
    report: Option<&ocihooks_report>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| {
        report.hooks.get(index)?.path.as_ref().map(|path| path.to_string_lossy())
    })
}

/// Writes the cause of a hook's failure, for example "exited with status 3" or "could not be executed: No such file
/// or directory (errno 2)". It is empty for a hook that succeeded or was not run.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     the hook's index, from 0; an index that is too large gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
///         than buf_size.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_hook_message(
    report: Option<&ocihooks_report>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(report.hooks.get(index)?.cause()?.to_string().into()))
}

/// Writes the complete error of a failed hook: phase, index, path, cause, and the last lines of its output. It is the
/// text that ocihooks_run() writes into errmsg if that hook ends the phase. It is empty for a hook that succeeded or
/// was not run.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     the hook's index, from 0; an index that is too large gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
///         than buf_size.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_hook_error(
    report: Option<&ocihooks_report>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(report.hook_error(index)?.to_string().into()))
}

/// Writes the kept bytes of a captured stream, unchanged. They may contain NULs. A line "[... N bytes left out ...]"
/// between the first and the last part marks omitted bytes.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     the hook's index, from 0; an index that is too large gives an empty string.
/// @param stream    an ocihooks_stream; any other number gives an empty string.
/// @param buf       receives the bytes and a terminating NUL, truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the number of all these bytes, without the terminating NUL. They were truncated if this number is not less
///         than buf_size.
///
/// Any thread may call it.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_hook_output(
    report: Option<&ocihooks_report>,
    index: usize,
    stream: c_int,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_bytes(buf, buf_size, || Some(captured(report?.hook(index)?, stream)?.bytes()))
}

/// Returns how many bytes a hook wrote to a captured stream in total, whether kept or not.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @param stream  an ocihooks_stream; any other number gives 0.
/// @return the number of bytes.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_output_bytes(
    report: Option<&ocihooks_report>,
    index: usize,
    stream: c_int,
) -> u64 {
    read_hook(report, index, 0, |hook| captured(hook, stream).map_or(0, Captured::total))
}

/// Returns whether the report omits bytes of a captured stream.
///
/// @param report  the report; NULL gives 0.
/// @param index   the hook's index, from 0; an index that is too large gives 0.
/// @param stream  an ocihooks_stream; any other number gives 0.
/// @return 1 if bytes were omitted; 0 otherwise.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_output_truncated(
    report: Option<&ocihooks_report>,
    index: usize,
    stream: c_int,
) -> c_int {
    let truncated =
        read_hook(report, index, false, |hook| captured(hook, stream).is_some_and(Captured::truncated));
    c_int::from(truncated)
}
