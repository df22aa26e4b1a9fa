//! pidfds: each is a descriptor of one process, even after the process's pid was reused. Every call on a
//! pidfd is here.

pub(super) mod info;
pub(super) mod namespaces;
pub(super) mod process;

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use crate::errno::Errno;
use crate::run::process::system::failure::SystemFailure;

/// Linux 6.9: a pidfd of a thread instead of a process.
pub(in crate::run::process) const PIDFD_THREAD: i32 = libc::O_EXCL;

/// Linux 6.9: the signal goes to the process group that the pidfd's process leads.
pub(in crate::run::process) const PIDFD_SIGNAL_PROCESS_GROUP: u32 = 1 << 2;

/// Opens a pidfd of a process, or of a thread; close-on-exec, as all pidfds are.
pub(in crate::run::process) fn open(id: libc::pid_t, flags: i32) -> Result<OwnedFd, Errno> {
    // SAFETY: plain numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, id, flags) };
    match RawFd::try_from(fd) {
        // SAFETY: the descriptor is new, and nothing else owns it.
        Ok(fd @ 0..) => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(Errno::last()),
    }
}

/// Sends a signal.
pub(in crate::run::process) fn send(pidfd: &OwnedFd, signal: i32, flags: u32) -> Result<(), Errno> {
    let (pidfd, no_info) = (pidfd.as_raw_fd(), ptr::null::<libc::siginfo_t>());
    // SAFETY: plain numbers, and NULL for the default information.
    match unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, no_info, flags) } {
        0 => Ok(()),
        _ => Err(Errno::last()),
    }
}

/// Whether the process of a pidfd has ended, which makes the pidfd readable.
pub(in crate::run::process) fn has_ended(fd: BorrowedFd<'_>) -> Result<bool, SystemFailure> {
    let mut poll = libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    loop {
        // SAFETY: one pollfd, as the count gives it.
        match unsafe { libc::poll(&raw mut poll, 1, 0) } {
            0 => return Ok(false),
            1 if poll.revents & libc::POLLNVAL != 0 => {
                return Err(SystemFailure { call: "poll of a pidfd", errno: Errno(libc::EBADF) });
            }
            1 => return Ok(true),
            _ if Errno::last().0 == libc::EINTR => {}
            _ => return Err(SystemFailure::last("poll of a pidfd")),
        }
    }
}
