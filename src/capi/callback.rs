//! Functions of the host as hooks.

use std::ffi::{CString, c_char, c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::guard::guard;
use super::map::ocihooks;
use super::ptr;
use crate::hook::{Callback, CallbackCall, CallbackFailure, Hook};

/// The size of a callback's message buffer, in bytes: ample for a line that people read.
const MESSAGE_BYTES: usize = 4096;

/// A hook that is a function of the host.
///
/// The callback runs on the thread that called ocihooks_run(), and no time limit interrupts it. It may run phases of
/// the same map, but must not modify the map. It must return normally: longjmp, pthread_exit and C++ exceptions must
/// not leave it. It runs with the thread's cancellation disabled and must keep it disabled.
///
/// @param phase        the name of the phase; valid during the call.
/// @param state        the container's state: state_len bytes of JSON, then a NUL; valid during the call.
/// @param state_len    the length of state in bytes.
/// @param errmsg       receives the reason of a failure, NUL-terminated, which becomes part of the run's error
///                     message.
/// @param errmsg_size  the size of errmsg in bytes.
/// @param userdata     the pointer that was given to ocihooks_add_callback().
/// @return 0 on success; any other value means that the hook failed.
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

/// Frees the userdata of a callback; NULL if there is nothing to free.
///
/// It must return normally, as an ocihooks_callback must, and also runs with the thread's cancellation disabled. It
/// must not use the handle that is being freed. If a runner's setter calls it, it may use that runner.
///
/// @param userdata  the pointer that was given with the callback.
pub type ocihooks_destroy = Option<unsafe extern "C" fn(userdata: *mut c_void)>;

/// Appends a function of the host to a phase. It runs in order with the commands. ocihooks_to_json() leaves it out.
///
/// @param hooks        the map; not NULL.
/// @param phase        the name of the phase, UTF-8; neither NULL nor empty. A phase that is not in the map is
///                     created, even if the runtime-spec does not define it.
/// @param callback     the function; not NULL. Threads that run the phase may call it concurrently.
/// @param userdata     the pointer that callback receives; may be NULL. The map owns it after success; the caller
///                     keeps it after a failure.
/// @param destroy      called once with userdata, when the last map that holds the callback is freed; may be NULL. It
///                     is not called if this call fails.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  hooks, phase or callback is NULL; phase is empty or not UTF-8; or the map
///                                        has a member of that name whose value is not a list of hooks.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the map during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
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
        // SAFETY: the header requires a NUL-terminated string, or NULL.
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

/// The host's pointer, with the function that frees it.
#[derive(Debug)]
pub(super) struct UserData {
    pointer: *mut c_void,
    destroy: ocihooks_destroy,
    /// Set once the call that passed the pointer has succeeded. Until then the caller owns it.
    ours: AtomicBool,
}

// SAFETY: the library never dereferences the pointer. The header requires that the host's functions accept it on any
// thread.
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
            // SAFETY: `drop` is the only caller. It runs once, with the pointer that came with the function.
            unsafe { destroy(self.pointer) };
        }
    }
}

type Function =
    unsafe extern "C" fn(*const c_char, *const c_char, usize, *mut c_char, usize, *mut c_void) -> c_int;

/// Calls the host's function with the arguments that the header describes.
fn invoke(function: Function, call: CallbackCall<'_>, userdata: *mut c_void) -> Result<(), CallbackFailure> {
    let phase = CString::new(call.phase).unwrap_or_default();
    let mut state = Vec::with_capacity(call.state.len() + 1);
    state.extend_from_slice(call.state);
    state.push(0);
    let mut message = [0_u8; MESSAGE_BYTES];
    // SAFETY: NUL-terminated texts, and a buffer of the given size.
    let code = unsafe {
        let (text, length) = (state.as_ptr().cast(), call.state.len());
        function(phase.as_ptr(), text, length, message.as_mut_ptr().cast(), MESSAGE_BYTES, userdata)
    };
    if code == 0 {
        return Ok(());
    }
    // The message ends at its NUL, or at the end of the buffer if the host wrote none.
    let length = message.iter().position(|byte| *byte == 0).unwrap_or(MESSAGE_BYTES);
    Err(CallbackFailure { code, message: String::from_utf8_lossy(&message[..length]).into_owned() })
}
