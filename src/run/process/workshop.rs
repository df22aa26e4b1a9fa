//! What a phase keeps from hook to hook: made when the first command needs it, gone with the phase.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::rc::Rc;

use super::buffer::Buffer;
use super::channel::Channel;
use super::child::SignalSet;
use super::clone_mode::{CloneMode, core_dumps_spread, fork_is_asked_for};
use super::descriptor::{above_stdio, open};
use super::entrance::Entrance;
use super::in_place::InPlace;
use super::plan::{ChildEntry, Entry, ExecPlan, Mission};
use super::program::Program;
use super::signals::Dispositions;
use super::spawn::Child;
use super::stack::{Stack, StackSize};
use super::{Failure, SystemFailure, cgroup, oom};
use crate::errno::Errno;
use crate::phase::{Namespace, Phase};
use crate::run::container::Container;
use crate::run::step::Step;

/// The tools of one phase.
#[derive(Debug, Default)]
pub(in crate::run) struct Workshop {
    mode: Option<CloneMode>,
    stack: Option<Stack>,
    /// `Some(None)`: it can't be had, or the kernel does not execute it.
    program: Option<Option<Program>>,
    channel: Option<Rc<Channel>>,
    core_dumps_spread: Option<bool>,
    dispositions: Option<Dispositions>,
    buffer: Buffer,
    /// How much output of the hooks before is kept in the report, in bytes.
    pub(in crate::run) kept: usize,
    dev_null: Option<OwnedFd>,
    cgroup: Option<OwnedFd>,
    /// How many the OOM killer had taken in the cgroup when it was asked last; `None` where nobody counts.
    oom_kills: Option<u64>,
    entrance: Option<Option<Entrance>>,
    /// Whether a hook has entered the container, and compared where it was.
    was_entered: bool,
}

impl Workshop {
    /// Makes a child by a plan, in the first mode that the system knows.
    pub(super) fn spawn(&mut self, mut plan: ExecPlan) -> Result<Child, SystemFailure> {
        loop {
            let way = self.way(&plan)?;
            let is_heard = way.entry != ChildEntry::StepsInSharedMemory;
            let channel = if is_heard { Some(self.channel()?) } else { None };
            (plan.orders.channel, plan.orders.tag) =
                channel.as_ref().map_or((-1, 0), |it| it.for_next_child());
            // execve clears handlers itself: that of the program, before any signal is unblocked.
            let executes = matches!(way.entry, ChildEntry::Execute(_));
            plan.orders.reset = self.signals_to_reset(way.mode.clears_handlers() || executes);
            let stack = self.take_stack(way.stack_size(&plan))?;
            let mission = Box::new(Mission::new(plan, stack, way.entry)?);
            match Child::new(way.mode, mission, channel) {
                Ok(child) => return Ok(child),
                Err((failure, mission)) => {
                    let Mission { plan: again, stack, .. } = *mission;
                    self.stack = Some(stack);
                    self.mode = Some(way.mode.after(failure).ok_or(failure)?);
                    plan = again;
                }
            }
        }
    }

    /// How a child is made that does what the plan says, and shares the host's fate in nothing.
    fn way(&mut self, plan: &ExecPlan) -> Result<Way, SystemFailure> {
        let mode = *self.mode.get_or_insert_with(CloneMode::first);
        let shared = mode.shares_memory();
        let dumps_spread = shared && *self.core_dumps_spread.get_or_insert_with(core_dumps_spread);
        if !(plan.needs_own_memory() || dumps_spread) {
            let entry = if shared { ChildEntry::StepsInSharedMemory } else { ChildEntry::Steps };
            return Ok(Way { mode, entry });
        }
        Ok(match self.program()? {
            Some(program) => Way { mode, entry: ChildEntry::Execute(program) },
            None if InPlace::CAN_BE => Way { mode: CloneMode::Fork, entry: ChildEntry::InPlace },
            None => Way { mode: CloneMode::Fork, entry: ChildEntry::Steps },
        })
    }

    fn program(&mut self) -> Result<Option<RawFd>, SystemFailure> {
        if self.program.is_none() {
            self.program = Some(if fork_is_asked_for() { None } else { Program::new()? });
        }
        Ok(self.program.iter().flatten().map(Program::descriptor).next())
    }

