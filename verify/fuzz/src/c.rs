//! C functions called with buffers of any size.

use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr;

/// Guard bytes behind every buffer, which detect writes there.
const GUARD: u8 = 0xA5;

/// More than any small buffer, and enough for a callback's message.
const MESSAGE_ROOM: usize = 1 << 14;

/// Calls a function that writes text like snprintf: with room for all, with a small buffer, and with none. The small
/// buffer gets the part that fits, up to the end of a character.
pub fn text(size: usize, write: impl Fn(*mut c_char, usize) -> usize) -> String {
    let text = String::from_utf8(whole(size, &write)).expect("text is UTF-8");
    let written = small(size, text_that_fits(&text, size), |buffer, size| write(buffer, size));
    assert_eq!(written, text.len(), "the whole length, whatever fits");
    text
}

/// The same for a function that writes bytes, which are cut anywhere.
pub fn bytes(size: usize, write: impl Fn(*mut c_char, usize) -> usize) -> Vec<u8> {
    let bytes = whole(size, &write);
    let fits = &bytes[..size.saturating_sub(1).min(bytes.len())];
    let written = small(size, fits, |buffer, size| write(buffer, size));
    assert_eq!(written, bytes.len(), "the whole length, whatever fits");
    bytes
}

/// Calls a function that returns a code and leaves a message: with room for all of it, with a small buffer, and with
/// none. The function has to be repeatable.
pub fn coded(size: usize, call: impl Fn(*mut c_char, usize) -> c_int) -> (c_int, String) {
    let mut room = vec![0_u8; MESSAGE_ROOM];
    let code = call(room.as_mut_ptr().cast(), MESSAGE_ROOM);
    let message = CStr::from_bytes_until_nul(&room).expect("a NUL").to_str().expect("UTF-8").to_owned();
    assert_eq!(
        code == 0,
        message.is_empty(),
        "a message where it failed, and only there: {code} {message:?}"
    );
    assert_eq!(call(ptr::null_mut(), size), code, "a NULL buffer changes the code");
    let again = small(size, text_that_fits(&message, size), &call);
    assert_eq!(again, code, "the same code again");
    (code, message)
}

fn whole(size: usize, write: &impl Fn(*mut c_char, usize) -> usize) -> Vec<u8> {
    let length = write(ptr::null_mut(), size);
    let mut buffer = vec![GUARD; length + 2];
    assert_eq!(write(buffer.as_mut_ptr().cast(), length + 1), length, "the same length again");
    assert_eq!(buffer[length..], [0, GUARD], "one NUL behind the text, and nothing else");
    buffer.truncate(length);
    buffer
}

fn text_that_fits(text: &str, size: usize) -> &[u8] {
    let mut fits = size.saturating_sub(1).min(text.len());
    while !text.is_char_boundary(fits) {
        fits -= 1;
    }
    &text.as_bytes()[..fits]
}

fn small<T>(size: usize, expected: &[u8], call: impl Fn(*mut c_char, usize) -> T) -> T {
    let mut buffer = vec![GUARD; size + 1];
    let value = call(buffer.as_mut_ptr().cast(), size);
    let used = if size == 0 {
        0
    } else {
        assert_eq!(&buffer[..expected.len()], expected, "as much as fits");
        assert_eq!(buffer[expected.len()], 0, "a NUL behind it");
        expected.len() + 1
    };
    assert!(buffer[used..].iter().all(|byte| *byte == GUARD), "written behind the end");
    value
}

/// NUL-terminated strings: the parts between the NULs of an input.
pub fn strings(bytes: &[u8]) -> Vec<CString> {
    bytes.split(|byte| *byte == 0).filter_map(|part| CString::new(part).ok()).collect()
}

/// A C list of pointers, with NULL behind the last.
pub fn list(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect()
}
