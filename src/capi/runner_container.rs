//! The runner's options about the container that hooks run in.

use std::ffi::c_int;

use super::runner::{bad_option, ocihooks_runner, set};
use super::runner_io::descriptor;
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
/// @param runner  the runner; not NULL.
/// @param pidfd   the descriptor; -1, the default, for none. It stays yours, and has to stay open while phases run
///                with it.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT. A namespace that can't be joined fails each hook with
///         OCIHOOKS_ERR_SPAWN, before it is executed; the message names the namespace and the errno.
///
/// Before Linux 6.11, and for the root directory of startContainer, /proc has to be mounted in the caller's namespaces.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_container_pidfd(
    runner: *mut ocihooks_runner,
    pidfd: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            let process = descriptor(pidfd)?.map(ContainerProcess::Pidfd);
            options.container(process);
            Ok(())
        })
    }
}

/// As ocihooks_runner_set_container_pidfd(), by a process id. It has to be that process's while phases run with it: of a
/// child that was not reaped, or of a process that the caller otherwise keeps alive.
///
/// @param runner  the runner; not NULL.
/// @param pid     the process id; 0, the default, for none.
/// @return as ocihooks_runner_set_container_pidfd().
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_container_pid(
    runner: *mut ocihooks_runner,
    pid: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            let process = match pid {
                0 => None,
                1.. => Some(ContainerProcess::Pid(pid)),
                _ => return Err(bad_option("process id", pid)),
            };
            options.container(process);
            Ok(())
        })
    }
}

/// Says which kinds of the container's namespaces hooks join, of those that differ from the caller's. Without the mount
/// namespace the caller's root stays, too.
///
/// @param runner  the runner; not NULL.
/// @param flags   CLONE_NEWUSER, CLONE_NEWNS ..., joined by |; 0, the default, for every kind.
/// @return OCIHOOKS_OK or OCIHOOKS_ERR_INVALID_ARGUMENT.
///
/// # Safety
/// The pointer is NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ocihooks_runner_set_container_namespaces(
    runner: *mut ocihooks_runner,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        set(runner, |options| {
            let known = NamespaceKind::all().fold(0, |all, kind| all | kind.flag());
            if flags & !known != 0 {
                return Err(bad_option("set of CLONE_NEW flags", flags));
            }
            options.container_namespaces(NamespaceKind::all().filter(|kind| flags & kind.flag() != 0));
            Ok(())
        })
    }
}
