//! The option about the system calls that the library may make.

use std::ffi::{c_char, c_int};

use super::runner::{ocihooks_runner, set};

/// Sets whether the library makes no system call that is newer than Linux 5.4, for a seccomp profile that kills the
/// process for a call that it does not know. Default: no; a newer call that is refused with an errno then has an older
/// stand-in.
///
/// With yes, the library does without clone3(2) and close_range(2), and without memfd_create(2) for the state. It closes
/// descriptors one by one. docs/system-calls.md lists the calls that are left. Containers and cgroups still use
/// memfd_create(2) and execveat(2).
///
/// @param runner       the runner; not NULL.
/// @param on           0 for no; any other value for yes.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_old_calls(
    runner: Option<&mut ocihooks_runner>,
    on: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.old_calls(on != 0);
        Ok(())
    })
}
