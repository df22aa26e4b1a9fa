//! The report of a run, as a whole.

use std::borrow::Cow;
use std::ffi::{c_char, c_int};

use super::guard::{guard_text, guard_value};
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
    pub(super) fn new(report: Report) -> Self {
        Self { report }
    }

    pub(super) fn hook(&self, index: usize) -> Option<&HookReport> {
        self.report.hooks.get(index)
    }
}

/// Reads something of a report; `otherwise` where there is none.
pub(super) fn read<T: Copy>(
    report: Option<&ocihooks_report>,
    otherwise: T,
    value: impl FnOnce(&Report) -> T,
) -> T {
    guard_value(otherwise, || report.map_or(otherwise, |report| value(&report.report)))
}

/// Reads something of a hook in a report; `otherwise` where there is none.
pub(super) fn read_hook<T: Copy>(
    report: Option<&ocihooks_report>,
    index: usize,
    otherwise: T,
    value: impl FnOnce(&HookReport) -> T,
) -> T {
    guard_value(otherwise, || report.and_then(|report| report.hook(index)).map_or(otherwise, value))
}

/// Writes text of a report, or an empty string where there is none.
pub(super) fn write<'r>(
    report: Option<&'r ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
    text: impl FnOnce(&'r Report) -> Option<Cow<'r, str>>,
) -> usize {
    guard_text(buf, buf_size, || text(&report?.report))
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
    // SAFETY: NULL, or made by ocihooks_run(). Nobody uses it any more.
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
    report: Option<&ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(report.to_json().into()))
}

/// Returns the code that the run returned; OCIHOOKS_ERR_INVALID_ARGUMENT for a NULL report.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_code(report: Option<&ocihooks_report>) -> c_int {
    read(report, Code::InvalidArgument.as_raw(), |report| report.code().as_raw())
}

/// Returns how long the phase took, in nanoseconds of monotonic time.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_duration_ns(report: Option<&ocihooks_report>) -> u64 {
    read(report, 0, |report| nanoseconds(report.duration))
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
    report: Option<&ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(Cow::Borrowed(&report.phase)))
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
    report: Option<&ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(report.error()?.to_string().into()))
}

/// Returns how many hooks the phase has; each has its entry, run or not.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_count(report: Option<&ocihooks_report>) -> usize {
    read(report, 0, |report| report.hooks.len())
}

/// Returns how many warnings there are: failures that did not end the phase, and what is odd about the state.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_warning_count(report: Option<&ocihooks_report>) -> usize {
    read(report, 0, |report| report.warnings.len())
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
    report: Option<&ocihooks_report>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(Cow::Borrowed(report.warnings.get(index)?)))
}
