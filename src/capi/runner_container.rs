//! The runner's options for the container that hooks run in.

use std::ffi::{c_char, c_int};

use super::runner::{ocihooks_runner, refused, set};
use super::runner_io::optional_descriptor;
use crate::run::{ContainerProcess, NamespaceKind};

/// Sets the container, by a pidfd of its init process or of any other process in its namespaces. The hooks of
/// createContainer and startContainer then run in the container's namespaces (config.md, "POSIX-platform Hooks"). The
/// other phases are unaffected.
///
/// A hook joins each namespace of that process that differs from the namespace of the calling thread's children. It
/// remains the caller's child. It runs in a separate session without a controlling terminal. In a user namespace it
/// becomes root, and drops its supplementary groups if it is allowed to.
///
/// The executable and the working directory depend on the phase:
///
/// - createContainer: the executable is resolved and opened in the caller's namespaces, then executed in the
///   container's. A script's interpreter is the container's and opens the script as /dev/fd/3. The working directory
///   is the root of the mount namespace.
/// - startContainer: the executable is resolved in the container, from its root. The working directory is that of the
///   process, or the container's root if that directory lies outside of it.
///
/// A working directory that the runner sets takes precedence in both.
///
/// A small program in memory joins the namespaces (memfd_create(2), execveat(2)) and holds no memory of the caller.
/// If it can't be executed, a forked child joins them instead, which takes longer the more memory the caller has.
///
/// A namespace that can't be joined fails each hook with OCIHOOKS_ERR_SPAWN before the hook is executed. The message
/// names the namespace and the errno. /proc must be mounted in the caller's namespaces before Linux 6.11, and for the
/// root directory of startContainer in any version.
///
/// @param runner       the runner; not NULL.
/// @param pidfd        the descriptor; -1, the default, for no container. The caller owns it and must keep it open
///                     while phases run with the runner.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or pidfd is less than -1.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_container_pidfd(
    runner: Option<&mut ocihooks_runner>,
    pidfd: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        let process = optional_descriptor("pidfd", pidfd)?.map(ContainerProcess::Pidfd);
        options.container(process);
        Ok(())
    })
}

/// Sets the container as ocihooks_runner_set_container_pidfd() does, but by a process ID.
///
/// @param runner       the runner; not NULL.
/// @param pid          the process ID; 0, the default, for no container. It must identify the same process while
///                     phases run with the runner: a child that has not been reaped, or a process that the caller
///                     keeps alive by other means.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or pid is negative.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_container_pid(
    runner: Option<&mut ocihooks_runner>,
    pid: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        let process = match pid {
            0 => None,
            1.. => Some(ContainerProcess::Pid(pid)),
            _ => return Err(refused("pid", &pid, "it has to be a process id, or 0 for none")),
        };
        options.container(process);
        Ok(())
    })
}

/// Restricts the kinds of namespaces that hooks join, among those in which the container differs from the caller.
/// Hooks keep the caller's root directory if the mount namespace is not among them.
///
/// @param runner       the runner; not NULL.
/// @param flags        CLONE_NEWUSER, CLONE_NEWNS ..., combined with |; 0, the default, for every kind.
/// @param errmsg       receives the error message; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @retval OCIHOOKS_OK                    success.
/// @retval OCIHOOKS_ERR_INVALID_ARGUMENT  runner is NULL, or flags contains a bit that is not a namespace's CLONE_NEW
///                                        flag.
/// @retval OCIHOOKS_ERR_INTERNAL          a defect of the library.
///
/// No other thread may use the runner during the call.
///
/// # Safety
/// The pointer is NULL or meets its description above.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_container_namespaces(
    runner: Option<&mut ocihooks_runner>,
    flags: c_int,
    errmsg: *mut c_char,
    errmsg_size: usize,
) -> c_int {
    set(runner, errmsg, errmsg_size, |options| {
        let known = NamespaceKind::all().fold(0, |all, kind| all | kind.flag());
        if flags & !known != 0 {
            return Err(refused(
                "flags",
                &format_args!("{flags:#x}"),
                "only namespaces' CLONE_NEW flags are known",
            ));
        }
        options.container_namespaces(NamespaceKind::all().filter(|kind| flags & kind.flag() != 0));
        Ok(())
    })
}
