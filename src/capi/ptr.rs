//! The only pointer and buffer helpers. Pointers from C become values or errors, and text for C is truncated to its
//! buffer.
//!
//! Handles need no helper, because they are passed as references, and NULL as `None`.

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

/// Stores the value that `make` returns as a handle in `*out`. `*out` is NULL if `make` fails.
///
/// # Safety
/// `out` is NULL or has room for a pointer.
pub(super) unsafe fn hand_out<T>(
    out: *mut *mut T,
    name: &str,
    make: impl FnOnce() -> Result<T, Error>,
) -> Result<(), Error> {
    // SAFETY: NULL, or room for a pointer, which may be uninitialized as a C variable is.
    let out = given(unsafe { out.cast::<MaybeUninit<*mut T>>().as_mut() }, name)?;
    out.write(std::ptr::null_mut());
    out.write(Box::into_raw(Box::new(make()?)));
    Ok(())
}

/// Frees a handle.
///
/// # Safety
/// `pointer` is NULL, or was created by [`hand_out`] and not freed since.
pub(super) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: a pointer that is not NULL is a box that `hand_out` leaked.
        drop(unsafe { Box::from_raw(pointer) });
    }
}

/// Bytes with their length. NULL is an error, even with length 0.
///
/// # Safety
/// `pointer` is NULL or has `length` readable bytes for `'a`.
pub(super) unsafe fn bytes<'a>(pointer: *const c_char, length: usize, name: &str) -> Result<&'a [u8], Error> {
    if pointer.is_null() {
        return Err(null(name));
    }
    if isize::try_from(length).is_err() {
        return Err(Error::InvalidArgument(format!(
            "{name} has a length of {length}: no object is so large"
        )));
    }
    // SAFETY: the pointer is not NULL, and a slice may have this length.
    Ok(unsafe { std::slice::from_raw_parts(pointer.cast(), length) })
}

/// A NUL-terminated string; `None` for NULL.
///
/// # Safety
/// `pointer` is NULL or a NUL-terminated string for `'a`.
pub(super) unsafe fn string<'a>(pointer: *const c_char) -> Option<&'a CStr> {
    // SAFETY: only a pointer that is not NULL is read, and its string is NUL-terminated.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) })
}

/// A string that must be UTF-8 and not NULL.
pub(super) fn text<'a>(string: Option<&'a CStr>, name: &str) -> Result<&'a str, Error> {
    utf8(given(string, name)?, name)
}

/// A string that must be UTF-8 or NULL.
pub(super) fn optional_text<'a>(string: Option<&'a CStr>, name: &str) -> Result<Option<&'a str>, Error> {
    string.map(|string| utf8(string, name)).transpose()
}

fn utf8<'a>(string: &'a CStr, name: &str) -> Result<&'a str, Error> {
    string.to_str().map_err(|_| Error::InvalidArgument(format!("{name} is not UTF-8")))
}

/// A NULL-terminated array of strings; `None` if the array itself is NULL.
///
/// # Safety
/// `list` is NULL, or an array of NUL-terminated strings whose last element is NULL.
pub(super) unsafe fn strings(list: *const *const c_char, name: &str) -> Result<Option<Vec<String>>, Error> {
    if list.is_null() {
        return Ok(None);
    }
    let mut strings = Vec::new();
    for place in 0.. {
        // SAFETY: NULL ends the array and the loop, so nothing after it is read.
        match unsafe { string(*list.add(place)) } {
            Some(text) => strings.push(utf8(text, name)?.to_owned()),
            None => break,
        }
    }
    Ok(Some(strings))
}

/// An array of `count` UTF-8 texts. The pointer is ignored where `count` is 0.
///
/// # Safety
/// NULL, or an array of `count` NUL-terminated strings or NULLs that lives as long as `'a`.
pub(super) unsafe fn texts<'a>(
    list: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<&'a str>, Error> {
    if count > 0 && list.is_null() {
        return Err(null(name));
    }
    // SAFETY: `count` is 0, or the array has that many entries.
    (0..count).map(|place| text(unsafe { string(*list.add(place)) }, name)).collect()
}

/// The part of a UTF-8 text that fits a buffer of that size with its NUL, truncated between characters.
pub(super) fn cut_text(text: &[u8], size: usize) -> &[u8] {
    let mut fits = text.len().min(size.saturating_sub(1));
    while fits > 0 && text.get(fits).is_some_and(|byte| byte & 0xc0 == 0x80) {
        fits -= 1;
    }
    &text[..fits]
}

/// The part of raw bytes that fits a buffer of that size with its NUL, truncated anywhere.
pub(super) fn cut_bytes(bytes: &[u8], size: usize) -> &[u8] {
    &bytes[..bytes.len().min(size.saturating_sub(1))]
}

/// Writes bytes and a terminating NUL.
///
/// # Safety
/// `buffer` is NULL or has `size` writable bytes; `bytes` is shorter than `size`, or empty.
pub(super) unsafe fn put(bytes: &[u8], buffer: *mut c_char, size: usize) {
    if buffer.is_null() || size == 0 {
        return;
    }
    // SAFETY: the buffer is longer than the bytes. It belongs to the host, so it does not overlap the library's memory.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), buffer, bytes.len());
        *buffer.add(bytes.len()) = 0;
    }
}

/// Hands out a text and its length. A buffer that is too small for the whole text is an error, because half of a JSON document
/// is none; no buffer asks for the length only.
///
/// # Safety
/// `buf` is NULL, or has that size; `length` is NULL, or has room for a number.
pub(super) unsafe fn hand_over(
    text: &str,
    buf: *mut c_char,
    buf_size: usize,
    length: *mut usize,
) -> Result<(), Error> {
    let fits = text.len() < buf_size;
    // SAFETY: as this function asks. The length is written and not borrowed: a C variable may be uninitialized.
    unsafe {
        if !length.is_null() {
            length.write(text.len());
        }
        put(if fits { text.as_bytes() } else { b"" }, buf, buf_size);
    }
    if fits || buf.is_null() {
        return Ok(());
    }
    let needed = text.len() + 1;
    Err(Error::InvalidArgument(format!("buf_size is {buf_size}: the text takes {needed}, with its NUL")))
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
        // SAFETY: a buffer of 5 bytes; NULL; and a size of 0, with which nothing is written.
        unsafe {
            put(b"abc", buffer.as_mut_ptr(), 5);
            put(b"", std::ptr::null_mut(), 10);
            put(b"", std::ptr::dangling_mut(), 0);
        }
        assert_eq!(buffer.map(|byte| byte as u8), *b"abc\0x");
    }
}
