//! One command: a child made, fed, watched until its deadline, reaped.
//!
//! A hook of a container's: `entrance` finds what it has to join, `enter` is the child's part of that, `executable` what
//! is opened outside and executed inside.
//!
//! `workshop` is what a phase keeps from hook to hook. `stdin` and `capture` are the hook's streams, `spawn`
//! makes the child (`clone3` the way that is tried first), `child` is what runs in it, `watch` waits for it, `cancel` is
//! how the host says stop meanwhile, `kill` ends it, and `cgroup` all that is in its cgroup, `reap` asks how it ended.

mod buffer;
mod cancel;
mod capture;
mod cgroup;
mod channel;
mod child;
mod clone3;
mod clone_mode;
mod deadline;
mod descriptor;
mod entrance;
mod handle;
mod in_place;
mod kill;
mod left_behind;
mod oom;
mod output;
mod pidfd;
mod plan;
mod program;
mod reap;
mod run;
mod signals;
mod spawn;
mod stack;
mod stdin;
mod watch;
mod workshop;

pub(super) use cancel::is_canceled;
pub(super) use deadline::Deadline;
pub use left_behind::reap as reap_left_behind;
pub(super) use run::{Job, Limits, run};
pub(super) use workshop::Workshop;

use crate::errno::Errno;
use crate::error::Cause;
use crate::run::step::Step;

/// A call of the parent's that failed: what for, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct SystemFailure {
    pub call: &'static str,
    pub errno: Errno,
}

impl SystemFailure {
    /// The calling thread's last failed call.
    fn last(call: &'static str) -> SystemFailure {
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
pub(super) enum Failure {
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
