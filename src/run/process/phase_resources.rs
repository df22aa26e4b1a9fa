//! What a phase keeps from hook to hook: made when the first command needs it, gone with the phase.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::rc::Rc;

use crate::errno::Errno;
use crate::outcome::Outcome;
use crate::phase::{Namespace, Phase};
use crate::run::process::cgroup;
use crate::run::process::cgroup::oom;
use crate::run::process::child::SignalSet;
use crate::run::process::container::ContainerNamespaces;
use crate::run::process::spawn::channel::Channel;
use crate::run::process::spawn::child::Child;
use crate::run::process::spawn::clone_mode::{CloneMode, core_dumps_spread, fork_is_asked_for};
use crate::run::process::spawn::exec_plan::{Entry, ExecPlan};
use crate::run::process::spawn::joiner_file::JoinerFile;
use crate::run::process::spawn::joiner_in_place::JoinerInPlace;
use crate::run::process::spawn::prepared_child::{ChildEntry, PreparedChild};
use crate::run::process::spawn::stack::{Stack, StackSize};
use crate::run::process::streams::buffer::Buffer;
use crate::run::process::streams::dev_null::DevNull;
use crate::run::process::system::descriptor::above_stdio;
use crate::run::process::system::failure::SystemFailure;
use crate::run::process::system::signal_dispositions::Dispositions;
use crate::run::runner::container::Container;
use crate::step::Step;

/// The tools of one phase.
#[derive(Debug, Default)]
pub(in crate::run) struct PhaseResources {
    mode: Option<CloneMode>,
    stack: Option<Stack>,
    /// `Some(None)`: it can't be had, or the kernel does not execute it.
    program: Option<Option<JoinerFile>>,
    channel: Option<Rc<Channel>>,
    core_dumps_spread: Option<bool>,
    dispositions: Option<Dispositions>,
    buffer: Buffer,
    /// How much output of the hooks before is kept in the report, in bytes.
    pub(in crate::run) kept: usize,
    pub(super) dev_null: DevNull,
    cgroup: Option<OwnedFd>,
    /// How many the OOM killer had taken in the cgroup when it was asked last; `None` where nobody counts.
    oom_kills: Option<u64>,
    namespaces: Option<Option<ContainerNamespaces>>,
    /// Whether a hook has entered the container, and compared where it was.
    was_entered: bool,
}

impl PhaseResources {
    /// Makes a child by a plan, in the first mode that the system knows.
    pub(super) fn spawn(&mut self, mut plan: ExecPlan) -> Result<Child, SystemFailure> {
        loop {
            let method = self.method(&plan)?;
            let is_heard = method.entry != ChildEntry::StepsInSharedMemory;
            let channel = if is_heard { Some(self.channel()?) } else { None };
            (plan.orders.channel, plan.orders.tag) =
                channel.as_ref().map_or((-1, 0), |it| it.for_next_child());
            // execve clears handlers itself: that of the joiner, before any signal is unblocked.
            let executes = matches!(method.entry, ChildEntry::ExecuteJoiner(_));
            plan.orders.reset = self.signals_to_reset(method.mode.clears_handlers() || executes);
            let stack = self.take_stack(method.stack_size(&plan))?;
            let prepared = Box::new(PreparedChild::new(plan, stack, method.entry)?);
            match Child::new(method.mode, prepared, channel) {
                Ok(child) => return Ok(child),
                Err((failure, prepared)) => {
                    let PreparedChild { plan: again, stack, .. } = *prepared;
                    self.stack = Some(stack);
                    self.mode = Some(method.mode.after(failure).ok_or(failure)?);
                    plan = again;
                }
            }
        }
    }

    /// How a child is made that does what the plan says, and shares the host's fate in nothing.
    fn method(&mut self, plan: &ExecPlan) -> Result<SpawnMethod, SystemFailure> {
        let mode = *self.mode.get_or_insert_with(CloneMode::first);
        let shared = mode.shares_memory();
        let dumps_spread = shared && *self.core_dumps_spread.get_or_insert_with(core_dumps_spread);
        if !(plan.needs_own_memory() || dumps_spread) {
            let entry = if shared { ChildEntry::StepsInSharedMemory } else { ChildEntry::Steps };
            return Ok(SpawnMethod { mode, entry });
        }
        Ok(match self.program()? {
            Some(program) => SpawnMethod { mode, entry: ChildEntry::ExecuteJoiner(program) },
            None if JoinerInPlace::CAN_BE => {
                SpawnMethod { mode: CloneMode::Fork, entry: ChildEntry::BecomeJoiner }
            }
            None => SpawnMethod { mode: CloneMode::Fork, entry: ChildEntry::Steps },
        })
    }

    fn program(&mut self) -> Result<Option<RawFd>, SystemFailure> {
        if self.program.is_none() {
            self.program = Some(if fork_is_asked_for() { None } else { JoinerFile::new()? });
        }
        Ok(self.program.iter().flatten().map(JoinerFile::descriptor).next())
    }

    /// The kernel does not execute the joiner.
    pub(super) fn joiner_was_refused(&mut self) {
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
    pub(in crate::run) fn invalidate_dispositions(&mut self) {
        self.dispositions = None;
    }

    /// The file by which the runner's cgroup is joined.
    pub(super) fn cgroup(&mut self, directory: Option<BorrowedFd<'_>>) -> Result<Option<RawFd>, Outcome> {
        let Some(directory) = directory else { return Ok(None) };
        if self.cgroup.is_none() {
            let file = cgroup::open(directory)
                .map_err(|errno| Outcome::SpawnFailed { step: Step::Cgroup, errno })?;
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
    ) -> Result<Option<Entry>, Outcome> {
        if phase.namespace() == Namespace::Runtime {
            return Ok(None);
        }
        let inside = phase.path_namespace() == Namespace::Container;
        if self.namespaces.is_none() {
            self.namespaces = Some(ContainerNamespaces::find(container, inside)?);
        }
        let Some(Some(namespaces)) = &self.namespaces else { return Ok(None) };
        namespaces.check(container)?;
        Ok(Some(Entry {
            container: namespaces.entry(),
            asks_pidfd: namespaces.pidfds_answer(),
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
}

/// How a child is made.
struct SpawnMethod {
    mode: CloneMode,
    entry: ChildEntry,
}

impl SpawnMethod {
    fn stack_size(&self, plan: &ExecPlan) -> StackSize {
        match self.entry {
            ChildEntry::Steps | ChildEntry::BecomeJoiner if plan.enters_container() => StackSize::Large,
            _ => StackSize::Small,
        }
    }
}
