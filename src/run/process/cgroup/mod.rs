//! The cgroup of a phase's hooks: checked before they join it. `child/cgroup.rs` joins it, `kill`
//! kills all that is in it, `oom` counts what the OOM killer took.

pub(super) mod kill;
pub(super) mod oom;

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use crate::errno::Errno;
use crate::run::process::system::descriptor::open_at;

/// A cgroup is joined by writing to this file of its directory; its processes are read from it.
const CGROUP_PROCS: &std::ffi::CStr = c"cgroup.procs";

/// Opens the file by which a cgroup is joined. A stop kills all that is in the cgroup: one that holds the caller, or the
/// root of all, is refused.
pub(in crate::run::process) fn open(directory: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
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
