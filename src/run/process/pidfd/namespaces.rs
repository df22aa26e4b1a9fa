//! The namespaces of a pidfd's process (Linux 6.11), and its pid.

use std::io::ErrorKind;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::errno::Errno;

/// The ioctl request that opens a namespace through a pidfd: `_IO(0xFF, number)`.
pub(in crate::run::process) fn request(ioctl: u32) -> libc::Ioctl {
    libc::_IO(0xFF, ioctl)
}

/// Opens a namespace through a pidfd.
pub(in crate::run::process) fn namespace_of(pidfd: &OwnedFd, ioctl: u32) -> Result<OwnedFd, Errno> {
    // SAFETY: no argument is read or written.
    let fd = unsafe { libc::ioctl(pidfd.as_raw_fd(), request(ioctl), 0) };
    // SAFETY: the descriptor is new, and nothing else owns it.
    if fd < 0 { Err(Errno::last()) } else { Ok(unsafe { OwnedFd::from_raw_fd(fd) }) }
}

/// The pid of a pidfd's process; `None` without /proc. With /proc, any other error is a failure: the caller
/// takes a file that is missing there for a container without its own root.
pub(in crate::run::process) fn pid_of(pidfd: &OwnedFd) -> Result<Option<i32>, Errno> {
    let text = match std::fs::read_to_string(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd())) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Errno(error.raw_os_error().unwrap_or(libc::EIO))),
    };
    let number = text.lines().find_map(|line| line.strip_prefix("Pid:"));
    Ok(number.and_then(|number| number.trim().parse().ok()))
}
