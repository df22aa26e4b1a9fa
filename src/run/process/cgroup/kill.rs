//! Kills all processes of a cgroup.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::processes;
use crate::run::process::pidfd;
use crate::run::process::system::descriptor::open_at;

/// Writing to this file kills all processes of a cgroup and of its descendants (Linux 5.14).
const CGROUP_KILL: &std::ffi::CStr = c"cgroup.kill";

/// How often the list is read at most. It grows as long as a process that is not killed yet forks.
const ROUNDS: usize = 100;

/// Kills all processes of a cgroup. Errors are ignored, because the wait for the hook notices if it does not
/// die.
pub(in crate::run::process) fn all(directory: BorrowedFd<'_>) {
    match open_at(directory.as_raw_fd(), CGROUP_KILL, libc::O_WRONLY) {
        Ok(file) => {
            // SAFETY: a buffer of one byte.
            unsafe { libc::write(file.as_raw_fd(), c"1".as_ptr().cast(), 1) };
        }
        Err(_) => kill_one_by_one(directory),
    }
}

/// Kills the processes that the cgroup lists, until it lists no new ones. Processes in its descendants are
/// out of reach.
fn kill_one_by_one(directory: BorrowedFd<'_>) {
    let mut known = Vec::new();
    for _ in 0..ROUNDS {
        let listed = processes(directory);
        if listed.iter().all(|pid| known.contains(pid)) {
            return;
        }
        let opened: Vec<_> =
            listed.iter().filter_map(|pid| Some((*pid, pidfd::open(*pid, 0).ok()?))).collect();
        // A pid may have passed to another process before it was opened. If the list still has the pid,
        // either it belongs to the opened process, or the opened process is dead.
        let still = processes(directory);
        for (_, pidfd) in opened.iter().filter(|(pid, _)| still.contains(pid)) {
            // A process that is gone needs no signal.
            let _ = pidfd::send(pidfd, libc::SIGKILL, 0);
        }
        known = listed;
    }
}
