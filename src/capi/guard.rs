//! The guards that every exported function runs in. They keep panics inside, defer pthread_cancel, and turn an error
//! into a code and a message.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_int};
use std::marker::PhantomData;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::sync::Once;

use super::ptr::{cut_bytes, cut_text, put};
use crate::error::{Code, Error};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs the body of a function that returns a code, and writes the message, which is empty on success.
pub(super) fn guard(
    errmsg: *mut c_char,
    errmsg_size: usize,
    body: impl FnOnce() -> Result<(), Error>,
) -> c_int {
    let mut body = Some(body);
    tell(errmsg, errmsg_size, Body::new(&mut || body.take().map_or(Ok(()), |body| body())))
}

/// Runs the body of a function that returns any other value; a panic returns `otherwise`.
pub(super) fn guard_value<T: Copy>(otherwise: T, body: impl FnOnce() -> T) -> T {
    let (mut value, mut body) = (otherwise, Some(body));
    let mut call = || {
        if let Some(body) = body.take() {
            value = body();
        }
    };
    try_value(Body::new(&mut call));
    value
}

/// Runs the body of a function that writes a text into the host's buffer as snprintf does, and returns the whole
/// length. The text is empty if the body returns none or panics.
pub(super) fn guard_text<'t>(
    buf: *mut c_char,
    buf_size: usize,
    body: impl FnOnce() -> Option<Cow<'t, str>>,
) -> usize {
    let mut body = Some(body);
    write_text(buf, buf_size, Body::new(&mut || body.take().and_then(|body| body())))
}

/// Does the same as [`guard_text`] for raw bytes.
pub(super) fn guard_bytes<'t>(
    buf: *mut c_char,
    buf_size: usize,
    body: impl FnOnce() -> Option<Cow<'t, [u8]>>,
) -> usize {
    let mut body = Some(body);
    write(buf, buf_size, cut_bytes, Body::new(&mut || body.take().and_then(|body| body())))
}

/// The part of [`guard`] that is the same for every body.
fn tell(errmsg: *mut c_char, errmsg_size: usize, mut body: Body<'_, Result<(), Error>>) -> c_int {
    let mut number = Code::Ok.as_raw();
    not_canceled(Body::new(&mut || {
        let result = caught(|| body.call()).unwrap_or_else(|text| Err(Error::Internal(text)));
        let mut text = String::new();
        if let Err(error) = result {
            number = error.code().as_raw();
            text = caught(|| error.to_string()).unwrap_or_default();
        }
        // SAFETY: a buffer of that size, or NULL, as every function's documentation requires of errmsg.
        unsafe { put(cut_text(text.as_bytes(), errmsg_size), errmsg, errmsg_size) };
    }));
    number
}

/// The part of [`guard_text`] that is the same for every body.
fn write_text(buf: *mut c_char, buf_size: usize, mut body: Body<'_, Option<Cow<'_, str>>>) -> usize {
    let mut bytes = || match body.call()? {
        Cow::Borrowed(text) => Some(Cow::Borrowed(text.as_bytes())),
        Cow::Owned(text) => Some(Cow::Owned(text.into_bytes())),
    };
    write(buf, buf_size, cut_text, Body::new(&mut bytes))
}

/// The part of [`guard_text`] and [`guard_bytes`] that is the same for every body.
fn write(
    buf: *mut c_char,
    buf_size: usize,
    cut: fn(&[u8], usize) -> &[u8],
    mut body: Body<'_, Option<Cow<'_, [u8]>>>,
) -> usize {
    let mut length = 0;
    not_canceled(Body::new(&mut || {
        let whole = caught(|| body.call()).ok().flatten().unwrap_or_default();
        // SAFETY: a buffer of that size, or NULL, as every function's documentation requires of buf.
        unsafe { put(cut(&whole, buf_size), buf, buf_size) };
        length = whole.len();
    }));
    length
}

/// The part of [`guard_value`] that is the same for every body. A body that panics leaves the value unchanged.
fn try_value(mut body: Body<'_, ()>) {
    not_canceled(Body::new(&mut || drop(caught(|| body.call()))));
}

