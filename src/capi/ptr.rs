//! The only pointer and buffer helpers: what C hands in becomes a value or an error, what it gets back is cut to its
//! buffer.
//!
//! Handles need no help: they come in as references, and NULL as `None`.

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;

use crate::error::Error;

/// The error for an argument that must not be NULL.
#[cold]
fn null(name: &str) -> Error {
    Error::InvalidArgument(format!("{name} is NULL"))
}

/// A handle that must not be NULL.
pub(super) fn given<T>(handle: Option<T>, name: &str) -> Result<T, Error> {
    handle.ok_or_else(|| null(name))
}

/// Hands a value out as a handle, by `make`; `*out` is NULL where that fails.
///
/// # Safety
/// `out` is NULL, or has room for a pointer.
pub(super) unsafe fn hand_out<T>(
    out: *mut *mut T,
    name: &str,
    make: impl FnOnce() -> Result<T, Error>,
) -> Result<(), Error> {
    // SAFETY: NULL, or room for a pointer that may be uninitialized, as a C variable is.
    let out = given(unsafe { out.cast::<MaybeUninit<*mut T>>().as_mut() }, name)?;
    out.write(std::ptr::null_mut());
    out.write(Box::into_raw(Box::new(make()?)));
    Ok(())
}

/// Frees a handle.
///
/// # Safety
/// NULL, or made by [`hand_out`] and not freed before.
pub(super) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: not NULL, so it is a box that `hand_out` gave away.
        drop(unsafe { Box::from_raw(pointer) });
    }
}

/// Bytes with their length. NULL is an error, also with length 0.
///
/// # Safety
/// NULL, or so many readable bytes for as long as `'a`.
pub(super) unsafe fn bytes<'a>(pointer: *const c_char, length: usize, name: &str) -> Result<&'a [u8], Error> {
    if pointer.is_null() {
        return Err(null(name));
    }
    if isize::try_from(length).is_err() {
        return Err(Error::InvalidArgument(format!(
            "{name} has a length of {length}: no object is so large"
        )));
    }
    // SAFETY: not NULL, and a length that a slice may have.
    Ok(unsafe { std::slice::from_raw_parts(pointer.cast(), length) })
}

/// A NUL-ended string; `None` where it is NULL.
///
/// # Safety
/// NULL, or a NUL-ended string for as long as `'a`.
pub(super) unsafe fn string<'a>(pointer: *const c_char) -> Option<&'a CStr> {
    // SAFETY: not NULL where it is looked at, so it ends with a NUL.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) })
}

/// A string that must not be NULL, and is UTF-8.
pub(super) fn text<'a>(string: Option<&'a CStr>, name: &str) -> Result<&'a str, Error> {
    utf8(given(string, name)?, name)
}

/// A string that is UTF-8, or NULL.
pub(super) fn optional_text<'a>(string: Option<&'a CStr>, name: &str) -> Result<Option<&'a str>, Error> {
    string.map(|string| utf8(string, name)).transpose()
}

fn utf8<'a>(string: &'a CStr, name: &str) -> Result<&'a str, Error> {
    string.to_str().map_err(|_| Error::InvalidArgument(format!("{name} is not UTF-8")))
}

/// A NULL-ended list of strings; `None` where the list itself is NULL.
///
/// # Safety
/// NULL, or a list of NUL-ended strings with NULL behind the last.
pub(super) unsafe fn strings(list: *const *const c_char, name: &str) -> Result<Option<Vec<String>>, Error> {
    if list.is_null() {
        return Ok(None);
    }
    let mut strings = Vec::new();
    for place in 0.. {
        // SAFETY: NULL ends the list, and the loop: no place behind it is read.
        match unsafe { string(*list.add(place)) } {
            Some(text) => strings.push(utf8(text, name)?.to_owned()),
            None => break,
        }
    }
    Ok(Some(strings))
}

/// So many strings in UTF-8; none where `count` is 0, whatever the pointer is.
///
/// # Safety
/// NULL, or a list of `count` NUL-ended strings or NULLs for as long as `'a`.
pub(super) unsafe fn texts<'a>(
    list: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<&'a str>, Error> {
    if count > 0 && list.is_null() {
        return Err(null(name));
    }
    // SAFETY: `count` is 0, or the list has so many.
    (0..count).map(|place| text(unsafe { string(*list.add(place)) }, name)).collect()
}

/// As much of a text in UTF-8 as a buffer of that size has room for before its NUL, cut between characters.
pub(super) fn cut_text(text: &[u8], size: usize) -> &[u8] {
    let mut fits = text.len().min(size.saturating_sub(1));
    while fits > 0 && text.get(fits).is_some_and(|byte| byte & 0xc0 == 0x80) {
        fits -= 1;
    }
    &text[..fits]
}

/// The same for bytes that are no text: cut anywhere.
pub(super) fn cut_bytes(bytes: &[u8], size: usize) -> &[u8] {
    &bytes[..bytes.len().min(size.saturating_sub(1))]
}

/// Writes bytes with a NUL behind.
///
/// # Safety
/// `buffer` is NULL, or has `size` bytes to write to; `bytes` is shorter than `size`, or empty.
pub(super) unsafe fn put(bytes: &[u8], buffer: *mut c_char, size: usize) {
    if buffer.is_null() || size == 0 {
        return;
    }
    // SAFETY: the buffer is longer than the bytes, and the host's: it doesn't overlap with memory of the library.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), buffer, bytes.len());
        *buffer.add(bytes.len()) = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        for (size, expected) in [(0, ""), (1, ""), (2, "a"), (3, "a"), (4, "aä"), (5, "aäb"), (9, "aäb")] {
            assert_eq!(cut_text("aäb".as_bytes(), size), expected.as_bytes(), "size {size}");
        }
    }

    #[test]
    fn bytes_are_cut_anywhere() {
        for (size, expected) in [(0, ""), (1, ""), (2, "a"), (4, "abc"), (9, "abc")] {
            assert_eq!(cut_bytes(b"abc", size), expected.as_bytes(), "size {size}");
        }
    }

    #[test]
    fn a_nul_ends_what_is_written_and_no_buffer_is_no_write() {
        let mut buffer = b"xxxxx".map(|byte| byte as c_char);
        // SAFETY: a buffer of 5 bytes; NULL; and a size of 0, behind which nothing is written.
        unsafe {
            put(b"abc", buffer.as_mut_ptr(), 5);
            put(b"", std::ptr::null_mut(), 10);
            put(b"", std::ptr::dangling_mut(), 0);
        }
        assert_eq!(buffer.map(|byte| byte as u8), *b"abc\0x");
    }
}
