//! Making the child: one clone that shares memory, and a pidfd with it; and the forms of that clone, of which the first is
//! taken that the system knows.

use std::ffi::{CStr, c_int};
use std::mem::ManuallyDrop;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::ptr;

use super::handle::Handle;
use super::plan::Mission;
use super::signals::AllBlocked;
use super::stack::{Memory, Slot, Stack};
use super::{SystemFailure, child, clone3, kill, pidfd, reap};
use crate::errno::Errno;
use crate::run::container::NamespaceKind;
use crate::run::step::Step;

const CLONE: &str = "clone";

/// A child: the handles on it, and what it reads until it is another program.
///
/// There is no vfork in it: the parent runs on and watches the clock while the child is on its way to
/// execve, which can take for ever (a dead network mount, a frozen cgroup, a file lease).
#[derive(Debug)]
pub(super) struct Child {
    pub handle: Handle,
    /// Freed only where the child has been seen dead.
    mission: ManuallyDrop<Box<Mission>>,
}

/// How the child is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it should be: the parent runs on, and the kernel clears the handlers, so that none of the host's can run in
    /// the child.
    Cleared,
    /// The parent runs on.
    Plain,
    /// vfork's form, which is all that emulators know: Valgrind, which ends the program for any other, and
    /// qemu-user. They make the child a fork.
    Vfork,
    /// A fork, with memory of its own: for a child that enters a container, which must not see the host's.
    Fork,
}

impl Form {
    /// The form to begin with.
    pub fn first(join: bool) -> Form {
        match join {
            true => Form::Fork,
            false if under_valgrind() => Form::Vfork,
            false if clone3::WRITTEN => Form::Cleared,
            false => Form::Plain,
        }
    }

    /// The form to try after this one was refused; `None` where it is not the form that was refused.
    pub fn after(self, refusal: SystemFailure) -> Option<Form> {
        match (self, refusal.errno.0) {
            _ if refusal.call != CLONE => None,
            // What another form would not find either.
            (_, libc::EAGAIN | libc::ENOMEM | libc::EMFILE | libc::ENFILE) => None,
            // An older kernel, or a seccomp profile, which may say anything.
            (Form::Cleared, _) => Some(Form::Plain),
            (Form::Plain, libc::EINVAL) => Some(Form::Vfork),
            _ => None,
        }
    }

    /// Whether the child has no handlers from its birth on.
    pub fn clears_handlers(self) -> bool {
        self == Form::Cleared
    }

    /// The memory that the child's words reach the parent by.
    pub fn memory(self) -> Memory {
        match self {
            Form::Cleared | Form::Plain => Memory::Heap,
            Form::Vfork | Form::Fork => Memory::Shared,
        }
    }
}

impl Child {
    /// Makes the child, and sends it on its mission.
    pub fn new(form: Form, mission: Box<Mission>) -> Result<Child, (SystemFailure, Box<Mission>)> {
        match clone(form, &mission) {
            Ok(handle) => Ok(Child { handle, mission: ManuallyDrop::new(mission) }),
            Err(failure) => Err((failure, mission)),
        }
    }

    /// What failed in a child that is dead and reaped, if anything; its stack, for the next; and its handle.
    pub fn into_parts(self) -> (Option<(Step, Errno)>, Stack, Handle) {
        let (handle, mission) = self.disarm();
        (mission.stack.slot().take(), mission.stack, handle)
    }

    /// Turns to the process that goes on in a dead child's place, if there is one: reaps the child, and is the other's
    /// from then on.
    pub fn turn_to_successor(&mut self) -> bool {
        let Some(successor) = successor(self.mission.stack.slot()) else { return false };
        reap::status(&self.handle);
        self.handle = successor;
        true
    }

    /// Leaves a child that can't be killed to itself. Its memory goes with it: it may wake up yet.
    pub fn abandon(self) {
        std::mem::forget(self.disarm().1);
    }

    /// Takes it apart, past its drop.
    fn disarm(self) -> (Handle, Box<Mission>) {
        let mut child = ManuallyDrop::new(self);
        // SAFETY: both are taken once; what they are taken from is neither used nor dropped again.
        unsafe { (ptr::read(&child.handle), ManuallyDrop::take(&mut child.mission)) }
    }
}

