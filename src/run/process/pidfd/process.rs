//! What the parent holds of a child: its number, and the pidfd, which means this process and no other.

use std::os::fd::OwnedFd;

/// A child, and the owner of its pidfd: whoever drops this closes the pidfd. `hook.rs` closes it together with the hook's other
/// descriptors once the hook is reaped; `left_behind.rs` keeps that of a hook which does not die.
#[derive(Debug)]
pub(in crate::run::process) struct Process {
    /// Its own only until it is reaped, which a host may do behind our back. `None` where the one that was to say it was
    /// killed before. 0 and -1 are no numbers: they mean the host's own group, and everybody.
    number: Option<libc::pid_t>,
    pub pidfd: OwnedFd,
}

impl Process {
    pub fn new(pid: libc::pid_t, pidfd: OwnedFd) -> Self {
        Self { number: Some(pid).filter(|pid| *pid > 0), pidfd }
    }

    /// The process's number, where it is known.
    pub fn number(&self) -> Option<libc::pid_t> {
        self.number
    }
}