/// The body of a function: the closure's address and the function that calls it. It is a `dyn FnMut` without a vtable.
/// Sixty vtables, and sixty copies of the code that runs a body, would add 25 KB to the library.
struct Body<'b, R> {
    call: unsafe fn(*mut ()) -> R,
    closure: *mut (),
    borrowed: PhantomData<&'b mut ()>,
}

impl<'b, R> Body<'b, R> {
    fn new<F: FnMut() -> R>(closure: &'b mut F) -> Self {
        /// # Safety
        /// `closure` is the address of a closure of type `F`, which nobody else uses.
        unsafe fn call<R, F: FnMut() -> R>(closure: *mut ()) -> R {
            // SAFETY: `new` pairs this function with the closure's address, and borrows the closure.
            unsafe { (*closure.cast::<F>())() }
        }
        Body { call: call::<R, F>, closure: ptr::from_mut(closure).cast(), borrowed: PhantomData }
    }

    fn call(&mut self) -> R {
        // SAFETY: `new` paired the two, and the closure is borrowed while this value exists.
        unsafe { (self.call)(self.closure) }
    }
}

/// The values of <pthread.h> in glibc and musl.
const PTHREAD_CANCEL_DISABLE: c_int = 1;
const PTHREAD_CANCEL_DEFERRED: c_int = 0;

unsafe extern "C" {
    // The libc crate declares them for other systems only.
    safe fn pthread_setcancelstate(state: c_int, before: Option<&mut c_int>) -> c_int;
    safe fn pthread_setcanceltype(kind: c_int, before: Option<&mut c_int>) -> c_int;
}

/// Makes a call during which pthread_cancel has no effect on the calling thread. It takes effect later: when an
/// asynchronous type is restored, or at the host's next cancellation point.
///
/// glibc cancels a thread by unwinding its stack. It aborts the process if a frame stops the unwinding, as does every
/// frame that catches panics or has values to drop. Such frames exist below [`contained`] only, where nothing is
/// canceled. The frames above it hold plain values: a function's result is `Copy`.
///
/// The type is changed as well as the state, because glibc's signal handler checks the type alone (observed in 2.36). A
/// signal that another thread was about to send when the state changed would still cancel the thread. glibc's
/// cancellation points make the type asynchronous for a moment in any state, and the call has many of them. Therefore
/// such a signal is awaited before the call.
fn not_canceled(call: Body<'_, ()>) {
    let (mut state, mut kind) = (PTHREAD_CANCEL_DISABLE, PTHREAD_CANCEL_DEFERRED);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, Some(&mut state));
    pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, Some(&mut kind));
    if kind != PTHREAD_CANCEL_DEFERRED {
        wait_for_late_signal();
    }
    contained(call);
    pthread_setcancelstate(state, None);
    pthread_setcanceltype(kind, None);
}

/// Waits for the signal of a pthread_cancel that read this thread's state before it changed; later ones send no signal.
/// glibc's cancellation points do so when they end, and this poll has no other purpose.
fn wait_for_late_signal() {
    // SAFETY: an empty list of descriptors, and a timeout of 0.
    unsafe { libc::poll(ptr::null_mut(), 0, 0) };
}

/// Makes the call in a frame that never unwinds, which the compiler knows of every `extern "C"` function.
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "only Rust calls it")]
extern "C" fn contained(mut call: Body<'_, ()>) {
    call.call();
}

/// Runs a body. A panic is returned as its text instead of being printed to the host's stderr.
fn caught<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    hush();
    let outer = INSIDE.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    INSIDE.set(outer);
    result.map_err(|payload| {
        // The payload may panic again when dropped, so its few bytes are leaked.
        std::mem::forget(payload);
        PANIC.take().unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// Silences panics inside [`caught`] and passes all others to the previous hook. The hook belongs to the Rust runtime;
/// in a C host, that is the copy in this library.
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

    #[test]
    fn a_panic_is_an_internal_error_with_its_text() {
        let mut message = [0; 256];
        let code = guard(message.as_mut_ptr(), message.len(), || panic!("on purpose"));
        assert_eq!(code, Code::Internal.as_raw());
        let text = String::from_utf8_lossy(&message.map(|byte| byte as u8)).into_owned();
        let text = text.split('\0').next().unwrap_or_default();
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
