//! Making the child: one clone that shares memory, and a pidfd with it.

use std::ffi::{CStr, c_int};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::ptr;

use super::handle::Handle;
use super::plan::{Mission, Plan};
use super::signals::AllBlocked;
use super::stack::{Memory, Stack};
use super::{SystemFailure, child, kill};
use crate::errno::Errno;
use crate::run::step::Step;

const CLONE: &str = "clone";

/// A child: the handles on it, and what it reads until it is another program.
///
/// There is no vfork in it: the parent runs on and watches the clock while the child is on its way to
/// execve, which can take for ever (a dead network mount, a frozen cgroup, a file lease).
#[derive(Debug)]
pub(super) struct Child {
    pub handle: Handle,
    mission: Option<Box<Mission>>,
}

/// How the child is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it should be: the parent runs on.
    Plain,
    /// vfork's form, which is all that emulators know: Valgrind, which ends the program for any other, and
    /// qemu-user. They make the child a fork.
    Vfork,
}

impl Form {
    /// The form to begin with.
    pub fn first() -> Form {
        if under_valgrind() { Form::Vfork } else { Form::Plain }
    }

    /// The memory that the child's words reach the parent by.
    pub fn memory(self) -> Memory {
        match self {
            Form::Plain => Memory::Heap,
            Form::Vfork => Memory::Shared,
        }
    }
}

impl Child {
    /// Makes the child, and sends it on its way by the plan. `None` where the system does not know the form.
    pub fn new(form: Form, plan: Plan, stack: Stack) -> Result<Option<Child>, (SystemFailure, Stack)> {
        let mission = Box::new(Mission { plan, stack });
        match clone(form, &mission) {
            Ok(handle) => Ok(Some(Child { handle, mission: Some(mission) })),
            Err(failure) if form == Form::Plain && failure.errno.0 == libc::EINVAL => Ok(None),
            Err(failure) => Err((failure, mission.stack)),
        }
    }

    /// What failed in a child that is dead, if anything; and its stack, for the next.
    pub fn into_stack(mut self) -> (Option<(Step, Errno)>, Option<Stack>) {
        match self.mission.take() {
            Some(mission) => (mission.stack.slot().take(), Some(mission.stack)),
            None => (None, None),
        }
    }

    /// Leaves a child that can't be killed to itself. Its memory goes with it: it may wake up yet.
    pub fn abandon(mut self) {
        std::mem::forget(self.mission.take());
    }
}

impl Drop for Child {
    /// A child still has its mission when a call of the parent's failed: it must not live on unseen.
    fn drop(&mut self) {
        if let Some(mission) = self.mission.take()
            && !kill::and_reap(&self.handle)
        {
            std::mem::forget(mission);
        }
    }
}

fn clone(form: Form, mission: &Mission) -> Result<Handle, SystemFailure> {
    const PLAIN: c_int = libc::CLONE_VM | libc::CLONE_PIDFD | libc::SIGCHLD;
    const VFORK: c_int = PLAIN | libc::CLONE_VFORK;
    match form {
        Form::Plain => clone_by(PLAIN, mission),
        Form::Vfork => match clone_by(VFORK, mission) {
            // qemu-user knows no pidfd here.
            Err(failure) if failure.errno.0 == libc::EINVAL => clone_by(VFORK & !libc::CLONE_PIDFD, mission),
            answer => answer,
        },
    }
}

fn clone_by(flags: c_int, mission: &Mission) -> Result<Handle, SystemFailure> {
    let mut pidfd: RawFd = -1;
    let pid = {
        let _blocked = AllBlocked::new()?;
        let argument = ptr::from_ref(mission).cast_mut().cast();
        // SAFETY: the child runs on a stack of its own, reads the mission and writes its atomics; both
        // outlive it (see `Mission`). The kernel writes the pidfd where it is told to.
        unsafe { libc::clone(child::main, mission.stack.top(), flags, argument, &raw mut pidfd) }
    };
    if pid < 0 {
        return Err(SystemFailure::last(CLONE));
    }
    if pidfd < 0 {
        pidfd = open_pidfd(pid)?;
    }
    // SAFETY: it is new, and nobody else's.
    let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
    Ok(Handle { pid, pidfd })
}

/// A pidfd for a child that clone gave none for.
fn open_pidfd(pid: libc::pid_t) -> Result<RawFd, SystemFailure> {
    // SAFETY: plain numbers; the pid is our child's, not yet reaped.
    match unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) } {
        fd if fd >= 0 => Ok(fd as RawFd),
        _ => {
            let failure = SystemFailure::last("pidfd_open");
            kill::blindly(pid);
            Err(failure)
        }
    }
}

/// Valgrind is told by what it preloads.
fn under_valgrind() -> bool {
    const MARK: &[u8] = b"/vgpreload";
    // SAFETY: getenv returns NULL or a string, which is read at once.
    let preload = unsafe {
        let value = libc::getenv(c"LD_PRELOAD".as_ptr());
        if value.is_null() { c"" } else { CStr::from_ptr(value) }
    };
    preload.to_bytes().windows(MARK.len()).any(|part| part == MARK)
}
