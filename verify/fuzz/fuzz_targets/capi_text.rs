//! Functions of the C API that take text: any bytes, lengths and buffer sizes. They write the whole text or the part
//! that fits, and nothing behind it.
#![no_main]

use std::ffi::c_char;
use std::ptr;

use ::ocihooks::capi::*;
use ::ocihooks::json;
use libfuzzer_sys::fuzz_target;
use ocihooks_fuzz::c;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (message_size, buffer_size, text) = input;
    let (message_size, buffer_size) = (usize::from(message_size), usize::from(buffer_size));
    for (read, plainly) in [
        (ocihooks_parse as Read, json::parse as fn(&[u8]) -> _),
        (ocihooks_parse_config, json::parse_config),
        (ocihooks_parse_libcontainer, json::parse_libcontainer),
    ] {
        let hooks = parsed(read, text, message_size);
        let plain = plainly(text);
        assert_eq!(hooks.is_null(), plain.is_err());
        // SAFETY: the map that was read, or NULL; it has no other user.
        let map = unsafe { hooks.as_ref() };
        check_written(map, buffer_size, plain.ok().as_ref());
        check_copies(map, message_size, buffer_size);
        // SAFETY: created above; NULL is allowed.
        unsafe { ocihooks_free(hooks) };
    }
    check_fitted(text, message_size, buffer_size);
    check_made(text, message_size, buffer_size);
});

type Read = unsafe extern "C" fn(*const c_char, usize, *mut *mut ocihooks, *mut c_char, usize) -> i32;

fn parsed(read: Read, text: &[u8], size: usize) -> *mut ocihooks {
    let mut hooks = ptr::null_mut();
    // SAFETY: the text has its length, the message its size, and hooks is a place for a pointer.
    let call = |hooks: *mut *mut ocihooks, message, size| unsafe {
        read(text.as_ptr().cast(), text.len(), hooks, message, size)
    };
    let (code, _) = c::coded(size, |message, size| {
        let mut hooks = ptr::dangling_mut();
        let code = call(&raw mut hooks, message, size);
        assert_eq!(code != 0, hooks.is_null());
        // SAFETY: just created; NULL is allowed.
        unsafe { ocihooks_free(hooks) };
        code
    });
    assert_eq!(call(&raw mut hooks, ptr::null_mut(), 0), code);
    hooks
}

fn check_written(hooks: Option<&ocihooks>, size: usize, plain: Option<&::ocihooks::Hooks>) {
    // SAFETY: a buffer of that size.
    let text = c::text(size, |buffer, size| unsafe { ocihooks_to_json(hooks, buffer, size) });
    assert_eq!(text, plain.map(json::to_string).unwrap_or_default());
    // SAFETY: as above.
    let text = c::text(size, |buffer, size| unsafe { ocihooks_to_libcontainer(hooks, buffer, size) });
    assert_eq!(text, plain.map(json::to_libcontainer).unwrap_or_default());
}

/// A copy equals its original. A map merged with its copy has every hook twice.
fn check_copies(hooks: Option<&ocihooks>, message_size: usize, size: usize) {
    let mut copy = ptr::null_mut();
    let original = hooks.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: handles or NULL, a place for a pointer, and buffers of their sizes.
    unsafe {
        let code = ocihooks_clone(hooks, &raw mut copy, ptr::null_mut(), message_size);
        assert_eq!(code == 0, hooks.is_some());
        let written = |map| c::text(size, |buffer, size| ocihooks_to_json(map, buffer, size));
        assert_eq!(written(copy.as_ref()), written(hooks));
        let (code, _) = c::coded(message_size, |message, size| {
            let mut merged = ptr::null_mut();
            ocihooks_clone(copy.as_ref(), &raw mut merged, ptr::null_mut(), 0);
            let code = ocihooks_merge(merged, original, message, size);
            for phase in 0..ocihooks_phase_count() {
                let name = ocihooks_phase_name(phase);
                assert_eq!(ocihooks_count(merged.as_ref(), name), 2 * ocihooks_count(hooks, name));
            }
            ocihooks_free(merged);
            code
        });
        assert_eq!(code == 0, hooks.is_some());
        ocihooks_free(copy);
    }
}

fn check_fitted(state: &[u8], message_size: usize, size: usize) {
    let fit = |buffer, room, length: &mut usize, message, message_room| {
        let (text, phase) = (state.as_ptr().cast(), c"poststart".as_ptr());
        // SAFETY: buffers of these sizes, and a state with its length.
        unsafe {
            ocihooks_state_for_phase(text, state.len(), phase, 3, buffer, room, length, message, message_room)
        }
    };
    let (code, _) = c::coded(message_size, |message, room| fit(ptr::null_mut(), 0, &mut 0, message, room));
    let mut length = usize::MAX;
    assert_eq!(fit(ptr::null_mut(), 0, &mut length, ptr::null_mut(), 0), code);
    assert_eq!(code != 0, length == usize::MAX, "a length, where it went well");
    if code == 0 {
        let fitted = whole_state(size, |buffer, room, length| fit(buffer, room, length, ptr::null_mut(), 0));
        assert_eq!(Ok(fitted), ::ocihooks::for_phase(state, "poststart", Some(3)));
    }
}

/// A function that makes a state writes the whole state, or an error and an empty string if the buffer is too small.
fn whole_state(size: usize, write: impl Fn(*mut c_char, usize, &mut usize) -> i32) -> String {
    let mut length = 0;
    assert_eq!(write(ptr::null_mut(), 0, &mut length), 0);
    let mut small = vec![1_u8; size.min(length)];
    let mut said = 0;
    assert_eq!(write(small.as_mut_ptr().cast(), small.len(), &mut said), -1);
    assert_eq!((said, small.first().copied().unwrap_or(0)), (length, 0));
    let mut buffer = vec![1_u8; length + 1];
    assert_eq!(write(buffer.as_mut_ptr().cast(), buffer.len(), &mut said), 0);
    assert_eq!(buffer.pop(), Some(0));
    String::from_utf8(buffer).expect("UTF-8")
}

/// A state from the parts of the input.
fn check_made(input: &[u8], message_size: usize, size: usize) {
    let parts = c::strings(input);
    let part = |place: usize| parts.get(place).map_or(ptr::null(), |text| text.as_ptr());
    let annotations = c::list(parts.get(4..).unwrap_or_default());
    let count = parts.len().saturating_sub(4) / 2;
    let make = |buffer, room, length: &mut usize, message, message_room| {
        let (pid, list) = (input.len() as i32 % 3 - 1, annotations.as_ptr());
        // SAFETY: NUL-ended strings or NULL, a list of twice as many as is said, and buffers of these sizes.
        unsafe {
            ocihooks_state_new(
                part(0),
                part(1),
                part(2),
                pid,
                part(3),
                list,
                list.add(count),
                count,
                c"{\"root\":\"/r\"}".as_ptr(),
                13,
                buffer,
                room,
                length,
                message,
                message_room,
            )
        }
    };
    let (code, _) = c::coded(message_size, |message, room| make(ptr::null_mut(), 0, &mut 0, message, room));
    if code == 0 {
        let made = whole_state(size, |buffer, room, length| make(buffer, room, length, ptr::null_mut(), 0));
        assert!(ocihooks_fuzz::model::state(&made), "{made}");
    }
}
