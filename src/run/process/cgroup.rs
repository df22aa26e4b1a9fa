//! The cgroup of a phase's hooks: checked before they join it, and killed with all that is in it.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use super::descriptor::open_at;
use super::pidfd;
use crate::errno::Errno;

/// A cgroup is joined by writing to this file of its directory; its processes are read from it.
const CGROUP_PROCS: &std::ffi::CStr = c"cgroup.procs";

/// Writing here kills all of a cgroup, and of those below it (Linux 5.14).
const CGROUP_KILL: &std::ffi::CStr = c"cgroup.kill";

/// How often the list is gone through, at most: it grows as long as one that is not killed yet makes others.
const ROUNDS: usize = 100;

/// Opens the file by which a cgroup is joined. A stop kills all that is in the cgroup: one that holds the caller, or the
/// root of all, is refused.
pub(super) fn open(directory: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    let fd = directory.as_raw_fd();
    // Not to wait for whoever opens the other end, where the directory is no cgroup's and this is a FIFO.
    let file = open_at(fd, CGROUP_PROCS, libc::O_WRONLY | libc::O_NONBLOCK)?;
    let has = |name| match open_at(fd, name, libc::O_PATH) {
        Ok(_) => Ok(true),
        Err(Errno(libc::ENOENT)) => Ok(false),
        Err(errno) => Err(errno),
    };
    // Only the roots have the one (version 1), and lack the other (version 2).
    if has(c"cgroup.sane_behavior")? || (has(c"cgroup.controllers")? && !has(c"cgroup.events")?) {
        return Err(Errno(libc::EINVAL));
    }
    let mut inside = Vec::new();
    list(directory, &mut inside)?;
    // SAFETY: no arguments.
    if inside.contains(&unsafe { libc::getpid() }) {
        return Err(Errno(libc::EBUSY));
    }
    Ok(file)
}

/// Kills all of a cgroup. Nothing it answers matters: what does not die is seen by who waits.
pub(super) fn kill(directory: BorrowedFd<'_>) {
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
            pidfd::send(pidfd, libc::SIGKILL, 0);
        }
        known = listed;
    }
}

/// The processes of a cgroup. What can be read counts, whatever ends it.
fn processes(directory: BorrowedFd<'_>) -> Vec<libc::pid_t> {
    let mut processes = Vec::new();
    let _ = list(directory, &mut processes);
    processes
}

/// Lists the processes of a cgroup. Those of a pid namespace that can't be seen from here are listed as 0, which would
/// mean the caller's own group.
fn list(directory: BorrowedFd<'_>, processes: &mut Vec<libc::pid_t>) -> Result<(), Errno> {
    let file = open_at(directory.as_raw_fd(), CGROUP_PROCS, libc::O_RDONLY | libc::O_NONBLOCK)?;
    let mut pid: libc::pid_t = 0;
    let mut buffer = [0_u8; 512];
    loop {
        // SAFETY: a buffer of that size.
        let count = unsafe { libc::read(file.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
        let read = match (usize::try_from(count), Errno::last()) {
            // A cgroup of threads lists none, but may be joined.
            (Ok(0), _) | (Err(_), Errno(libc::EOPNOTSUPP)) => return Ok(()),
            (Ok(count), _) => buffer.get(..count).unwrap_or_default(),
            (Err(_), Errno(libc::EINTR)) => continue,
            (Err(_), errno) => return Err(errno),
        };
        for byte in read {
            pid = match byte {
                b'0'..=b'9' => pid.saturating_mul(10).saturating_add(i32::from(byte - b'0')),
                b'\n' => {
                    processes.extend((pid > 0).then_some(pid));
                    0
                }
                // No number: below zero it stays until the line ends.
                _ => libc::pid_t::MIN,
            }
        }
    }
}
