//! Version and error texts.

use std::ffi::{CStr, c_char, c_int};

use super::guard::guard_value;
use crate::error::Code;

/// NUL-ended, from the one place where the version is said.
const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => panic!("a version has no NUL"),
};

/// Returns the version of the library, as "0.1.0". The text is static.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_version() -> *const c_char {
    guard_value(c"".as_ptr(), || VERSION.as_ptr())
}

/// Returns a short description of a code, the same for every failure of that kind. The message of a call
/// says more.
///
/// @param code  any number.
/// @return static text, never NULL; "unknown error code" for a number that is none.
///
/// Any thread may call it.
#[unsafe(no_mangle)]
pub extern "C" fn ocihooks_strerror(code: c_int) -> *const c_char {
    guard_value(c"".as_ptr(), || {
        let known = Code::ALL.into_iter().find(|known| known.as_raw() == code);
        known.map_or(c"unknown error code", Code::text).as_ptr()
    })
}
