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

/// Returns the number of files that can inject a hook. Masked and unusable files are not counted.
///
/// @param set  the set; NULL counts 0.
/// @return the number of files.
///
/// Any thread may call it, as long as no other thread modifies the set.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_hooksd_count(set: Option<&ocihooks_hooksd>) -> usize {
    guard_value(0, || set.map_or(0, |set| set.files.count()))
}

/// Writes the name of a file. The files are those of ocihooks_hooksd_count(), in the order of injection. Bytes that
/// are not UTF-8 become U+FFFD.
///
/// @param set       the set; NULL gives an empty string.
/// @param index     the index of the file, from 0; an index that is too large gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// Any thread may call it, as long as no other thread modifies the set.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_name(
    set: Option<&ocihooks_hooksd>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(set?.used().get(index)?.0.as_str().into()))
}

/// Writes the path of a file: the directory as given, and the name. For a file from memory it is the name. Bytes that
/// are not UTF-8 become U+FFFD.
///
/// @param set       the set; NULL gives an empty string.
/// @param index     the index of the file, from 0; an index that is too large gives an empty string.
/// @param buf       receives the text, NUL-terminated and truncated to fit; may be NULL.
/// @param buf_size  the size of buf in bytes.
/// @return the length of the whole text in bytes, without the NUL.
///
/// Any thread may call it, as long as no other thread modifies the set.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_hooksd_file(
    set: Option<&ocihooks_hooksd>,
    index: usize,
    buf: *mut c_char,
    buf_size: usize,
) -> usize {
    guard_text(buf, buf_size, || Some(set?.used().get(index)?.1.as_str().into()))
}
