//! The report of a run, as a whole.

use std::borrow::Cow;
use std::ffi::{c_char, c_int};

use super::guard::{guard_text, guard_value};
use super::ptr;
use crate::error::Code;
use crate::run::report::nanoseconds;
use crate::run::{HookReport, Report};

/// The value of int accessors for a warning that does not exist, or that concerns no hook.
const NONE: c_int = -1;

/// The report of a run: what happened, hook by hook.
///
/// ocihooks_run() creates it, and ocihooks_report_free() frees it. It never changes, so threads may share it. The
/// functions that read it accept NULL and treat it as a report without hooks.
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

/// Reads a value of a report; `otherwise` for NULL.
pub(super) fn read<T: Copy>(
    report: Option<&ocihooks_report>,
    otherwise: T,
    value: impl FnOnce(&Report) -> T,
) -> T {
    guard_value(otherwise, || report.map_or(otherwise, |report| value(&report.report)))
}

/// Reads a value of a hook in a report; `otherwise` for NULL or an index that is too large.
pub(super) fn read_hook<T: Copy>(
    report: Option<&ocihooks_report>,
    index: usize,
    otherwise: T,
    value: impl FnOnce(&HookReport) -> T,
) -> T {
    guard_value(otherwise, || report.and_then(|report| report.hook(index)).map_or(otherwise, value))
}

/// Writes a text of a report, or an empty string if it has none.
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
/// @param report  the report; NULL does nothing.
///
/// No other thread may use the report during the call or afterwards.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_report_free(report: *mut ocihooks_report) {
    // SAFETY: NULL, or created by ocihooks_run(). The header forbids any further use.
    guard_value((), || unsafe { ptr::free(report) });
}

/// Writes the report as one compact JSON object with these members:
///
/// - phase, code, durationNs, hooks and warnings; message if the run failed.
/// - For each hook: index, kind, path, outcome, pid, durationNs, userTimeNs and systemTimeNs; exitCode, signal or
///   errno, as the outcome requires; coreDumped if it dumped core; message if it failed.
/// - For each hook: stdout, stdoutBytes and stdoutTruncated, and the same for stderr. Bytes that are not UTF-8 become
///   U+FFFD.
///
/// @param report    the report; NULL gives an empty string.
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
pub unsafe extern "C" fn ocihooks_report_json(
    report: Option<&ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(report.to_json().into()))
}

/// Returns the code that the run returned.
///
/// @param report  the report; NULL gives OCIHOOKS_ERR_INVALID_ARGUMENT.
/// @return an ocihooks_code.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_code(report: Option<&ocihooks_report>) -> c_int {
    read(report, Code::InvalidArgument.as_raw(), |report| report.code().as_raw())
}

/// Returns how long the phase took.
///
/// @param report  the report; NULL gives 0.
/// @return the monotonic time in nanoseconds.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_duration_ns(report: Option<&ocihooks_report>) -> u64 {
    read(report, 0, |report| nanoseconds(report.duration))
}

/// Writes the name of the phase.
///
/// @param report    the report; NULL gives an empty string.
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
pub unsafe extern "C" fn ocihooks_report_phase(
    report: Option<&ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(Cow::Borrowed(&report.phase)))
}

/// Writes the complete error message of the run; it is empty if the run returned OCIHOOKS_OK.
///
/// @param report    the report; NULL gives an empty string.
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
pub unsafe extern "C" fn ocihooks_report_message(
    report: Option<&ocihooks_report>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(report.error()?.to_string().into()))
}

/// Returns the number of hooks in the phase. Every hook has an entry, including those that were not run.
///
/// @param report  the report; NULL gives 0.
/// @return the number of hooks.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_count(report: Option<&ocihooks_report>) -> usize {
    read(report, 0, |report| report.hooks.len())
}

/// Returns the number of warnings. They report failures that did not end the phase, and oddities of the state.
///
/// @param report  the report; NULL gives 0.
/// @return the number of warnings.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_warning_count(report: Option<&ocihooks_report>) -> usize {
    read(report, 0, |report| report.warnings.len())
}

/// Writes a warning.
///
/// @param report    the report; NULL gives an empty string.
/// @param index     the warning's index, from 0; an index that is too large gives an empty string.
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
pub unsafe extern "C" fn ocihooks_report_warning(
    report: Option<&ocihooks_report>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    write(report, buf, buf_size, |report| Some(Cow::Borrowed(&report.warnings.get(index)?.text)))
}

/// Returns the index of the hook that a warning concerns.
///
/// @param report  the report; NULL gives -1.
/// @param index   the warning's index, from 0; an index that is too large gives -1.
/// @return the hook's index, from 0; -1 if the warning concerns the whole phase.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_warning_hook(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read(report, NONE, |report| {
        let hook = report.warnings.get(index).and_then(|warning| warning.hook);
        hook.map_or(NONE, |hook| c_int::try_from(hook).unwrap_or(c_int::MAX))
    })
}

/// Returns the kind of a warning.
///
/// @param report  the report; NULL gives -1.
/// @param index   the warning's index, from 0; an index that is too large gives -1.
/// @return an ocihooks_warning_kind, or -1.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_report_warning_kind(report: Option<&ocihooks_report>, index: usize) -> c_int {
    read(report, NONE, |report| report.warnings.get(index).map_or(NONE, |warning| warning.kind as c_int))
}
