//! The parent's handles on a child: its pid, and its pidfd, which always means this very process.

use std::os::fd::OwnedFd;

/// A child, and the owner of its pidfd: dropping this closes the pidfd. `hook.rs` closes it together with the
/// hook's other descriptors once the hook is reaped; `left_behind.rs` keeps the pidfd of a hook that does not
/// die.
#[derive(Debug)]
pub(in crate::run::process) struct Process {
    /// The pid. It belongs to the child only until the child is reaped, which a host may do without our
    /// knowledge. `None` if the process that was to report it was killed first. Never 0 or -1, which would
    /// mean the host's own process group, and every process.
    number: Option<libc::pid_t>,
    pub pidfd: OwnedFd,
}

impl Process {
    pub fn new(pid: libc::pid_t, pidfd: OwnedFd) -> Self {
        Self { number: Some(pid).filter(|pid| *pid > 0), pidfd }
    }

    /// The child's pid, if it is known.
    pub fn number(&self) -> Option<libc::pid_t> {
        self.number
    }
}
