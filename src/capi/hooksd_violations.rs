//! What is to be said of hook files.

use std::ffi::{c_char, c_int};

use super::guard::{guard_text, guard_value};
use super::hooksd::ocihooks_hooksd;
use crate::finding::{Finding, Severity};

/// The severity of that number, which is an index as well.
fn severity(number: c_int) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Note].into_iter().find(|known| *known as c_int == number)
}

impl ocihooks_hooksd {
    /// The violations of a severity, as text.
    fn violations_of(&self, severity: Severity) -> &[String] {
        let lists = self.violations.get_or_init(|| {
            let mut lists = <[Vec<String>; 3]>::default();
            for violation in self.files.violations() {
                lists[violation.severity as usize].push(violation.to_string());
            }
            lists
        });
        &lists[severity as usize]
    }
}

/// Returns the number of violations of a severity in the directories and files.
///
/// @param set       the set; NULL counts 0.
/// @param severity  an ocihooks_severity; any other number counts 0.
/// @return the number of violations.
///
/// Any thread may call it, as long as no other thread modifies the set.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_hooksd_violation_count(set: Option<&ocihooks_hooksd>, severity: c_int) -> usize {
    guard_value(0, || match (set, self::severity(severity)) {
        (Some(set), Some(severity)) => set.files.violation_count(severity),
        _ => 0,
    })
}

/// Writes a violation as one line: "FILE:LINE:COLUMN: error: POINTER MESSAGE: VALUE; HINT [RULE]". Parts that a
/// violation lacks are omitted.
///
/// @param set       the set; NULL gives an empty string.
/// @param severity  an ocihooks_severity; any other number gives an empty string.
/// @param index     the index of the violation among those of that severity, from 0; an index that is too large gives
///                  an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
///         than buf_size.
///
/// Any thread may call it, as long as no other thread modifies the set.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_violation(
    set: Option<&ocihooks_hooksd>,
    severity: c_int,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || {
        let list = set?.violations_of(self::severity(severity)?);
        Some(list.get(index)?.as_str().into())
    })
}

/// Writes all violations as one compact JSON list. Each has severity ("error", "warning" or "note"), rule (a stable
/// name in kebab case), file, pointer (RFC 6901), line and column (null if unknown), value, message and hint.
///
/// @param set       the set; NULL gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. The text was truncated if this length is not less
///         than buf_size.
///
/// Any thread may call it, as long as no other thread modifies the set.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_violations_json(
    set: Option<&ocihooks_hooksd>,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(Finding::list_to_json(set?.files.violations()).into()))
}
