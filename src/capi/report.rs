//! The report of a run, as a whole.

use std::ffi::{c_char, c_int};

use super::guard::guard_value;
use super::ptr;
use crate::error::Code;
use crate::run::report::nanoseconds;
use crate::run::{HookReport, Report};

/// What happened in a run, hook by hook.
///
/// Made by ocihooks_run() and freed by ocihooks_report_free(). Nothing changes it: any number of threads may read
/// it at once. Its functions take NULL for a report without hooks.
#[derive(Debug)]
pub struct ocihooks_report {
    report: Report,
}

impl ocihooks_report {
    pub(super) fn new(report: Report) -> ocihooks_report {
        ocihooks_report { report }
    }
}

/// Reads something of a report; `otherwise` where there is none.
///
/// # Safety
/// The pointer is NULL, or a report that is not freed meanwhile.
pub(super) unsafe fn read<T: Copy>(
    report: *const ocihooks_report,
    otherwise: T,
    value: impl FnOnce(&Report) -> T,
) -> T {
    guard_value(None, || {
        // SAFETY: the caller's promise.
        unsafe { report.as_ref() }.map(|report| value(&report.report))
    })
    .unwrap_or(otherwise)
}

/// Reads something of a hook in a report; `otherwise` where there is none.
///
/// # Safety
/// The pointer is NULL, or a report that is not freed meanwhile.
pub(super) unsafe fn read_hook<T: Copy>(
    report: *const ocihooks_report,
    index: usize,
    otherwise: T,
    value: impl FnOnce(&HookReport) -> T,
) -> T {
    // SAFETY: the caller's promise.
    unsafe { read(report, None, |report| report.hooks.get(index).map(value)) }.unwrap_or(otherwise)
}

/// Writes text of a report, or an empty string where there is none.
///
/// # Safety
/// The pointer is NULL, or a report that is not freed meanwhile; the buffer is NULL, or has that size.
pub(super) unsafe fn write(
    report: *const ocihooks_report,
    buf: *mut c_char,
    buf_size: usize,
    text: impl FnOnce(&Report) -> Option<String>,
) -> usize {
    guard_value(0, || {
        // SAFETY: the caller's promise.
        unsafe {
            let text = report.as_ref().and_then(|report| text(&report.report));
            ptr::put_text(&text.unwrap_or_default(), buf, buf_size)
        }
    })
}

/// Frees a report.
///
/// @param report  the report; NULL is fine.
///
/// No other thread may use the report any more.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_free(report: *mut ocihooks_report) {
    // SAFETY: the caller's promise.
    guard_value((), || unsafe { ptr::free(report) });
}

/// Writes the report as one compact JSON object: phase, code, message (of a failure), durationNs, hooks, warnings.
/// A hook has index, kind, path, outcome, exitCode or signal or errno, message (of a failure), pid, durationNs,
/// stdout, stdoutBytes, stdoutTruncated, the same for stderr, userTimeNs and systemTimeNs. Bytes of output that are
/// not UTF-8 become U+FFFD.
///
/// @param report    the report; NULL gives an empty string.
/// @param buf       where the text goes, NUL-ended and cut to fit, as snprintf does it; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL: it was cut if that is not less than buf_size.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_json(
    report: *const ocihooks_report,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    // SAFETY: the caller's promise.
    unsafe { write(report, buf, buf_size, |report| Some(report.to_json())) }
}

/// Returns the code that the run returned; OCIHOOKS_ERR_INVALID_ARGUMENT for a NULL report.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_code(report: *const ocihooks_report) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { read(report, Code::InvalidArgument.as_raw(), |report| report.code().as_raw()) }
}

/// Returns how long the phase took, in nanoseconds of monotonic time.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_duration_ns(report: *const ocihooks_report) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { read(report, 0, |report| nanoseconds(report.duration)) }
}

/// Writes the phase's name, as snprintf does it.
///
/// @param report    the report; NULL gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_phase(
    report: *const ocihooks_report,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    // SAFETY: the caller's promise.
    unsafe { write(report, buf, buf_size, |report| Some(report.phase.clone())) }
}

/// Writes the run's error message, whole, as snprintf does it; empty where the run returned OCIHOOKS_OK.
///
/// @param report    the report; NULL gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_message(
    report: *const ocihooks_report,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    // SAFETY: the caller's promise.
    unsafe { write(report, buf, buf_size, |report| report.error().map(|error| error.to_string())) }
}

/// Returns how many hooks the phase has; each has its entry, run or not.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_count(report: *const ocihooks_report) -> usize {
    // SAFETY: the caller's promise.
    unsafe { read(report, 0, |report| report.hooks.len()) }
}

/// Returns how many warnings there are: failures that did not end the phase, and what is odd about the state.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_warning_count(report: *const ocihooks_report) -> usize {
    // SAFETY: the caller's promise.
    unsafe { read(report, 0, |report| report.warnings.len()) }
}

/// Writes a warning, as snprintf does it.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     which warning, from 0; one that is not there gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_warning(
    report: *const ocihooks_report,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    // SAFETY: the caller's promise.
    unsafe { write(report, buf, buf_size, |report| report.warnings.get(index).cloned()) }
}
