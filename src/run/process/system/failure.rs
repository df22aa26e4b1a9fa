//! Calls of the parent that failed.

use crate::errno::Errno;
use crate::error::Cause;
use crate::step::Step;

/// A call of the parent's that failed: what for, and why.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct SystemFailure {
    pub call: &'static str,
    pub errno: Errno,
}

impl SystemFailure {
    /// The calling thread's last failed call.
    pub fn last(call: &'static str) -> SystemFailure {
        SystemFailure { call, errno: Errno::last() }
    }
}

impl From<SystemFailure> for Cause {
    fn from(failure: SystemFailure) -> Cause {
        Cause::System { call: failure.call, errno: failure.errno }
    }
}

/// Why a hook was not started, or not to its end.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) enum Failure {
    /// A call of ours.
    System(SystemFailure),
    /// A step that was taken on the hook's behalf.
    Step(Step, Errno),
}

impl From<SystemFailure> for Failure {
    fn from(failure: SystemFailure) -> Failure {
        Failure::System(failure)
    }
}
