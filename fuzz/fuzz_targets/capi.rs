//! The C face with any bytes, lengths and buffer sizes: nothing is read or written outside, and what does not fit is cut
//! between characters.
#![no_main]

use std::ffi::{c_char, c_int};
use std::ptr;

use libfuzzer_sys::fuzz_target;
use ::ocihooks::capi::*;

/// Behind every buffer, to see what is written there.
const GUARD: u8 = 0xA5;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (message_size, buffer_size, text) = input;
    for read in [ocihooks_parse, ocihooks_parse_config, ocihooks_parse_libcontainer] {
        let mut message = guarded(message_size);
        let mut hooks = ptr::null_mut();
        // SAFETY: the text has its length, the message its size, and hooks is a place for a pointer.
        let code = unsafe {
            read(text.as_ptr().cast(), text.len(), &raw mut hooks, pointer(&mut message), message_size.into())
        };
        check(&message, message_size, code == 0);
        assert_eq!(hooks.is_null(), code != 0);
        check_written(hooks, buffer_size);
        // SAFETY: made above; NULL is fine.
        unsafe { ocihooks_free(hooks) };
    }
    check_state(text, message_size, buffer_size);
});

fn check_written(hooks: *const ocihooks, size: u8) {
    for write in [ocihooks_to_json, ocihooks_to_libcontainer] {
        let mut buffer = guarded(size);
        // SAFETY: a handle or NULL, and a buffer of that size.
        let length = unsafe { write(hooks, pointer(&mut buffer), size.into()) };
        check(&buffer, size, false);
        assert!(size == 0 || end(&buffer) <= length);
    }
}

fn check_state(text: &[u8], message_size: u8, buffer_size: u8) {
    let (mut message, mut buffer) = (guarded(message_size), guarded(buffer_size));
    let mut length = 0;
    // SAFETY: buffers of these sizes; a state with its length.
    let code: c_int = unsafe {
        ocihooks_state_for_phase(
            text.as_ptr().cast(),
            text.len(),
            c"poststart".as_ptr(),
            3,
            pointer(&mut buffer),
            buffer_size.into(),
            &raw mut length,
            pointer(&mut message),
            message_size.into(),
        )
    };
    check(&message, message_size, code == 0);
    assert!(code != 0 || length > 0);
}

fn guarded(size: u8) -> Vec<u8> {
    vec![GUARD; usize::from(size) + 1]
}

fn pointer(buffer: &mut [u8]) -> *mut c_char {
    buffer.as_mut_ptr().cast()
}

fn end(buffer: &[u8]) -> usize {
    buffer.iter().position(|byte| *byte == 0).unwrap_or(buffer.len())
}

/// Nothing behind the buffer; a NUL in it; UTF-8 up to there; nothing where it went well.
fn check(buffer: &[u8], size: u8, is_empty: bool) {
    assert_eq!(buffer[usize::from(size)], GUARD, "written behind the buffer");
    if size > 0 && buffer[0] != GUARD {
        let end = end(buffer);
        assert!(end < usize::from(size), "no NUL");
        assert!(std::str::from_utf8(&buffer[..end]).is_ok(), "cut within a character");
        assert!(!is_empty || end == 0, "a message of what went well");
    }
}
