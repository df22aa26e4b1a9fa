//! pidfds: descriptors that mean one process, whatever becomes of its number.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use crate::errno::Errno;

/// Linux 6.9: a pidfd of a thread, not of a process.
pub(super) const PIDFD_THREAD: i32 = libc::O_EXCL;

/// Linux 6.9: the signal goes to the process group that the pidfd's process leads.
pub(super) const PIDFD_SIGNAL_PROCESS_GROUP: u32 = 1 << 2;

/// A pidfd of a process, or of a thread; close-on-exec, as all are.
pub(super) fn open(id: libc::pid_t, flags: i32) -> Result<OwnedFd, Errno> {
    // SAFETY: plain numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, id, flags) };
    // SAFETY: it is new, and nobody else's.
    if fd >= 0 { Ok(unsafe { OwnedFd::from_raw_fd(fd as RawFd) }) } else { Err(Errno::last()) }
}

/// Sends a signal; says whether it was taken.
pub(super) fn send(pidfd: &OwnedFd, signal: i32, flags: u32) -> bool {
    let (pidfd, no_info) = (pidfd.as_raw_fd(), ptr::null::<libc::siginfo_t>());
    // SAFETY: plain numbers, and NULL for the default information.
    unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, no_info, flags) == 0 }
}
