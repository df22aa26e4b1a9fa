//! Making the child: a clone, and a pidfd with it.

use std::ffi::c_int;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::rc::Rc;

use super::channel::{Channel, Received};
use super::child::Told;
use super::clone_mode::{CLONE, CloneMode};
use super::descriptor::is_readable;
use super::handle::Handle;
use super::plan::{ExecPlan, Mission};
use super::reap::{Found, Reaped, SuccessorSearch};
use super::signals::AllBlocked;
use super::stack::Stack;
use super::{SystemFailure, child, clone3, kill, left_behind, pidfd, reap};
use crate::errno::Errno;
use crate::run::step::Step;

/// A child: the handles on it, and what it reads until it is another program.
///
/// There is no vfork in it: the parent runs on and watches the clock while the child is on its way to
/// execve, which can take for ever (a dead network mount, a frozen cgroup, a file lease).
#[derive(Debug)]
pub(super) struct Child {
    pub handle: ManuallyDrop<Handle>,
    /// Freed only where the child has been seen dead.
    mission: ManuallyDrop<Box<Mission>>,
    /// By which it is heard; `None`: it leaves a report in memory.
    channel: Option<Rc<Channel>>,
    failed: Option<(Step, Errno)>,
    /// How the hook ended, where another process than the one of the handle was to be the hook.
    status: Option<Reaped>,
}

/// What a dead child leaves to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    /// Another process goes on in its place: this one is the child now.
    Successor,
    /// The kernel does not execute the program: the same has to be done by a fork.
    ProgramRefused,
}

impl Child {
    /// Makes the child, and sends it on its mission.
    pub fn new(
        mode: CloneMode,
        mission: Box<Mission>,
        channel: Option<Rc<Channel>>,
    ) -> Result<Child, (SystemFailure, Box<Mission>)> {
        match clone(mode, &mission) {
            Ok(handle) => {
                let (handle, mission) = (ManuallyDrop::new(handle), ManuallyDrop::new(mission));
                Ok(Child { handle, mission, channel, failed: None, status: None })
            }
            Err(failure) => Err((failure, mission)),
        }
    }

    /// Asks the hook to end, by SIGTERM. The child is told first: one that is on its way to the hook yet discards what came
    /// for the host's group, and can't tell this signal from those.
    pub fn ask_to_end(&self) {
        match &self.channel {
            Some(channel) => channel.ask_to_end(self.mission.plan.orders.tag),
            None => self.mission.stack.report().ask_to_end(),
        }
        kill::group(&self.handle, libc::SIGTERM);
    }

    /// Hears a child that is dead and not reaped.
    pub fn after_death(&mut self) -> Result<Next, SystemFailure> {
        let mut next = Next::Nothing;
        let (mut search, mut found) = (None, Found::Alive);
        loop {
            while let Some(received) = self.hear()? {
                match received.told {
                    Told::Failed(step, errno) => self.failed = Some((step, Errno(errno))),
                    Told::ProgramRefused => next = Next::ProgramRefused,
                    Told::Successor if self.turn_to(received)? => return Ok(Next::Successor),
                    Told::Successor => {}
                }
            }
            // It leaves its maker's group behind its word: where it was not found, that was heard just now.
            if let Found::Nobody(status) = found {
                self.status = Some(status);
            }
            let is_over = next == Next::ProgramRefused || !self.mission.plan.has_successor();
            if is_over || self.status.is_some() {
                return Ok(next);
            }
            // It may have been killed before it could say a word; or it is what failed.
            found = search.get_or_insert_with(|| SuccessorSearch::new(&self.handle)).go_on();
            if let Found::Dead(status) = found {
                self.status = Some(status);
                return Ok(next);
            }
        }
    }

    fn hear(&self) -> Result<Option<Received>, SystemFailure> {
        match &self.channel {
            Some(channel) => channel.receive(self.mission.plan.orders.tag),
            None => {
                let told = self.mission.stack.report().take();
                Ok(told.map(|told| Received { told, pidfd: None, sender: 0 }))
            }
        }
    }

    /// Reaps the process that made the successor, and is the successor's from then on. Somebody else's process is refused.
    fn turn_to(&mut self, received: Received) -> Result<bool, SystemFailure> {
        let sender = received.sender;
        let Some(pidfd) = received.pidfd else {
            kill::blindly(sender);
            return Err(SystemFailure { call: "recvmsg of the hook's pidfd", errno: Errno(libc::EMFILE) });
        };
        let Some(pidfd) = self.successor_of(sender, pidfd) else { return Ok(false) };
        reap::status(&self.handle);
        *self.handle = Handle::new(sender, pidfd);
        // What the hook's own process comes to is asked of itself.
        self.mission.plan.forget_successor();
        Ok(true)
    }

