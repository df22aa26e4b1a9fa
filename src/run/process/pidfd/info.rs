//! `PIDFD_GET_INFO`: the exit status of a process that somebody else reaps (Linux 6.15).

use std::os::fd::{AsRawFd, OwnedFd};
use std::ptr;

use crate::errno::Errno;

/// The kernel's `struct pidfd_info`, as first released.
#[repr(C)]
#[derive(Default)]
struct PidfdInfo {
    mask: u64,
    cgroup: u64,
    ids: [u32; 11],
    exit_code: i32,
}

/// `_IOWR(0xFF, 11, struct pidfd_info)`.
const PIDFD_GET_INFO: libc::Ioctl = libc::_IOWR::<PidfdInfo>(0xFF, 11);
const PIDFD_INFO_EXIT: u64 = 1 << 3;

/// The wait status of a process that somebody else has reaped; `None` while it is being reaped.
pub(in crate::run::process) fn exit_status(pidfd: &OwnedFd) -> Result<Option<i32>, Errno> {
    // A process that vanishes during the call gives ESRCH. Its status is available at the second attempt.
    match ask(pidfd) {
        Err(Errno(libc::ESRCH)) => ask(pidfd),
        answer => answer,
    }
}

fn ask(pidfd: &OwnedFd) -> Result<Option<i32>, Errno> {
    let mut info = PidfdInfo { mask: PIDFD_INFO_EXIT, ..PidfdInfo::default() };
    // SAFETY: the request's number includes the structure's size; the structure is ours to fill.
    if unsafe { libc::ioctl(pidfd.as_raw_fd(), PIDFD_GET_INFO, ptr::from_mut(&mut info)) } != 0 {
        return Err(Errno::last());
    }
    Ok((info.mask & PIDFD_INFO_EXIT != 0).then_some(info.exit_code))
}
