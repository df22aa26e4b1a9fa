//! What every exported function runs in: no panic leaves it, and its error becomes a code and a message.

use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_int};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use super::ptr;
use crate::error::{Code, Error};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs the body of a function that returns a code, and leaves the message: empty on success.
pub(super) fn guard(
    errmsg: *mut c_char,
    errmsg_size: usize,
    body: impl FnOnce() -> Result<(), Error>,
) -> c_int {
    let result = caught(body).unwrap_or_else(|text| Err(Error::Internal(text)));
    let (code, text) = match result {
        Ok(()) => (Code::Ok, String::new()),
        Err(error) => (error.code(), caught(|| error.to_string()).unwrap_or_default()),
    };
    // SAFETY: a buffer of that size, or NULL: what every function's documentation asks of errmsg.
    unsafe { ptr::put_text(&text, errmsg, errmsg_size) };
    code.as_raw()
}

/// Runs the body of a function that returns something else; `otherwise` is returned for a panic.
pub(super) fn guard_value<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    caught(body).unwrap_or(otherwise)
}

/// Runs a body; a panic comes back as its text, and not on the host's stderr.
fn caught<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    hush();
    let outer = INSIDE.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    INSIDE.set(outer);
    result.map_err(|payload| {
        // What it carries could panic again when dropped; what little it holds may leak.
        std::mem::forget(payload);
        PANIC.take().unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// Keeps panics inside of [`caught`] to ourselves; all others go where they went before. The hook is the
/// Rust runtime's: a C host has none but the one in this library.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if INSIDE.get() {
                PANIC.set(Some(info.to_string()));
            } else {
                before(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    #[test]
    fn a_panic_is_an_internal_error_with_its_text() {
        let mut message = [0; 256];
        let code = guard(message.as_mut_ptr(), message.len(), || panic!("on purpose"));
        assert_eq!(code, Code::Internal.as_raw());
        // SAFETY: guard ends what it writes with a NUL.
        let text = unsafe { CStr::from_ptr(message.as_ptr()) }.to_string_lossy().into_owned();
        assert!(text.starts_with("internal error of libocihooks: panicked at"), "{text}");
        assert!(text.ends_with("on purpose"), "{text}");
        assert_eq!(guard_value(7, || panic!("on purpose")), 7);
    }

    #[test]
    fn success_leaves_an_empty_message() {
        let mut message = [b'x' as c_char; 4];
        assert_eq!(guard(message.as_mut_ptr(), message.len(), || Ok(())), 0);
        assert_eq!(message[0], 0);
    }
}
