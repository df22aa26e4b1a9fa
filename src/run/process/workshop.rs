//! What a phase keeps from hook to hook: made when the first command needs it, gone with the phase.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};

use super::buffer::Buffer;
use super::descriptor::{above_stdio, open, open_at};
use super::entrance::Entrance;
use super::plan::{CGROUP_PROCS, Join, Mission, Plan};
use super::signals::{Dispositions, SignalSet};
use super::spawn::{Child, Form};
use super::stack::Stack;
use super::{Failure, SystemFailure};
use crate::errno::Errno;
use crate::phase::{Namespace, Phase};
use crate::run::container::Container;
use crate::run::step::Step;

/// The tools of one phase.
#[derive(Debug, Default)]
pub(in crate::run) struct Workshop {
    form: Option<Form>,
    stack: Option<Stack>,
    dispositions: Option<Dispositions>,
    buffer: Buffer,
    dev_null: Option<OwnedFd>,
    cgroup: Option<OwnedFd>,
    entrance: Option<Option<Entrance>>,
}

impl Workshop {
    /// Makes a child by a plan, in the first form that the system knows.
    pub(super) fn spawn(&mut self, mut plan: Plan) -> Result<Child, SystemFailure> {
        loop {
            let form = *self.form.get_or_insert_with(|| Form::first(plan.join.is_some()));
            plan.reset = self.signals_to_reset(form.clears_handlers());
            let stack = self.stack.take().map_or_else(|| Stack::new(form.memory()), Ok)?;
            match Child::new(form, Box::new(Mission { plan, stack })) {
                Ok(child) => return Ok(child),
                Err((failure, mission)) => {
                    let Some(next) = form.after(failure) else {
                        self.stack = Some(mission.stack);
                        return Err(failure);
                    };
                    self.form = Some(next);
                    // The stack goes: the next form may need another kind of memory.
                    plan = mission.plan;
                }
            }
        }
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

    /// The file by which the runner's cgroup is joined, or -1.
    pub(super) fn cgroup(&mut self, directory: Option<BorrowedFd<'_>>) -> Result<RawFd, Failure> {
        let Some(directory) = directory else { return Ok(-1) };
        if self.cgroup.is_none() {
            let file = open_at(directory.as_raw_fd(), CGROUP_PROCS, libc::O_WRONLY)
                .map_err(|errno| Failure::Step(Step::Cgroup, errno))?;
            self.cgroup = Some(above_stdio(file, "duplicate of cgroup.procs")?);
        }
        Ok(self.cgroup.as_ref().map_or(-1, AsRawFd::as_raw_fd))
    }

    /// How a phase's hooks enter the container that they belong in, if they do.
    pub(super) fn join(&mut self, container: &Container<'_>, phase: Phase) -> Result<Option<Join>, Failure> {
        if phase.namespace() == Namespace::Runtime {
            return Ok(None);
        }
        if self.entrance.is_none() {
            let inside = phase.path_namespace() == Namespace::Container;
            self.entrance = Some(Entrance::find(container, inside)?);
        }
        let Some(Some(entrance)) = &self.entrance else { return Ok(None) };
        entrance.check(container)?;
        Ok(Some(entrance.plan()))
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
