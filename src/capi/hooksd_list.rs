//! The hook files that can inject a hook, listed.

use std::ffi::c_char;

use super::guard::{guard_text, guard_value};
use super::hooksd::ocihooks_hooksd;

impl ocihooks_hooksd {
    /// The names and paths of the files that can inject a hook, in the order of injection.
    fn used(&self) -> &[(String, String)] {
        self.used.get_or_init(|| self.files.names().zip(self.files.paths().map(str::to_owned)).collect())
    }
}

/// Returns how many files can inject a hook; 0 for NULL. Masked files and files that can't be used are not among them.
///
/// Any thread may call it, while none changes the set.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_hooksd_count(set: Option<&ocihooks_hooksd>) -> usize {
    guard_value(0, || set.map_or(0, |set| set.files.count()))
}

/// Writes the name of a file, as snprintf does it. The files are those of ocihooks_hooksd_count(), in the order of injection.
///
/// @param set       the set; NULL gives an empty string.
/// @param index     which file, from 0; one that is not there gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. What is not UTF-8 becomes U+FFFD.
///
/// Any thread may call it, while none changes the set.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_name(
    set: Option<&ocihooks_hooksd>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(set?.used().get(index)?.0.as_str().into()))
}

/// Writes the path of a file, as snprintf does it: the directory as it was given, and the name. Of a file from memory it is
/// the name.
///
/// @param set       the set; NULL gives an empty string.
/// @param index     which file, from 0; one that is not there gives an empty string.
/// @param buf       where the text goes; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL. What is not UTF-8 becomes U+FFFD.
///
/// Any thread may call it, while none changes the set.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_file(
    set: Option<&ocihooks_hooksd>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(set?.used().get(index)?.1.as_str().into()))
}
