//! The caller's terminal, and the caller's death, as hooks depend on them.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::run::process::pidfd;
use crate::run::process::system::descriptor::{above_stdio, open};
use crate::run::process::system::failure::SystemFailure;

/// Whether the calling process is in the foreground of its terminal, like a program that a user started from
/// a shell.
pub(super) fn is_in_foreground() -> bool {
    let Ok(terminal) = open(c"/dev/tty", libc::O_RDONLY | libc::O_NOCTTY | libc::O_NONBLOCK) else {
        return false;
    };
    // SAFETY: plain numbers.
    unsafe { libc::tcgetpgrp(terminal.as_raw_fd()) == libc::getpgrp() }
}

/// A pidfd of the calling process, through which a child detects its death.
pub(super) fn pidfd() -> Result<OwnedFd, SystemFailure> {
    const OPEN: &str = "pidfd_open of the caller";
    // SAFETY: plain numbers.
    let pid = unsafe { libc::getpid() };
    let pidfd = pidfd::open(pid, 0).map_err(|errno| SystemFailure { call: OPEN, errno })?;
    above_stdio(pidfd, OPEN)
}
