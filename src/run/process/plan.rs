//! What a child is to do, laid out before it is made: it allocates nothing and asks nobody.

use std::os::fd::RawFd;
use std::ptr;

use super::SystemFailure;
use super::child::{
    self, ASKS_PIDFD, COMPARES_PLACE, ChildArgs, ContainerEntry, DIRECTORY_MAY_FAIL, ENTERS_CONTAINER,
    ExecPointers, HAS_DIRECTORY, LIMITS, Limit, NO_NEW_PRIVILEGES, OPENS_EXECUTABLE, OWN_MEMORY, Orders,
    Region,
};
use super::in_place::{self, InPlace};
use super::stack::Stack;
use super::stdin::Stdin;
use crate::run::environment::ExecImage;
use crate::run::runner::Runner;

/// How the child enters a container.
#[derive(Debug)]
pub(super) struct Entry {
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
pub(super) struct ExecPlan {
    pub image: ExecImage,
    /// What the child fills a pipe with, for stdin.
    state: Vec<u8>,
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

/// What a child is handed, and what it reads until it is another program: the parent neither changes nor frees it before
/// it has seen the child dead.
#[derive(Debug)]
pub(super) struct Mission {
    pub args: ChildArgs,
    pub plan: ExecPlan,
    pub stack: Stack,
    /// The program, laid out for a fork.
    pub in_place: Option<InPlace>,
}

/// How a child begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChildEntry {
    /// It does the steps itself, in the host's memory.
    StepsInSharedMemory,
    /// It does the steps itself, in a copy of the host's memory.
    Steps,
    /// It executes the program.
    Execute(RawFd),
    /// It becomes the program without execve, in a copy of the host's memory, which is freed.
    InPlace,
}

// SAFETY: its pointers are into memory of its own, but for the process's environment, which nobody reads through it but
// the kernel.
unsafe impl Send for Mission {}

impl Mission {
    pub fn new(mut plan: ExecPlan, stack: Stack, entry: ChildEntry) -> Result<Mission, SystemFailure> {
        let (mut program, mut program_argv, mut laid_out) = (-1, ptr::null(), None);
        plan.orders.region = Region::NONE;
        plan.orders.flags &= !OWN_MEMORY;
        plan.orders.flags |= if entry == ChildEntry::StepsInSharedMemory { 0 } else { OWN_MEMORY };
        match entry {
            ChildEntry::StepsInSharedMemory | ChildEntry::Steps => {}
            ChildEntry::InPlace => laid_out = Some(InPlace::new(&mut plan)?),
            ChildEntry::Execute(descriptor) => {
                let mut text = Vec::new();
                child::encode(&plan.orders, &mut text);
                (program, program_argv) = (descriptor, plan.image.argv_from(text));
            }
        }
        let image = &plan.image;
        let exec = ExecPointers {
            path: image.path(),
            argv: image.argv(),
            envp: image.envp(),
            directory: image.directory(),
        };
        let report = if plan.orders.channel < 0 { ptr::from_ref(stack.report()) } else { ptr::null() };
        let state = if plan.state.is_empty() { ptr::null() } else { plan.state.as_ptr() };
        let (orders, state_bytes) = (plan.orders, plan.state.len());
        let rseq = if laid_out.is_some() { in_place::rseq_area() } else { 0 };
        let args = ChildArgs { orders, exec, report, state, state_bytes, rseq, program, program_argv };
        Ok(Mission { args, plan, stack, in_place: laid_out })
    }
}
