//! What a child is to do, laid out before it is made: it allocates nothing and asks nobody.

use std::os::fd::RawFd;

use super::exec_image::ExecImage;
use crate::run::process::child::{
    ASKS_PIDFD, COMPARES_PLACE, ContainerEntry, DIRECTORY_MAY_FAIL, ENTERS_CONTAINER, HAS_DIRECTORY, LIMITS,
    Limit, NO_NEW_PRIVILEGES, OPENS_EXECUTABLE, Orders, Region,
};
use crate::run::process::streams::stdin::Stdin;
use crate::run::runner::Runner;

/// How the child enters a container.
#[derive(Debug)]
pub(in crate::run::process) struct Entry {
    pub container: ContainerEntry,
    /// Whether a pidfd hands out namespaces here.
    pub asks_pidfd: bool,
    /// Whether the child asks where it is, and compares.
    pub compares_place: bool,
    /// Whether the executable is opened outside, before the mount namespace is joined; else the path means what it does
    /// inside.
    pub opens_executable: bool,
}

/// What the child does.
#[derive(Debug)]
pub(in crate::run::process) struct ExecPlan {
    pub image: ExecImage,
    /// What the child fills a pipe with, for stdin.
    pub state: Vec<u8>,
    pub orders: Orders,
    /// Whether the hook is another process than the one that is made for it.
    has_successor: bool,
}

impl ExecPlan {
    /// A plan for a hook with these streams, in this cgroup, in this container.
    pub fn new(
        image: ExecImage,
        runner: &Runner<'_>,
        stdin: &Stdin<'_>,
        [stdout, stderr]: [RawFd; 2],
        cgroup: Option<RawFd>,
        entry: Option<&Entry>,
    ) -> ExecPlan {
        let mut flags = 0;
        let mut set = |flag, on: bool| flags |= if on { flag } else { 0 };
        set(DIRECTORY_MAY_FAIL, runner.working_directory_may_fail);
        set(NO_NEW_PRIVILEGES, runner.no_new_privileges);
        set(HAS_DIRECTORY, !image.directory().is_null());
        set(ENTERS_CONTAINER, entry.is_some());
        set(ASKS_PIDFD, entry.is_some_and(|entry| entry.asks_pidfd));
        set(COMPARES_PLACE, entry.is_some_and(|entry| entry.compares_place));
        set(OPENS_EXECUTABLE, entry.is_some_and(|entry| entry.opens_executable));
        let mut limits = [Limit::default(); LIMITS];
        for (place, resource) in limits.iter_mut().zip(&runner.resources) {
            let number = u64::try_from(resource.resource).unwrap_or(u64::MAX);
            *place = Limit { resource: number, soft: resource.soft, hard: resource.hard };
        }
        let orders = Orders {
            reset: 0,
            flags,
            limit_count: runner.resources.len().min(LIMITS) as u32,
            stdio: [stdin.source().unwrap_or(libc::STDIN_FILENO), stdout, stderr],
            cgroup: cgroup.unwrap_or(-1),
            channel: -1,
            tag: 0,
            region: Region::NONE,
            container: entry.map_or(ContainerEntry::NONE, |entry| entry.container),
            limits,
        };
        let has_successor = orders.container.joins(libc::CLONE_NEWPID);
        ExecPlan { image, state: stdin.state().into(), orders, has_successor }
    }

    /// Whether the child does something that must not happen in the host's memory.
    pub fn needs_own_memory(&self) -> bool {
        self.enters_container() || self.orders.cgroup >= 0
    }

    pub fn enters_container(&self) -> bool {
        self.orders.has(ENTERS_CONTAINER)
    }

    /// Whether the hook is another process than the one that is made for it, and not found yet.
    pub fn has_successor(&self) -> bool {
        self.has_successor
    }

    /// The hook's process was found.
    pub fn forget_successor(&mut self) {
        self.has_successor = false;
    }
}
