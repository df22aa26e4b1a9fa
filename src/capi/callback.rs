//! Functions of the host as hooks.

use std::ffi::{CString, c_char, c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::guard::guard;
use super::map::ocihooks;
use super::ptr;
use crate::hook::{Callback, CallbackCall, CallbackFailure, Hook};

/// The room that a callback has for its message, in bytes: as much as a line that people read.
const MESSAGE_BYTES: usize = 4096;

/// A hook that is a function of the host's. 0: it went well. Else it failed, and what it wrote into errmsg
/// (NUL-ended, errmsg_size bytes of room) joins the error's text.
///
/// phase is the phase's name; state the container's state, state_len bytes of JSON with a NUL behind them. Both
/// are only good during the call. It runs on the thread that called ocihooks_run(), and no time limit interrupts
/// it. It may run phases of the same map, but not change the map.
///
/// It must return: no longjmp, no pthread_exit and no C++ exception may leave it. It runs with the thread's cancellation
/// disabled, and must not enable it.
pub type ocihooks_callback = Option<
    unsafe extern "C" fn(
        phase: *const c_char,
        state: *const c_char,
        state_len: usize,
        errmsg: *mut c_char,
        errmsg_size: usize,
        userdata: *mut c_void,
    ) -> c_int,
>;

/// Frees what a callback was given as userdata; NULL where there is nothing to free. It must return, as an
/// ocihooks_callback must, and runs with cancellation disabled, too. It must not use a handle that is being freed. A runner
/// whose setter calls it may be used.
pub type ocihooks_destroy = Option<unsafe extern "C" fn(userdata: *mut c_void)>;

/// Appends a function of the host's to a phase. It runs in order with the commands, and is never written by
/// ocihooks_to_json().
///
/// @param hooks        the map; not NULL.
/// @param phase        the phase's name; not NULL, not empty, UTF-8. One that the spec does not know is made.
/// @param callback     the function; not NULL. It may be called by every thread that runs the phase, at once.
/// @param userdata     handed to it; may be NULL.
/// @param destroy      called once with userdata, when the last map that holds the callback is freed; may be
///                     NULL. After a failure of this call it is not called: userdata is still yours.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK; OCIHOOKS_ERR_INVALID_ARGUMENT (NULL, a phase name that is empty or not UTF-8, or one that the
///         map holds with a value that is no list of hooks); OCIHOOKS_ERR_INTERNAL.
///
/// No other thread may use the map meanwhile.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_add_callback(
    hooks: Option<&mut ocihooks>,
    phase: *const c_char,
    callback: ocihooks_callback,
    userdata: *mut c_void,
    destroy: ocihooks_destroy,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        let map = &mut ptr::given(hooks, "hooks")?.hooks;
        // SAFETY: the header asks for a NUL-ended string, or NULL.
        let phase = ptr::text(unsafe { ptr::string(phase) }, "phase")?;
        let function = ptr::given(callback, "callback")?;
        let data = Arc::new(UserData::new(userdata, destroy));
        let own = Arc::clone(&data);
        let hook = Callback::new(move |call| invoke(function, call, own.pointer()));
        map.add(phase, Hook::Callback(hook))?;
        data.take_over();
        Ok(())
    })
}

/// The host's pointer, with what frees it.
#[derive(Debug)]
pub(super) struct UserData {
    pointer: *mut c_void,
    destroy: ocihooks_destroy,
    /// Until the call that brought it has succeeded, it is the caller's to free.
    ours: AtomicBool,
}

// SAFETY: the library never looks behind the pointer; that the host's functions may be called with it on any
// thread is what the header asks of them.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

impl UserData {
    pub fn new(pointer: *mut c_void, destroy: ocihooks_destroy) -> Self {
        Self { pointer, destroy, ours: AtomicBool::new(false) }
    }

    pub fn pointer(&self) -> *mut c_void {
        self.pointer
    }

    pub fn take_over(&self) {
        self.ours.store(true, Ordering::Relaxed);
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let (Some(destroy), true) = (self.destroy, *self.ours.get_mut()) {
            // SAFETY: `drop` is the only caller, once, with the pointer that came with the function.
            unsafe { destroy(self.pointer) };
        }
    }
}

type Function =
    unsafe extern "C" fn(*const c_char, *const c_char, usize, *mut c_char, usize, *mut c_void) -> c_int;

/// Calls the host's function with what the header promises it.
fn invoke(function: Function, call: CallbackCall<'_>, userdata: *mut c_void) -> Result<(), CallbackFailure> {
    let phase = CString::new(call.phase).unwrap_or_default();
    let mut state = Vec::with_capacity(call.state.len() + 1);
    state.extend_from_slice(call.state);
    state.push(0);
    let mut message = [0_u8; MESSAGE_BYTES];
    // SAFETY: NUL-ended texts, and a buffer of the size that is said.
    let code = unsafe {
        let (text, length) = (state.as_ptr().cast(), call.state.len());
        function(phase.as_ptr(), text, length, message.as_mut_ptr().cast(), MESSAGE_BYTES, userdata)
    };
    if code == 0 {
        return Ok(());
    }
    // Up to its NUL, or all of the room where the host wrote none.
    let length = message.iter().position(|byte| *byte == 0).unwrap_or(MESSAGE_BYTES);
    Err(CallbackFailure { code, message: String::from_utf8_lossy(&message[..length]).into_owned() })
}