impl Drop for Child {
    /// Only where a call of the parent's failed: the child must not live on unseen.
    fn drop(&mut self) {
        let mut dead = kill::and_reap(&self.handle);
        if let Some(successor) = successor(self.mission.stack.slot()) {
            dead &= kill::and_reap(&successor);
        }
        if dead {
            // SAFETY: dropped here only, and nobody reads it any more.
            unsafe { ManuallyDrop::drop(&mut self.mission) };
        }
    }
}

/// The process that goes on in a dead child's place. A clone that is killed has been given a descriptor's number already,
/// and gives it back: without a process's number beside it, it may be anybody's by now.
fn successor(slot: &Slot) -> Option<Handle> {
    let (pid, pidfd) = slot.successor()?;
    if pid == 0 && !reap::is_of_our_child(pidfd) {
        return None;
    }
    // SAFETY: the kernel made it for this process, and nobody else was told.
    Some(Handle::new(pid, unsafe { OwnedFd::from_raw_fd(pidfd) }))
}

fn clone(form: Form, mission: &Mission) -> Result<Handle, SystemFailure> {
    const PLAIN: c_int = libc::CLONE_VM | libc::CLONE_PIDFD | libc::SIGCHLD;
    const VFORK: c_int = PLAIN | libc::CLONE_VFORK;
    const FORK: c_int = PLAIN & !libc::CLONE_VM;
    let has_successor = mission.plan.join.as_ref().is_some_and(|join| join.has(NamespaceKind::Pid));
    match form {
        Form::Cleared => clone_cleared(mission),
        Form::Plain => clone_by(PLAIN, mission),
        // Its descriptors are ours as long as it lives, so that its successor's pidfd is.
        Form::Fork if has_successor => clone_by(FORK | libc::CLONE_FILES, mission),
        Form::Fork => clone_by(FORK, mission),
        Form::Vfork => match clone_by(VFORK, mission) {
            // qemu-user knows no pidfd here.
            Err(failure) if failure.errno.0 == libc::EINVAL => clone_by(VFORK & !libc::CLONE_PIDFD, mission),
            answer => answer,
        },
    }
}

/// No signal has to be blocked for this: there is no handler that could run in the child.
fn clone_cleared(mission: &Mission) -> Result<Handle, SystemFailure> {
    let argument = ptr::from_ref(mission).cast_mut().cast();
    // SAFETY: the child runs on a stack of its own, reads the mission and writes its atomics; both outlive it (see
    // `Mission`). It ends by itself and never returns.
    match unsafe { clone3::clone3(child::main, argument, &mission.stack) } {
        // SAFETY: the pidfd is new, and nobody else's.
        Ok((pid, pidfd)) => Ok(Handle::new(pid, unsafe { OwnedFd::from_raw_fd(pidfd) })),
        Err(errno) => Err(SystemFailure { call: CLONE, errno: Errno(errno) }),
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
        // The child is not reaped yet: the number is its own.
        return pidfd::open(pid, 0).map(|pidfd| Handle::new(pid, pidfd)).map_err(|errno| {
            kill::blindly(pid);
            SystemFailure { call: "pidfd_open", errno }
        });
    }
    // SAFETY: it is new, and nobody else's.
    Ok(Handle::new(pid, unsafe { OwnedFd::from_raw_fd(pidfd) }))
}

/// Valgrind is told by what it preloads. Asked anew for each phase: a relaxed atomic that keeps the answer for all threads is
/// a race to helgrind, and to the host's developers who use it.
fn under_valgrind() -> bool {
    const MARK: &[u8] = b"/vgpreload";
    // SAFETY: getenv returns NULL or a string, which is read at once.
    let preload = unsafe {
        let value = libc::getenv(c"LD_PRELOAD".as_ptr());
        if value.is_null() { c"" } else { CStr::from_ptr(value) }
    };
    preload.to_bytes().windows(MARK.len()).any(|part| part == MARK)
}
