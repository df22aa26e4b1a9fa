//! The runner's options about time.

use std::ffi::{c_char, c_int};
use std::time::Duration;

use super::runner::{ocihooks_runner, set};

/// Sets the time limit of hooks that have none of their own. Default: none.
///
/// @param runner       the runner; not NULL.
/// @param milliseconds the limit in milliseconds; 0 for none.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Sets the time limit of a whole phase. The hook that runs then is killed; those behind it are not started.
/// Default: none.
///
/// @param runner       the runner; not NULL.
/// @param milliseconds the limit in milliseconds; 0 for none.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Sets how long a hook has between SIGTERM and SIGKILL when its time is up or it is canceled. The time comes
/// on top of the limit. Default: none, SIGKILL at once.
///
/// @param runner       the runner; not NULL.
/// @param milliseconds the time in milliseconds; 0 for none.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
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