    /// The pidfd of the process that sent a message, where that is the successor: a child of ours in the session that its
    /// maker began. Whoever has got hold of the socket may send any pidfd, the container's own say. So the pidfd is
    /// opened here, by the sender's number; the one that came serves where it can't be opened, or its process is dead.
    fn successor_of(&self, sender: libc::pid_t, came: OwnedFd) -> Option<OwnedFd> {
        if !self.is_in_makers_session(sender) {
            let is_dead = is_readable(came.as_fd()).unwrap_or(false);
            return Some(came).filter(|came| is_dead && reap::may_be_our_child(came));
        }
        let opened = pidfd::open(sender, 0).ok().filter(|_| self.is_in_makers_session(sender));
        Some(opened.unwrap_or(came)).filter(reap::may_be_our_child)
    }

    /// Whether a process is in the session that the maker began; true where nobody can tell.
    fn is_in_makers_session(&self, pid: libc::pid_t) -> bool {
        let Some(maker) = self.handle.number() else { return true };
        // SAFETY: plain numbers.
        match unsafe { libc::getsid(pid) } {
            -1 => Errno::last().0 != libc::ESRCH,
            session => session == maker,
        }
    }

    /// Reaps a child that is dead: how the hook ended.
    pub fn reap(&self) -> Reaped {
        self.status.unwrap_or_else(|| reap::status(&self.handle))
    }

    /// What failed in a child that is dead and reaped, if anything; its plan and stack, for the next; and its handle.
    pub fn into_parts(self) -> (Option<(Step, Errno)>, ExecPlan, Stack, Handle) {
        let failed = self.failed;
        let (handle, mission) = self.disarm();
        let Mission { plan, stack, .. } = *mission;
        (failed, plan, stack, handle)
    }

    /// Leaves a child that can't be killed, until it is dead after all. Its memory stays with it: it may wake up yet.
    pub fn abandon(self) {
        let (handle, mission) = self.disarm();
        left_behind::keep(handle, mission);
    }

    /// Takes it apart, past its drop.
    fn disarm(self) -> (Handle, Box<Mission>) {
        let mut child = ManuallyDrop::new(self);
        drop(child.channel.take());
        // SAFETY: both are taken once; what they are taken from is neither used nor dropped again.
        unsafe { (ManuallyDrop::take(&mut child.handle), ManuallyDrop::take(&mut child.mission)) }
    }
}

impl Drop for Child {
    /// Only where a call of the parent's failed: the child must not live on unseen.
    fn drop(&mut self) {
        let mut dead = kill::and_wait(&self.handle);
        while dead && matches!(self.after_death(), Ok(Next::Successor)) {
            dead = kill::and_wait(&self.handle);
        }
        // SAFETY: both are taken once, and nobody uses them any more.
        let (handle, mission) =
            unsafe { (ManuallyDrop::take(&mut self.handle), ManuallyDrop::take(&mut self.mission)) };
        if dead {
            reap::status(&handle);
        } else {
            left_behind::keep(handle, mission);
        }
    }
}

fn clone(mode: CloneMode, mission: &Mission) -> Result<Handle, SystemFailure> {
    const PLAIN: c_int = libc::CLONE_VM | libc::CLONE_PIDFD | libc::SIGCHLD;
    const FORK: c_int = PLAIN & !libc::CLONE_VM;
    // In the child they stay blocked until its steps are done: none of the host's handlers runs there, and no signal that
    // came for the host's group does anything to it.
    let _blocked = AllBlocked::new()?;
    match mode {
        CloneMode::Cleared => clone_cleared(mission),
        CloneMode::Plain => clone_by(PLAIN, mission),
        CloneMode::Fork => match clone_by(FORK, mission) {
            // An emulator may know no pidfd here.
            Err(failure) if failure.errno.0 == libc::EINVAL => clone_by(FORK & !libc::CLONE_PIDFD, mission),
            answer => answer,
        },
    }
}

/// What runs in the child, and what it is told.
fn entry(mission: &Mission) -> (extern "C" fn(*mut libc::c_void) -> c_int, *mut libc::c_void) {
    let main = match mission {
        Mission { in_place: Some(_), .. } => child::load,
        Mission { args, .. } if args.program >= 0 => child::launch,
        _ => child::main,
    };
    (main, ptr::from_ref(&mission.args).cast_mut().cast())
}

fn clone_cleared(mission: &Mission) -> Result<Handle, SystemFailure> {
    let (main, argument) = entry(mission);
    // SAFETY: the child runs on a stack of its own, reads the mission and writes its atomics; both outlive it (see
    // `Mission`). It ends by itself and never returns.
    match unsafe { clone3::clone3(main, argument, &mission.stack) } {
        // SAFETY: the pidfd is new, and nobody else's.
        Ok((pid, pidfd)) => Ok(Handle::new(pid, unsafe { OwnedFd::from_raw_fd(pidfd) })),
        Err(errno) => Err(SystemFailure { call: CLONE, errno: Errno(errno) }),
    }
}

fn clone_by(flags: c_int, mission: &Mission) -> Result<Handle, SystemFailure> {
    let mut pidfd: RawFd = -1;
    let (main, argument) = entry(mission);
    // SAFETY: the child runs on a stack of its own, reads the mission and writes its atomics; both
    // outlive it (see `Mission`). The kernel writes the pidfd where it is told to.
    let pid = unsafe { libc::clone(main, mission.stack.top(), flags, argument, &raw mut pidfd) };
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
