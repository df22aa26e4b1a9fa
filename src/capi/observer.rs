//! Functions of the host that observe a phase.

use std::ffi::{CString, c_char, c_int, c_void};
use std::sync::Arc;

use super::callback::{UserData, ocihooks_destroy};
use super::constants::ocihooks_event;
use super::guard::guard;
use super::ptr;
use super::report_hook::outcome_number;
use super::runner::ocihooks_runner;
use crate::run::Event;
use crate::run::report::nanoseconds;

/// Is called before and after each hook, on the thread that called ocihooks_run().
///
/// It must return normally: longjmp, pthread_exit and C++ exceptions must not leave it. It runs with the thread's
/// cancellation disabled and must keep it disabled. All texts are valid during the call only.
///
/// @param event        an ocihooks_event.
/// @param phase        the name of the phase.
/// @param index        the hook's index in the phase, from 0.
/// @param path         the hook's path; NULL for a callback.
/// @param outcome      an ocihooks_outcome; -1 with OCIHOOKS_EVENT_BEFORE.
/// @param message      the cause of a failure; empty on success and with OCIHOOKS_EVENT_BEFORE.
/// @param duration_ns  the hook's run time in nanoseconds; 0 with OCIHOOKS_EVENT_BEFORE.
/// @param userdata     the pointer that was given to ocihooks_runner_set_observer().
pub type ocihooks_observer = Option<
    unsafe extern "C" fn(
        event: c_int,
        phase: *const c_char,
        index: usize,
        path: *const c_char,
        outcome: c_int,
        message: *const c_char,
        duration_ns: u64,
        userdata: *mut c_void,
    ),
>;

/// Receives captured output as it arrives, on the thread that called ocihooks_run(). It receives all output, however
/// little of it the report keeps.
///
/// It must return normally: longjmp, pthread_exit and C++ exceptions must not leave it. It runs with the thread's
/// cancellation disabled and must keep it disabled.
///
/// @param index     the hook's index in the phase, from 0.
/// @param stream    an ocihooks_stream.
/// @param data      the output, size bytes without a terminating NUL; valid during the call only.
/// @param size      the number of bytes.
/// @param userdata  the pointer that was given to ocihooks_runner_set_output_callback().
pub type ocihooks_output_callback = Option<
    unsafe extern "C" fn(
        index: usize,
        stream: c_int,
        data: *const c_char,
        size: usize,
        userdata: *mut c_void,
    ),
>;

/// Sets a function that is called before and after each hook that runs. Default: none.
///
/// @param runner       the runner; not NULL.
/// @param observer     the function; NULL for none. Threads that run phases with the runner may call it concurrently.
/// @param userdata     the pointer that observer receives; may be NULL. The runner owns it after success; the caller
///                     keeps it after a failure.
/// @param destroy      called once with userdata, when the option is changed or the runner is freed; may be NULL. It
///                     is not called if this call fails.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_observer(
    runner: *mut ocihooks_runner,
    observer: ocihooks_observer,
    userdata: *mut c_void,
    destroy: ocihooks_destroy,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: a runner that nobody else uses, or NULL. The borrow ends with set_event(). The drop after it may call
        // the previous destroy function, which may use the runner.
        let runner = ptr::given(unsafe { runner.as_mut() }, "runner")?;
        let data = Arc::new(UserData::new(userdata, destroy));
        data.take_over();
        drop(set_event(runner, observer, data));
        Ok(())
    })
}

/// Returns the userdata of the previous function.
fn set_event(
    runner: &mut ocihooks_runner,
    observer: ocihooks_observer,
    data: Arc<UserData>,
) -> Option<Arc<UserData>> {
    let own = Arc::clone(&data);
    match observer {
        Some(function) => runner.runner.on_event(move |event| tell(function, event, &own)),
        None => runner.runner.clear_event(),
    };
    runner.observer_data.replace(data)
}

/// Sets a function that receives captured output as it arrives, in addition to the report. Default: none.
///
/// @param runner       the runner; not NULL.
/// @param callback     the function; NULL for none. Threads that run phases with the runner may call it concurrently.
/// @param userdata     the pointer that callback receives; may be NULL. The runner owns it after success; the caller
///                     keeps it after a failure.
/// @param destroy      called once with userdata, when the option is changed or the runner is freed; may be NULL. It
///                     is not called if this call fails.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// Each pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_output_callback(
    runner: *mut ocihooks_runner,
    callback: ocihooks_output_callback,
    userdata: *mut c_void,
    destroy: ocihooks_destroy,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    guard(errmsg, errmsg_size, || {
        // SAFETY: a runner that nobody else uses, or NULL. The borrow ends with set_output(). The drop after it may
        // call the previous destroy function, which may use the runner.
        let runner = ptr::given(unsafe { runner.as_mut() }, "runner")?;
        let data = Arc::new(UserData::new(userdata, destroy));
        data.take_over();
        drop(set_output(runner, callback, data));
        Ok(())
    })
}

/// Returns the userdata of the previous function.
fn set_output(
    runner: &mut ocihooks_runner,
    callback: ocihooks_output_callback,
    data: Arc<UserData>,
) -> Option<Arc<UserData>> {
    let own = Arc::clone(&data);
    match callback {
        Some(function) => runner.runner.on_output(move |index, stream, bytes| {
            let (text, size) = (bytes.as_ptr().cast(), bytes.len());
            // SAFETY: bytes with their length, valid during the call.
            unsafe { function(index, stream as c_int, text, size, own.pointer()) };
        }),
        None => runner.runner.clear_output(),
    };
    runner.output_data.replace(data)
}

type Function =
    unsafe extern "C" fn(c_int, *const c_char, usize, *const c_char, c_int, *const c_char, u64, *mut c_void);

fn tell(function: Function, event: Event<'_>, data: &UserData) {
    let (number, phase, index, path, outcome, message, duration) = match event {
        Event::Before { phase, index, path } => {
            (ocihooks_event::OCIHOOKS_EVENT_BEFORE, phase, index, path, -1, String::new(), 0)
        }
        Event::After { phase, index, hook } => {
            let message = hook.cause().map(ToString::to_string).unwrap_or_default();
            let duration = nanoseconds(hook.duration);
            let outcome = outcome_number(&hook.outcome);
            let path = hook.path.as_deref();
            (ocihooks_event::OCIHOOKS_EVENT_AFTER, phase, index, path, outcome, message, duration)
        }
    };
    let text = |text: &str| CString::new(text).unwrap_or_default();
    let path = path.map(|path| text(&path.to_string_lossy()));
    let (phase, message) = (text(phase), text(&message));
    let path = path.as_ref().map_or(std::ptr::null(), |path| path.as_ptr());
    // SAFETY: NUL-terminated texts, valid during the call, or NULL where the header allows it.
    unsafe {
        let (phase, message) = (phase.as_ptr(), message.as_ptr());
        function(number as c_int, phase, index, path, outcome, message, duration, data.pointer());
    }
}
