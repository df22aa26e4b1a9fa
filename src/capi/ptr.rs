//! The only pointer and buffer helpers: what C hands in becomes a reference or an error, what it gets
//! back is cut to its buffer.

use std::ffi::{CStr, c_char};

use crate::error::Error;

fn null(name: &str) -> Error {
    Error::InvalidArgument(format!("{name} is NULL"))
}

/// A handle to read.
///
/// # Safety
/// NULL, or made by this library, not freed, and not changed by another thread for as long as `'a`.
pub(super) unsafe fn handle<'a, T>(pointer: *const T, name: &str) -> Result<&'a T, Error> {
    // SAFETY: the caller's promise.
    unsafe { pointer.as_ref() }.ok_or_else(|| null(name))
}

/// A handle to change.
///
/// # Safety
/// NULL, or made by this library, not freed, and used by nobody else for as long as `'a`.
pub(super) unsafe fn handle_mut<'a, T>(pointer: *mut T, name: &str) -> Result<&'a mut T, Error> {
    // SAFETY: the caller's promise.
    unsafe { pointer.as_mut() }.ok_or_else(|| null(name))
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
    // SAFETY: the caller's promise.
    let out = unsafe { out.as_mut() }.ok_or_else(|| null(name))?;
    *out = std::ptr::null_mut();
    *out = Box::into_raw(Box::new(make()?));
    Ok(())
}

/// Frees a handle.
///
/// # Safety
/// NULL, or made by [`hand_out`] and not freed before.
pub(super) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: the caller's promise.
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
    // SAFETY: the caller's promise, with a length that a slice may have.
    Ok(unsafe { std::slice::from_raw_parts(pointer.cast(), length) })
}

/// A NUL-ended string that is UTF-8.
///
/// # Safety
/// NULL, or a NUL-ended string for as long as `'a`.
pub(super) unsafe fn string<'a>(pointer: *const c_char, name: &str) -> Result<&'a str, Error> {
    // SAFETY: the caller's promise.
    unsafe { optional_string(pointer, name) }?.ok_or_else(|| null(name))
}

/// A NUL-ended string that is UTF-8, or NULL.
///
/// # Safety
/// NULL, or a NUL-ended string for as long as `'a`.
pub(super) unsafe fn optional_string<'a>(
    pointer: *const c_char,
    name: &str,
) -> Result<Option<&'a str>, Error> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().map(Some).map_err(|_| Error::InvalidArgument(format!("{name} is not UTF-8")))
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
        // SAFETY: the caller's promise: NULL comes before the end of the list.
        let text = unsafe { optional_string(*list.add(place), name) }?;
        match text {
            Some(text) => strings.push(text.to_owned()),
            None => break,
        }
    }
    Ok(Some(strings))
}

/// Writes text into the caller's buffer as snprintf does: as much as fits, cut between characters, with a
/// NUL behind. Returns the whole length, without the NUL.
///
/// # Safety
/// `buffer` is NULL, or has `size` bytes to write to.
pub(super) unsafe fn put_text(text: &str, buffer: *mut c_char, size: usize) -> usize {
    let mut fits = text.len().min(size.saturating_sub(1));
    while !text.is_char_boundary(fits) {
        fits -= 1;
    }
    // SAFETY: the caller's promise.
    unsafe { put(&text.as_bytes()[..fits], buffer, size) };
    text.len()
}

/// The same for bytes that are no text: cut anywhere.
///
/// # Safety
/// `buffer` is NULL, or has `size` bytes to write to.
pub(super) unsafe fn put_bytes(bytes: &[u8], buffer: *mut c_char, size: usize) -> usize {
    let fits = bytes.len().min(size.saturating_sub(1));
    // SAFETY: the caller's promise.
    unsafe { put(&bytes[..fits], buffer, size) };
    bytes.len()
}

/// # Safety
/// `buffer` is NULL, or has `size` bytes to write to; `bytes` is shorter than `size`, or empty.
unsafe fn put(bytes: &[u8], buffer: *mut c_char, size: usize) {
    if buffer.is_null() || size == 0 {
        return;
    }
    // SAFETY: the caller's promise; a buffer of the caller's and bytes of ours don't overlap.
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
        for (size, expected) in [(1, ""), (2, "a"), (3, "a"), (4, "aä"), (5, "aäb"), (9, "aäb")] {
            let mut buffer = [b'x' as c_char; 9];
            // SAFETY: a buffer of nine bytes.
            let text = unsafe {
                assert_eq!(put_text("aäb", buffer.as_mut_ptr(), size), 4);
                CStr::from_ptr(buffer.as_ptr())
            };
            assert_eq!(text.to_str(), Ok(expected), "size {size}");
        }
    }

    #[test]
    fn no_buffer_is_no_write() {
        // SAFETY: NULL, and a size of 0 behind which nothing is written.
        unsafe {
            assert_eq!(put_text("abc", std::ptr::null_mut(), 10), 3);
            assert_eq!(put_bytes(b"abc", std::ptr::dangling_mut(), 0), 3);
        }
    }
}