    /// The kernel does not execute the program.
    pub(super) fn program_was_refused(&mut self) {
        self.program = Some(None);
    }

    fn channel(&mut self) -> Result<Rc<Channel>, SystemFailure> {
        if self.channel.is_none() {
            self.channel = Some(Rc::new(Channel::new()?));
        }
        self.channel.clone().ok_or(SystemFailure { call: "socketpair", errno: Errno(libc::EINVAL) })
    }

    fn take_stack(&mut self, size: StackSize) -> Result<Stack, SystemFailure> {
        self.stack.take().filter(|stack| stack.size() == size).map_or_else(|| Stack::new(size), Ok)
    }

    /// Takes the stack of a child that is dead, for the next.
    pub(super) fn put_stack(&mut self, stack: Stack) {
        self.stack = Some(stack);
    }

    fn signals_to_reset(&mut self, handlers_are_cleared: bool) -> SignalSet {
        self.dispositions.take_if(|known| known.stale());
        self.dispositions.get_or_insert_with(Dispositions::ask).to_reset(handlers_are_cleared)
    }

    /// Functions of the host have run, and may have changed anything.
    pub(in crate::run) fn host_has_run(&mut self) {
        self.dispositions = None;
    }

    /// The file by which the runner's cgroup is joined.
    pub(super) fn cgroup(&mut self, directory: Option<BorrowedFd<'_>>) -> Result<Option<RawFd>, Failure> {
        let Some(directory) = directory else { return Ok(None) };
        if self.cgroup.is_none() {
            let file = cgroup::open(directory).map_err(|errno| Failure::Step(Step::Cgroup, errno))?;
            self.cgroup = Some(above_stdio(file, "duplicate of cgroup.procs")?);
            self.oom_kills = oom::kills(directory);
        }
        Ok(self.cgroup.as_ref().map(AsRawFd::as_raw_fd))
    }

    /// Whether the OOM killer has taken anybody in the runner's cgroup since this was asked last.
    pub(super) fn oom_killer_struck(&mut self, directory: Option<BorrowedFd<'_>>) -> bool {
        let (before, now) = (self.oom_kills, directory.and_then(oom::kills));
        self.oom_kills = now;
        before.is_some() && before < now
    }

    /// How a phase's hooks enter the container that they belong in, if they do.
    pub(super) fn entry(
        &mut self,
        container: &Container<'_>,
        phase: Phase,
    ) -> Result<Option<Entry>, Failure> {
        if phase.namespace() == Namespace::Runtime {
            return Ok(None);
        }
        let inside = phase.path_namespace() == Namespace::Container;
        if self.entrance.is_none() {
            self.entrance = Some(Entrance::find(container, inside)?);
        }
        let Some(Some(entrance)) = &self.entrance else { return Ok(None) };
        entrance.check(container)?;
        Ok(Some(Entry {
            container: entrance.entry(),
            asks_pidfd: entrance.pidfds_answer(),
            compares_place: !self.was_entered,
            opens_executable: !inside,
        }))
    }

    /// A hook has entered the container.
    pub(super) fn container_was_entered(&mut self) {
        self.was_entered = true;
    }

    /// The buffer that output is read into.
    pub(super) fn buffer(&mut self) -> &mut Buffer {
        &mut self.buffer
    }

    /// /dev/null, to write to; `None` where there is none.
    pub(super) fn dev_null(&mut self) -> Result<Option<RawFd>, SystemFailure> {
        const OPEN: &str = "open of /dev/null";
        if self.dev_null.is_none() {
            match open(c"/dev/null", libc::O_WRONLY) {
                Ok(null) => self.dev_null = Some(above_stdio(null, OPEN)?),
                Err(errno @ Errno(libc::EMFILE | libc::ENFILE | libc::ENOMEM)) => {
                    return Err(SystemFailure { call: OPEN, errno });
                }
                Err(_) => return Ok(None),
            }
        }
        Ok(self.dev_null.as_ref().map(AsRawFd::as_raw_fd))
    }
}

/// How a child is made.
struct Way {
    mode: CloneMode,
    entry: ChildEntry,
}

impl Way {
    fn stack_size(&self, plan: &ExecPlan) -> StackSize {
        match self.entry {
            ChildEntry::Steps | ChildEntry::InPlace if plan.enters_container() => StackSize::Large,
            _ => StackSize::Small,
        }
    }
}
