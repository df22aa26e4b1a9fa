//! The runner's options about the container that hooks run in.

use std::ffi::{c_char, c_int};

use super::runner::{ocihooks_runner, refused, set};
use super::runner_io::optional_descriptor;
use crate::run::{ContainerProcess, NamespaceKind};

/// Names the container, by a pidfd of its init or of any process in its namespaces. The hooks of createContainer and
/// startContainer then run in it (config.md, "POSIX-platform Hooks"); those of other phases are not concerned.
///
/// A hook joins each namespace of that process that a child of the calling thread would not be in, but remains the
/// caller's child. It has a separate session, without a controlling terminal. In a user namespace it becomes root, without
/// supplementary groups where these can be given up. The executable of createContainer is resolved and opened in the
/// caller's namespaces, then executed in the container's; a script is opened again there, as /dev/fd/3, by its interpreter,
/// which is the container's. The executable of startContainer is resolved in the container, from its root. There the
/// working directory is that of the process, or the root if that directory lies outside of it. In createContainer it is the
/// root of the mount namespace. The runner's working directory goes before both.
///
/// A small program in memory joins the namespaces (memfd_create(2), execveat(2)); it holds nothing of the caller's. Where it
/// can't be executed, a fork does the same, and the time grows with the caller's memory.
///
/// @param runner       the runner; not NULL.
/// @param pidfd        the descriptor; -1, the default, for none. It stays yours, and has to stay open while phases run
///                     with it.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. A namespace that can't be joined fails each hook with
///         OCIHOOKS_ERR_SPAWN, before it is executed; the message names the namespace and the errno.
///
/// Before Linux 6.11, and for the root directory of startContainer, /proc has to be mounted in the caller's namespaces.
///
/// # Safety
/// The pointer is NULL or as described.
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

/// As ocihooks_runner_set_container_pidfd(), by a process id. It has to be that process's while phases run with it: of a
/// child that was not reaped, or of a process that the caller otherwise keeps alive.
///
/// @param runner       the runner; not NULL.
/// @param pid          the process id; 0, the default, for none.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return as ocihooks_runner_set_container_pidfd().
///
/// # Safety
/// The pointer is NULL or as described.
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

/// Says which kinds of the container's namespaces hooks join, of those that differ from the caller's. Without the mount
/// namespace the caller's root stays, too.
///
/// @param runner       the runner; not NULL.
/// @param flags        CLONE_NEWUSER, CLONE_NEWNS ..., joined by |; 0, the default, for every kind.
/// @param errmsg       where a message goes; may be NULL.
/// @param errmsg_size  the size of errmsg in bytes.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
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
