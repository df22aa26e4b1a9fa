//! One hook's entry in a report.

use std::borrow::Cow;
use std::ffi::{c_char, c_int};

use super::constants::{ocihooks_outcome as outcome, ocihooks_stream as stream};
use super::guard::guard_bytes;
use super::report::{ocihooks_report, read_hook, write};
use crate::errno::{Errno, Signal};
use crate::outcome::Outcome;
use crate::run::report::nanoseconds;
use crate::run::{Captured, HookReport};

/// What an int accessor returns where there is no such hook.
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

/// Returns what a hook is, an ocihooks_kind; -1 where there is no such hook. index counts from 0.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_kind(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, NO_HOOK, |hook| hook.kind as c_int)
}

/// Returns how a hook ended, an ocihooks_outcome; -1 where there is no such hook.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_outcome(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, NO_HOOK, |hook| outcome_number(&hook.outcome))
}

/// Returns the status that a hook exited with, or what a callback returned; -1 for any other outcome, or
/// where there is no such hook. A callback may return -1 itself: ask for the outcome first.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_exit_code(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, NO_HOOK, |hook| hook.outcome.exit_code().unwrap_or(NO_HOOK))
}

/// Returns the signal that killed a hook; with OCIHOOKS_OUTCOME_TIMED_OUT and OCIHOOKS_OUTCOME_CANCELED the one that
/// it died of then. 0 where no signal killed it, or there is no such hook.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_signal(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, 0, |hook| hook.outcome.signal().map_or(0, |Signal(signal)| signal))
}

/// Returns the errno that kept a hook from being started; 0 for any other outcome, or where there is no such
/// hook. ocihooks_report_hook_message() says what it came from.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_errno(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, 0, |hook| hook.outcome.errno().map_or(0, |Errno(errno)| errno))
}

/// Returns the process id that a hook had; 0 where it had none, or there is no such hook. The number may be
/// another process's by now.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_pid(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read_hook(report, index, 0, |hook| hook.pid.unwrap_or(0))
}

/// Returns how long a hook took, in nanoseconds of monotonic time, from before its clone to its end.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_duration_ns(report: Option<&ocihooks_report>, index: usize) -> u64 {
    read_hook(report, index, 0, |hook| nanoseconds(hook.duration))
}

/// Returns the processor time that a hook, and the children it waited for, spent in user mode, in nanoseconds.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_user_time_ns(report: Option<&ocihooks_report>, index: usize) -> u64 {
    read_hook(report, index, 0, |hook| nanoseconds(hook.user_time))
}

/// Returns the processor time that a hook, and the children it waited for, spent in the kernel, in nanoseconds.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_system_time_ns(report: Option<&ocihooks_report>, index: usize) -> u64 {
    read_hook(report, index, 0, |hook| nanoseconds(hook.system_time))
}

/// Writes a hook's path, as snprintf does it; empty for a callback.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     which hook, from 0; one that is not there gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_hook_path(
    report: Option<&ocihooks_report>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| report.hooks.get(index)?.path.as_deref().map(Cow::Borrowed))
}

/// Writes the cause of a hook's failure, as "exited with status 3" or "could not be executed: No such file or
/// directory (errno 2)", as snprintf does it; empty where it did not fail or was not run.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     which hook, from 0; one that is not there gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_hook_message(
    report: Option<&ocihooks_report>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(report.hooks.get(index)?.cause()?.to_string().into()))
}

/// Writes what was kept of a captured stream, raw, as snprintf does it: there may be NULs in it. Where something
/// was left out, a line "[... N bytes left out ...]" stands between the first part and the last.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     which hook, from 0; one that is not there gives an empty string.
/// @param stream    an ocihooks_stream; any other number gives an empty string.
/// @param buf       where the bytes go, with a NUL behind; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the number of all these bytes, without the NUL behind.
///
/// # Safety
/// Pointers are NULL or as described.
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

/// Returns how many bytes a hook wrote to a captured stream in all, kept or not.
///
/// @param report  the report; NULL gives 0.
/// @param index   which hook, from 0; one that is not there gives 0.
/// @param stream  an ocihooks_stream; any other number gives 0.
/// @return how many.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_hook_output_bytes(
    report: Option<&ocihooks_report>,
    index: usize,
    stream: c_int,
) -> u64 {
    read_hook(report, index, 0, |hook| captured(hook, stream).map_or(0, Captured::total))
}

/// Returns 1 where something of a captured stream was left out, else 0.
///
/// @param report  the report; NULL gives 0.
/// @param index   which hook, from 0; one that is not there gives 0.
/// @param stream  an ocihooks_stream; any other number gives 0.
/// @return 1 or 0.
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
