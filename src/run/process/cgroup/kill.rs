//! Killing all of a cgroup.

use std::os::fd::{AsRawFd, BorrowedFd};

use super::processes;
use crate::run::process::pidfd;
use crate::run::process::system::descriptor::open_at;

/// Writing here kills all of a cgroup, and of those below it (Linux 5.14).
const CGROUP_KILL: &std::ffi::CStr = c"cgroup.kill";

/// How often the list is gone through, at most: it grows as long as one that is not killed yet makes others.
const ROUNDS: usize = 100;

/// Kills all of a cgroup. Nothing it answers matters: what does not die is seen by who waits.
pub(in crate::run::process) fn all(directory: BorrowedFd<'_>) {
    match open_at(directory.as_raw_fd(), CGROUP_KILL, libc::O_WRONLY) {
        Ok(file) => {
            // SAFETY: a buffer of one byte.
            unsafe { libc::write(file.as_raw_fd(), c"1".as_ptr().cast(), 1) };
        }
        Err(_) => kill_one_by_one(directory),
    }
}

/// Kills what the cgroup lists, until it lists nobody new. What is in cgroups below it is out of reach.
fn kill_one_by_one(directory: BorrowedFd<'_>) {
    let mut known = Vec::new();
    for _ in 0..ROUNDS {
        let listed = processes(directory);
        if listed.iter().all(|pid| known.contains(pid)) {
            return;
        }
        let opened: Vec<_> =
            listed.iter().filter_map(|pid| Some((*pid, pidfd::open(*pid, 0).ok()?))).collect();
        // A number may have become somebody else's before it was opened. Is it in the list still, it is either the opened
        // process's, or that one is dead.
        let still = processes(directory);
        for (_, pidfd) in opened.iter().filter(|(pid, _)| still.contains(pid)) {
            // A process that is gone needs no signal.
            let _ = pidfd::send(pidfd, libc::SIGKILL, 0);
        }
        known = listed;
    }
}
