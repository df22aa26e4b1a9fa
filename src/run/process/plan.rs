//! Everything the child needs, laid out before it is made: it allocates nothing and asks nobody.

use std::os::fd::RawFd;

use super::signals::SignalSet;
use super::stack::Stack;
use crate::run::container::NamespaceKind;
use crate::run::environment::ExecImage;
use crate::run::options::Resource;

/// A cgroup is joined by writing to this file of its directory.
pub(super) const CGROUP_PROCS: &std::ffi::CStr = c"cgroup.procs";

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
    /// The signals to set back to their default; the form that the child is made in decides.
    pub reset: SignalSet,
    /// Whether a working directory that can't be entered for lack of permission is passed over.
    pub directory_may_fail: bool,
    /// The file of the cgroup to join, or -1.
    pub cgroup: RawFd,
    /// The container to enter.
    pub join: Option<Join>,
    pub resources: Vec<Resource>,
    pub no_new_privileges: bool,
}

/// How the child enters a container. Its descriptors are the parent's, kept open for the whole phase.
#[derive(Debug)]
pub(super) struct Join {
    /// In the order of joining.
    pub namespaces: Vec<(NamespaceKind, RawFd)>,
    /// The root and the working directory to enter; -1: those that the mount namespace gives.
    pub root: RawFd,
    pub directory: RawFd,
    /// Whether the program is opened outside, before the mount namespace is joined; else the path means what it does inside.
    pub opens_program: bool,
}

impl Join {
    /// Whether a namespace of that kind is joined.
    pub fn has(&self, kind: NamespaceKind) -> bool {
        self.namespaces.iter().any(|(joined, _)| *joined == kind)
    }
}
