//! Options about the caller: its process group and terminal, and its death.

use std::ffi::{c_char, c_int};

use super::constants::ocihooks_process_group as group;
use super::runner::{ocihooks_runner, refused, set};
use crate::run::ProcessGroup;

/// Sets the process group that hooks run in, which decides who has the terminal and whom ^C and ^Z reach. Default:
/// OCIHOOKS_PROCESS_GROUP_AUTO. Hooks that enter a container lead a new session, whatever is set here.
///
/// @param runner         the runner; not NULL.
/// @param process_group  an ocihooks_process_group.
/// @param errmsg         where a message goes; may be NULL.
/// @param errmsg_size    the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// A signal that stops a hook (SIGSTOP, SIGTSTP) holds up no run: the hook is continued, and a warning says so. A hook that
/// wants the terminal from a background group (SIGTTIN, SIGTTOU) fails with OCIHOOKS_ERR_STOPPED.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Says whether the kernel kills a hook when its caller dies (PR_SET_PDEATHSIG with SIGKILL). Default: no; a hook outlives a
/// caller that is killed.
///
/// @param runner       the runner; not NULL.
/// @param on           0: no; anything else: yes.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// The kernel watches the thread that called ocihooks_run(). That thread waits for the hook, so it ends early only with its
/// process, or when another thread calls execve(2). The setting concerns the hook itself and not its children, and a program
/// that is set-user-ID or has file capabilities loses it (prctl(2)).
///
/// # Safety
/// The pointer is NULL or as described.
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
