//! What the parent holds of a child: its number, and the descriptor that means this process and no other.

use std::os::fd::OwnedFd;

/// The handles on a child.
#[derive(Debug)]
pub(super) struct Handle {
    /// Its own only until it is reaped, which a host may do behind our back.
    pub pid: libc::pid_t,
    pub pidfd: OwnedFd,
}
