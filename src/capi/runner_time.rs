//! The runner's time limits.

use std::ffi::{c_char, c_int};
use std::time::Duration;

use super::runner::{ocihooks_runner, set};

/// Sets the time limit of hooks that specify none (config.md, "POSIX-platform Hooks", `timeout`). Default: no limit.
///
/// @param runner        the runner; not NULL.
/// @param milliseconds  the limit in milliseconds; 0 for none.
/// @param errmsg        receives the error message; may be NULL.
/// @param errmsg_size   the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_default_timeout_ms(
    runner: Option<&mut ocihooks_runner>,
    milliseconds: u64,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.default_timeout(time(milliseconds));
        Ok(())
    })
}

/// Sets the time limit of a whole phase. When it expires, the running hook is killed, and the hooks after it are not
/// started. Default: no limit.
///
/// @param runner        the runner; not NULL.
/// @param milliseconds  the limit in milliseconds; 0 for none.
/// @param errmsg        receives the error message; may be NULL.
/// @param errmsg_size   the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_budget_ms(
    runner: Option<&mut ocihooks_runner>,
    milliseconds: u64,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.budget(time(milliseconds));
        Ok(())
    })
}

/// Sets the time between SIGTERM and SIGKILL for a hook that has timed out or is canceled. This time is added to the
/// limit. Default: none, so that SIGKILL is sent immediately.
///
/// @param runner        the runner; not NULL.
/// @param milliseconds  the time in milliseconds; 0 for none.
/// @param errmsg        receives the error message; may be NULL.
/// @param errmsg_size   the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_grace_ms(
    runner: Option<&mut ocihooks_runner>,
    milliseconds: u64,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.grace(time(milliseconds));
        Ok(())
    })
}

fn time(milliseconds: u64) -> Option<Duration> {
    (milliseconds != 0).then(|| Duration::from_millis(milliseconds))
}
