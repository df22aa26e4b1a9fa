//! The runner's options for the hooks' relation to the caller: process group, terminal, and the caller's death.

use std::ffi::{c_char, c_int};

use super::constants::ocihooks_process_group as group;
use super::runner::{ocihooks_runner, refused, set};
use crate::run::ProcessGroup;

/// Sets the process group that hooks run in. It decides who may use the terminal, and whom ^C and ^Z reach.
///
/// A hook that enters a container always leads a new session. If a signal stops a hook (SIGSTOP, SIGTSTP), the
/// library continues it and adds a warning, so that the run does not hang. A hook that uses the terminal from a
/// background group (SIGTTIN, SIGTTOU) fails with OCIHOOKS_ERR_STOPPED.
///
/// @param runner         the runner; not NULL.
/// @param process_group  an ocihooks_process_group. Default: OCIHOOKS_PROCESS_GROUP_AUTO.
/// @param errmsg         receives the error message; may be NULL.
/// @param errmsg_size    the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or process_group is unknown.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_process_group(
    runner: Option<&mut ocihooks_runner>,
    process_group: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    const GROUPS: [(c_int, ProcessGroup); 4] = [
        (group::OCIHOOKS_PROCESS_GROUP_AUTO as c_int, ProcessGroup::Automatic),
        (group::OCIHOOKS_PROCESS_GROUP_OWN as c_int, ProcessGroup::Own),
        (group::OCIHOOKS_PROCESS_GROUP_CALLER as c_int, ProcessGroup::Caller),
        (group::OCIHOOKS_PROCESS_GROUP_SESSION as c_int, ProcessGroup::Session),
    ];
    set(runner, errmsg, errmsg_size, |options| {
        let found = GROUPS.iter().find(|(number, _)| *number == process_group);
        let rule = "an ocihooks_process_group is 0, 1, 2 or 3";
        let (_, group) = found.ok_or_else(|| refused("process_group", &process_group, rule))?;
        options.process_group(*group);
        Ok(())
    })
}

/// Sets whether the kernel kills a hook with SIGKILL when its caller dies (PR_SET_PDEATHSIG, prctl(2)). Default: no,
/// so a hook outlives a caller that is killed.
///
/// The kernel watches the thread that called ocihooks_run(). That thread waits for the hook, so it ends early only
/// with its process, or when another thread calls execve(2). The setting affects the hook but not its children. A
/// program that is set-user-ID or has file capabilities loses it.
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
pub unsafe extern "C" fn ocihooks_runner_set_die_with_caller(
    runner: Option<&mut ocihooks_runner>,
    on: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        options.die_with_caller(on != 0);
        Ok(())
    })
}
