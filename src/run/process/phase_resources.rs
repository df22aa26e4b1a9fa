//! The resources that a phase keeps from hook to hook. They are made when the first command needs them, and
//! freed with the phase.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::rc::Rc;

use crate::errno::Errno;
use crate::outcome::Outcome;
use crate::phase::{Namespace, Phase};
use crate::run::process::caller;
use crate::run::process::cgroup;
use crate::run::process::cgroup::oom;
use crate::run::process::child::SignalSet;
use crate::run::process::container::ContainerNamespaces;
use crate::run::process::spawn::channel::Channel;
use crate::run::process::spawn::child::Child;
use crate::run::process::spawn::clone_mode::{CloneMode, core_dumps_spread, fork_is_asked_for};
use crate::run::process::spawn::exec_plan::{ChildEntry, ChildSetup, Entry, ExecPlan};
use crate::run::process::spawn::joiner_file::JoinerFile;
use crate::run::process::spawn::joiner_in_place::JoinerInPlace;
use crate::run::process::spawn::prepared_child::PreparedChild;
use crate::run::process::streams::buffer::Buffer;
use crate::run::process::streams::dev_null::DevNull;
use crate::run::process::system::descriptor::above_stdio;
use crate::run::process::system::failure::SystemFailure;
use crate::run::process::system::signal_dispositions::Dispositions;
use crate::run::runner::ProcessGroup;
use crate::run::runner::container::Container;
use crate::step::Step;

/// The resources of one phase.
#[derive(Debug, Default)]
pub(in crate::run) struct PhaseResources {
    mode: Option<CloneMode>,
    /// The memory that the last child read, to be laid out again.
    spare: Option<Box<PreparedChild>>,
    joiner: Joiner,
    channel: Option<Rc<Channel>>,
    core_dumps_spread: Option<bool>,
    dispositions: Option<Dispositions>,
    buffer: Buffer,
    /// How many bytes of earlier hooks' output the report keeps.
    pub(in crate::run) kept: usize,
    pub(super) dev_null: DevNull,
    /// Whether no call is made that is newer than Linux 5.4.
    pub(super) old_calls: bool,
    cgroup: Option<OwnedFd>,
    /// The cgroup's count of OOM kills when it was last read; `None` if the cgroup does not count them.
    oom_kills: Option<u64>,
    namespaces: Option<ContainerNamespaces>,
    group: Option<ProcessGroup>,
    caller: Option<OwnedFd>,
    /// Whether a hook has entered the container, and compared its namespaces.
    was_entered: bool,
}

impl PhaseResources {
    /// Makes a child by a plan, in the first mode that the system supports.
    pub(super) fn spawn(&mut self, plan: ExecPlan) -> Result<Child, SystemFailure> {
        let prepared = match self.spare.take() {
            Some(mut spare) => {
                spare.plan = plan;
                spare
            }
            None => PreparedChild::new(plan)?,
        };
        self.spawn_prepared(prepared)
    }

    /// Makes a child by a plan that a child was made by before.
    pub(super) fn spawn_prepared(
        &mut self,
        mut prepared: Box<PreparedChild>,
    ) -> Result<Child, SystemFailure> {
        loop {
            let method = self.method(&prepared.plan)?;
            let has_channel = method.entry != ChildEntry::StepsInSharedMemory;
            let channel = if has_channel { Some(self.channel()?) } else { None };
            // execve clears signal handlers, and the joiner's execve comes before any signal is unblocked.
            let executes = matches!(method.entry, ChildEntry::ExecuteJoiner(_));
            prepared.lay_out(&ChildSetup {
                entry: method.entry,
                channel: channel.as_ref().map(|channel| channel.for_next_child()),
                reset: self.signals_to_reset(method.mode.clears_handlers() || executes),
            })?;
            match Child::new(method.mode, prepared, channel) {
                Ok(child) => return Ok(child),
                Err((failure, again)) => {
                    self.mode = Some(method.mode.after(failure).ok_or(failure)?);
                    prepared = again;
                }
            }
        }
    }

    /// Keeps the memory that a dead child read, for the next child.
    pub(super) fn keep(&mut self, mut prepared: Box<PreparedChild>) {
        prepared.in_place = None;
        self.spare = Some(prepared);
    }

    /// Chooses how to make a child that follows the plan and never endangers the host.
    fn method(&mut self, plan: &ExecPlan) -> Result<SpawnMethod, SystemFailure> {
        let old_calls = self.old_calls;
        let mode = *self.mode.get_or_insert_with(|| CloneMode::first(old_calls));
        let shared = mode.shares_memory();
        let dumps_spread = shared && *self.core_dumps_spread.get_or_insert_with(core_dumps_spread);
        if !(plan.needs_own_memory() || dumps_spread) {
            let entry = if shared { ChildEntry::StepsInSharedMemory } else { ChildEntry::Steps };
            return Ok(SpawnMethod { mode, entry });
        }
        Ok(match self.joiner()? {
            Some(file) => SpawnMethod { mode, entry: ChildEntry::ExecuteJoiner(file) },
            None if JoinerInPlace::CAN_BE => {
                SpawnMethod { mode: CloneMode::Fork, entry: ChildEntry::BecomeJoiner }
            }
            None => SpawnMethod { mode: CloneMode::Fork, entry: ChildEntry::Steps },
        })
    }

