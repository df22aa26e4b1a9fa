//! The cgroup of a phase's hooks: checks it before they join it. `child/cgroup.rs` joins it, `kill` kills all
//! its processes, and `oom` counts its OOM kills.

pub(super) mod kill;
pub(super) mod oom;

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use crate::errno::Errno;
use crate::run::process::system::descriptor::open_at;

/// Writing to this file of a cgroup's directory joins the cgroup; reading it lists the processes.
const CGROUP_PROCS: &std::ffi::CStr = c"cgroup.procs";

/// Opens the file through which a cgroup is joined. A stop kills all processes of the cgroup, so a cgroup
/// that contains the caller, and the root cgroup, are refused.
pub(in crate::run::process) fn open(directory: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    let fd = directory.as_raw_fd();
    // O_NONBLOCK, because this file may be a FIFO if the directory is not a cgroup's.
    let file = open_at(fd, CGROUP_PROCS, libc::O_WRONLY | libc::O_NONBLOCK)?;
    let has = |name| match open_at(fd, name, libc::O_PATH) {
        Ok(_) => Ok(true),
        Err(Errno(libc::ENOENT)) => Ok(false),
        Err(errno) => Err(errno),
    };
    // Of all cgroups, only root cgroups have the first file (version 1), and only they lack the last one
    // (version 2).
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

/// The processes of a cgroup, as many as can be read.
fn processes(directory: BorrowedFd<'_>) -> Vec<libc::pid_t> {
    let mut processes = Vec::new();
    let _ = list(directory, &mut processes);
    processes
}

/// Lists the processes of a cgroup. Processes of a pid namespace that is invisible from here are listed as 0.
/// They are left out, because 0 would mean the caller's own process group.
fn list(directory: BorrowedFd<'_>, processes: &mut Vec<libc::pid_t>) -> Result<(), Errno> {
    let file = open_at(directory.as_raw_fd(), CGROUP_PROCS, libc::O_RDONLY | libc::O_NONBLOCK)?;
    let mut pid: libc::pid_t = 0;
    let mut buffer = [0_u8; 512];
    loop {
        // SAFETY: a buffer of that size.
        let count = unsafe { libc::read(file.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
        let read = match (usize::try_from(count), Errno::last()) {
            // A threaded cgroup refuses to list its processes, but may be joined.
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
                // Not a number: the value stays below zero until the line ends.
                _ => libc::pid_t::MIN,
            }
        }
    }
}
