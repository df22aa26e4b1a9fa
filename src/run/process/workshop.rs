//! What a phase keeps from hook to hook: made when the first command needs it, gone with the phase.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use super::SystemFailure;
use super::buffer::Buffer;
use super::descriptor::above_stdio;
use super::plan::Plan;
use super::signals::{Dispositions, SignalSet};
use super::spawn::{Child, Form};
use super::stack::Stack;
use crate::errno::Errno;

/// The tools of one phase.
#[derive(Debug, Default)]
pub(in crate::run) struct Workshop {
    form: Option<Form>,
    stack: Option<Stack>,
    dispositions: Option<Dispositions>,
    buffer: Buffer,
    dev_null: Option<OwnedFd>,
}

impl Workshop {
    /// Makes a child by a plan, in a form that the system knows.
    pub(super) fn spawn(&mut self, plan: impl Fn() -> Plan) -> Result<Child, SystemFailure> {
        loop {
            let form = *self.form.get_or_insert_with(Form::first);
            let stack = self.stack.take().map_or_else(|| Stack::new(form.memory()), Ok)?;
            match Child::new(form, plan(), stack) {
                Ok(Some(child)) => return Ok(child),
                Ok(None) => self.form = Some(Form::Vfork),
                Err((failure, stack)) => {
                    self.stack = Some(stack);
                    return Err(failure);
                }
            }
        }
    }

    /// Takes the stack of a child that is dead, for the next.
    pub(super) fn put_stack(&mut self, stack: Stack) {
        self.stack = Some(stack);
    }

    /// The signals that the host does not leave at their default.
    pub(super) fn changed_signals(&mut self) -> SignalSet {
        self.dispositions.take_if(|known| known.stale());
        self.dispositions.get_or_insert_with(Dispositions::ask).changed()
    }

    /// Functions of the host have run, and may have changed anything.
    pub(in crate::run) fn host_has_run(&mut self) {
        self.dispositions = None;
    }

    /// The buffer that output is read into.
    pub(super) fn buffer(&mut self) -> &mut Buffer {
        &mut self.buffer
    }

    /// /dev/null, to write to; `None` where there is none.
    pub(super) fn dev_null(&mut self) -> Result<Option<RawFd>, SystemFailure> {
        const OPEN: &str = "open of /dev/null";
        if self.dev_null.is_none() {
            // SAFETY: a NUL-ended path.
            let fd = unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC) };
            if fd < 0 {
                return match Errno::last() {
                    Errno(libc::EMFILE | libc::ENFILE | libc::ENOMEM) => Err(SystemFailure::last(OPEN)),
                    _ => Ok(None),
                };
            }
            // SAFETY: it is new, and nobody else's.
            self.dev_null = Some(above_stdio(unsafe { OwnedFd::from_raw_fd(fd) }, OPEN)?);
        }
        Ok(self.dev_null.as_ref().map(AsRawFd::as_raw_fd))
    }
}
