//! Version and error texts.

use std::ffi::{CStr, c_char, c_int};

use super::guard::guard_value;
use crate::error::Code;

/// The crate's version, NUL-terminated. Cargo.toml is its only source.
const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => panic!("a version has no NUL"),
};

/// Returns the version of the library.
///
/// @return static text such as "0.1.0"; never NULL.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_version() -> *const c_char {
    guard_value(c"".as_ptr(), || VERSION.as_ptr())
}

/// Describes a result code in a few words, which are the same for every failure with that code. The message of the
/// failed call has the details.
///
/// @param code  any number.
/// @return static text, never NULL; "unknown error code" for a number that is not an ocihooks_code.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_strerror(code: c_int) -> *const c_char {
    guard_value(c"".as_ptr(), || {
        let known = Code::ALL.into_iter().find(|known| known.as_raw() == code);
        known.map_or(c"unknown error code", Code::text).as_ptr()
    })
}
