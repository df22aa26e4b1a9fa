//! The plan of a child, laid out before it is made, because the child can't allocate or look anything up.

use std::os::fd::RawFd;

use super::exec_image::ExecImage;
use crate::run::process::child::{
    ASKS_PIDFD, COMPARES_PLACE, ContainerEntry, DIRECTORY_MAY_FAIL, ENTERS_CONTAINER, HAS_DIRECTORY,
    LEADS_SESSION, LIMITS, Limit, NO_DESCRIPTOR, NO_NEW_PRIVILEGES, OLD_CALLS, OPENS_EXECUTABLE, OWN_MEMORY,
    Orders, Region, STAYS_IN_GROUP, SignalSet,
};
use crate::run::process::streams::stdin::Stdin;
use crate::run::runner::{ProcessGroup, Resource, Runner};

/// How the child enters a container.
#[derive(Debug)]
pub(in crate::run::process) struct Entry {
    pub container: Box<ContainerEntry>,
    /// Whether a pidfd gives access to namespaces on this kernel.
    pub asks_pidfd: bool,
    /// Whether the child looks up its own namespaces, and compares them.
    pub compares_place: bool,
    /// Whether the executable is opened outside, before the mount namespace is joined. Otherwise the path is
    /// resolved inside.
    pub opens_executable: bool,
}

/// The cgroup, container and process group of the child.
#[derive(Debug)]
pub(in crate::run::process) struct Joins {
    /// The `cgroup.procs` of a cgroup.
    pub cgroup: Option<RawFd>,
    pub entry: Option<Entry>,
    pub group: ProcessGroup,
    /// The pidfd of the caller, if the hook dies with it.
    pub caller: Option<RawFd>,
}

/// The child's work, independent of how the child is made.
#[derive(Debug)]
pub(in crate::run::process) struct ExecPlan {
    pub image: ExecImage,
    /// The bytes that the child fills the stdin pipe with.
    pub state: Vec<u8>,
    flags: u32,
    stdio: [RawFd; 3],
    cgroup: Option<RawFd>,
    caller: Option<RawFd>,
    container: Option<Box<ContainerEntry>>,
    limits: Vec<Limit>,
}

/// The details of a child that depend on how it is made.
#[derive(Debug)]
pub(in crate::run::process) struct ChildSetup {
    pub entry: ChildEntry,
    /// The socket that it reports through, and the tag of its messages; `None` if it reports in shared
    /// memory.
    pub channel: Option<(RawFd, u32)>,
    /// The signals that it sets back to their default disposition.
    pub reset: SignalSet,
}

/// How a child begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum ChildEntry {
    /// It does the steps itself, in the host's memory.
    StepsInSharedMemory,
    /// It does the steps itself, in a copy of the host's memory.
    Steps,
    /// It executes the joiner.
    ExecuteJoiner(RawFd),
    /// It becomes the joiner without execve, in a copy of the host's memory, which it then frees.
    BecomeJoiner,
}

impl ExecPlan {
    /// A plan for a hook with these streams, in this cgroup, in this container.
    pub fn new(
        image: ExecImage,
        runner: &Runner<'_>,
        stdin: &Stdin<'_>,
        [stdout, stderr]: [RawFd; 2],
        joins: Joins,
    ) -> Self {
        let Joins { cgroup, entry, group, caller } = joins;
        let mut flags = 0;
        let mut set = |flag, on: bool| flags |= if on { flag } else { 0 };
        set(DIRECTORY_MAY_FAIL, runner.working_directory_may_fail);
        set(NO_NEW_PRIVILEGES, runner.no_new_privileges);
        set(OLD_CALLS, runner.old_calls);
        set(HAS_DIRECTORY, !image.directory().is_null());
        set(STAYS_IN_GROUP, group == ProcessGroup::Caller);
        set(LEADS_SESSION, group == ProcessGroup::Session);
        if let Some(entry) = &entry {
            set(ENTERS_CONTAINER, true);
            set(ASKS_PIDFD, entry.asks_pidfd);
            set(COMPARES_PLACE, entry.compares_place);
            set(OPENS_EXECUTABLE, entry.opens_executable);
        }
        let limit = |resource: &Resource| Limit {
            resource: u64::try_from(resource.resource).unwrap_or(u64::MAX),
            soft: resource.soft,
            hard: resource.hard,
        };
        Self {
            image,
            state: stdin.state().into(),
            flags,
            stdio: [stdin.source().unwrap_or(libc::STDIN_FILENO), stdout, stderr],
            cgroup,
            caller,
            container: entry.map(|entry| entry.container),
            limits: runner.resources.iter().take(LIMITS).map(limit).collect(),
        }
    }

    /// The plan in the form that a child with that setup reads.
    pub fn orders(&self, setup: &ChildSetup) -> Orders {
        let own_memory = if setup.entry == ChildEntry::StepsInSharedMemory { 0 } else { OWN_MEMORY };
        let (channel, tag) = setup.channel.unwrap_or((NO_DESCRIPTOR, 0));
        let mut limits = [Limit::default(); LIMITS];
        let mut limit_count = 0;
        for (place, limit) in limits.iter_mut().zip(&self.limits) {
            *place = *limit;
            limit_count += 1;
        }
        Orders {
            reset: setup.reset,
            flags: self.flags | own_memory,
            limit_count,
            stdio: self.stdio,
            cgroup: self.cgroup.unwrap_or(NO_DESCRIPTOR),
            channel,
            tag,
            caller: self.caller.unwrap_or(NO_DESCRIPTOR),
            unused: 0,
            region: Region::NONE,
            container: self.container.as_deref().copied().unwrap_or(ContainerEntry::NONE),
            limits,
        }
    }

    /// Whether the child does something that must not happen in the host's memory.
    pub fn needs_own_memory(&self) -> bool {
        self.enters_container() || self.cgroup.is_some()
    }

    pub fn enters_container(&self) -> bool {
        self.container.is_some()
    }

    /// Whether the hook is another process than the child that is made first. A process enters a pid
    /// namespace only by birth.
    pub fn has_successor(&self) -> bool {
        self.container.as_ref().is_some_and(|container| container.joins(libc::CLONE_NEWPID))
    }
}
