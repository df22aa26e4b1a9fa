//! Functions of the host that watch a phase.

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

/// Is told before and after each hook, on the thread that called ocihooks_run().
///
/// event is an ocihooks_event; index counts from 0; path is NULL for a callback. With OCIHOOKS_EVENT_AFTER, outcome
/// is an ocihooks_outcome, message the cause of a failure (empty for a success), duration_ns the hook's time in
/// nanoseconds; before, they are -1, "" and 0. Texts are only good during the call. It must return: no longjmp, no
/// pthread_exit and no C++ exception may leave it. It runs with cancellation disabled, and must not enable it.
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

/// Is given captured output as it comes: the hook's index, an ocihooks_stream, and size bytes that are only good
/// during the call. It gets all of it, however little the report keeps. It must return: no longjmp, no pthread_exit
/// and no C++ exception may leave it. It runs with cancellation disabled, and must not enable it.
pub type ocihooks_output_callback = Option<
    unsafe extern "C" fn(
        index: usize,
        stream: c_int,
        data: *const c_char,
        size: usize,
        userdata: *mut c_void,
    ),
>;

/// Sets a function that is told before and after each hook that is run. Default: none.
///
/// @param runner       the runner; not NULL.
/// @param observer     the function; NULL for none. Every thread that runs a phase calls it, at once.
/// @param userdata     handed to it; may be NULL.
/// @param destroy      called once with userdata, when the option is changed or the runner is freed; may be NULL.
///                     After a failure of this call it is not called: userdata is still yours.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// Pointers are NULL or as described.
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
        // SAFETY: a runner that nobody else uses, or NULL. It is borrowed for as long as set_event() takes: behind that, the
        // destroy function of what was set before is called, which may use the runner.
        let runner = ptr::given(unsafe { runner.as_mut() }, "runner")?;
        let data = Arc::new(UserData::new(userdata, destroy));
        data.take_over();
        drop(set_event(runner, observer, data));
        Ok(())
    })
}

/// Returns what came with the function before.
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

/// Sets a function that gets captured output as it comes, besides the report. Default: none.
///
/// @param runner       the runner; not NULL.
/// @param callback     the function; NULL for none. Every thread that runs a phase calls it, at once.
/// @param userdata     handed to it; may be NULL.
/// @param destroy      called once with userdata, when the option is changed or the runner is freed; may be NULL.
///                     After a failure of this call it is not called: userdata is still yours.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// Pointers are NULL or as described.
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
        // SAFETY: a runner that nobody else uses, or NULL. It is borrowed for as long as set_output() takes: behind that, the
        // destroy function of what was set before is called, which may use the runner.
        let runner = ptr::given(unsafe { runner.as_mut() }, "runner")?;
        let data = Arc::new(UserData::new(userdata, destroy));
        data.take_over();
        drop(set_output(runner, callback, data));
        Ok(())
    })
}

/// Returns what came with the function before.
fn set_output(
    runner: &mut ocihooks_runner,
    callback: ocihooks_output_callback,
    data: Arc<UserData>,
) -> Option<Arc<UserData>> {
    let own = Arc::clone(&data);
    match callback {
        Some(function) => runner.runner.on_output(move |index, stream, bytes| {
            let (text, size) = (bytes.as_ptr().cast(), bytes.len());
            // SAFETY: bytes with their length, which are good during the call.
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
    let (phase, path, message) = (text(phase), path.map(text), text(&message));
    let path = path.as_ref().map_or(std::ptr::null(), |path| path.as_ptr());
    // SAFETY: NUL-ended texts, or NULL where the header says so, good for the call.
    unsafe {
        let (phase, message) = (phase.as_ptr(), message.as_ptr());
        function(number as c_int, phase, index, path, outcome, message, duration, data.pointer());
    }
}