    /// The joiner's descriptor; `None` if the system has no executable file in memory, or refuses to execute
    /// it.
    fn joiner(&mut self) -> Result<Option<RawFd>, SystemFailure> {
        if let Joiner::NotMade = self.joiner {
            let made = if fork_is_asked_for() { None } else { JoinerFile::new()? };
            self.joiner = made.map_or(Joiner::Unavailable, Joiner::Ready);
        }
        Ok(match &self.joiner {
            Joiner::Ready(file) => Some(file.descriptor()),
            Joiner::NotMade | Joiner::Unavailable => None,
        })
    }

    /// Notes that the kernel refuses to execute the joiner.
    pub(super) fn joiner_was_refused(&mut self) {
        self.joiner = Joiner::Unavailable;
    }

    fn channel(&mut self) -> Result<Rc<Channel>, SystemFailure> {
        if self.channel.is_none() {
            self.channel = Some(Rc::new(Channel::new()?));
        }
        self.channel.clone().ok_or(SystemFailure { call: "socketpair", errno: Errno(libc::EINVAL) })
    }

    fn signals_to_reset(&mut self, handlers_are_cleared: bool) -> SignalSet {
        self.dispositions.take_if(|known| known.stale());
        self.dispositions.get_or_insert_with(Dispositions::ask).to_reset(handlers_are_cleared)
    }

    /// Notes that functions of the host have run, which may have changed any disposition.
    pub(in crate::run) fn invalidate_dispositions(&mut self) {
        self.dispositions = None;
    }

    /// The process group of the phase's hooks; replaces `Automatic` by an actual group.
    pub(super) fn process_group(&mut self, wanted: ProcessGroup) -> ProcessGroup {
        *self.group.get_or_insert_with(|| match wanted {
            ProcessGroup::Automatic if caller::is_in_foreground() => ProcessGroup::Caller,
            ProcessGroup::Automatic => ProcessGroup::Own,
            wanted => wanted,
        })
    }

    /// A pidfd of the calling process.
    pub(super) fn caller(&mut self) -> Result<RawFd, SystemFailure> {
        let caller = match self.caller.take() {
            Some(caller) => caller,
            None => caller::pidfd()?,
        };
        Ok(self.caller.insert(caller).as_raw_fd())
    }

    /// The file through which the runner's cgroup is joined.
    pub(super) fn cgroup(&mut self, directory: Option<BorrowedFd<'_>>) -> Result<Option<RawFd>, Outcome> {
        let Some(directory) = directory else { return Ok(None) };
        if self.cgroup.is_none() {
            let file = cgroup::open(directory).map_err(|errno| Outcome::SpawnFailed {
                step: Step::Cgroup,
                errno,
                obstacle: None,
            })?;
            self.cgroup = Some(above_stdio(file, "duplicate of cgroup.procs")?);
            self.oom_kills = oom::kills(directory);
        }
        Ok(self.cgroup.as_ref().map(AsRawFd::as_raw_fd))
    }

    /// Whether the OOM killer has killed a process of the runner's cgroup since the last call.
    pub(super) fn oom_killer_struck(&mut self, directory: Option<BorrowedFd<'_>>) -> bool {
        let (before, now) = (self.oom_kills, directory.and_then(oom::kills));
        self.oom_kills = now;
        before.is_some() && before < now
    }

    /// How a phase's hooks enter the container; `None` if they run in the caller's namespaces.
    pub(super) fn entry(
        &mut self,
        container: &Container<'_>,
        phase: Phase,
    ) -> Result<Option<Entry>, Outcome> {
        if phase.namespace() == Namespace::Runtime {
            return Ok(None);
        }
        let inside = phase.path_namespace() == Namespace::Container;
        let namespaces = match &mut self.namespaces {
            Some(found) => found,
            none => none.insert(ContainerNamespaces::find(container, inside)?),
        };
        if namespaces.are_the_callers() {
            return Ok(None);
        }
        namespaces.check(container)?;
        Ok(Some(Entry {
            container: Box::new(namespaces.entry()),
            asks_pidfd: namespaces.pidfds_answer(),
            compares_place: !self.was_entered,
            opens_executable: !inside,
        }))
    }

    /// Notes that a hook has entered the container.
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

/// The joiner of a phase.
#[derive(Debug, Default)]
enum Joiner {
    #[default]
    NotMade,
    Ready(JoinerFile),
    /// The system has no executable file in memory, or refuses to execute it.
    Unavailable,
}
