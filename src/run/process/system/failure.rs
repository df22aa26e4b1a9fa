//! Failed calls of the parent.

use std::fmt;

use crate::errno::Errno;
use crate::outcome::Outcome;

/// A call of the parent's that failed: its purpose, and the errno.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct SystemFailure {
    pub call: &'static str,
    pub errno: Errno,
}

impl SystemFailure {
    /// The calling thread's last failed call.
    pub fn last(call: &'static str) -> Self {
        Self { call, errno: Errno::last() }
    }
}

impl fmt::Display for SystemFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Outcome::from(*self).fmt(f)
    }
}

/// The outcome of a hook that has no process yet.
impl From<SystemFailure> for Outcome {
    fn from(SystemFailure { call, errno }: SystemFailure) -> Self {
        Self::SystemFailed { call, errno, started: false }
    }
}
