//! Everything the child needs, laid out before it is made: it allocates nothing and asks nobody.

use std::os::fd::RawFd;

use super::signals::SignalSet;
use super::stack::Stack;
use crate::run::environment::ExecImage;
use crate::run::runner::Resource;

/// A cgroup is joined by writing to this file of its directory.
pub(super) const CGROUP_PROCS: &std::ffi::CStr = c"cgroup.procs";

/// Writing here kills all of a cgroup (Linux 5.14).
pub(super) const CGROUP_KILL: &std::ffi::CStr = c"cgroup.kill";

/// What the child is handed. It reads this in the parent's memory, so the parent neither changes nor frees
/// it before it has seen the child dead.
#[derive(Debug)]
pub(super) struct Mission {
    pub plan: Plan,
    pub stack: Stack,
}

/// What the child does.
#[derive(Debug)]
pub(super) struct Plan {
    pub image: ExecImage,
    /// What becomes 0, 1 and 2: each either that very number, or above 2.
    pub stdio: [RawFd; 3],
    /// The signals to set back to their default.
    pub reset: SignalSet,
    /// Whether a working directory that can't be entered for lack of permission is passed over.
    pub directory_may_fail: bool,
    /// The directory of the cgroup to join, or -1.
    pub cgroup: RawFd,
    pub resources: Vec<Resource>,
    pub no_new_privileges: bool,
}
