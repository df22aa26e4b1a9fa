//! Making the child: a clone, and a pidfd with it.

use std::ffi::c_int;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;
use std::rc::Rc;

use super::channel::{Channel, Received};
use super::clone_mode::{CLONE, CloneMode};
use super::clone3;
use super::left_behind;
use super::prepared_child::PreparedChild;
use crate::errno::Errno;
use crate::run::process::child;
use crate::run::process::child::ChildMessage;
use crate::run::process::end::kill;
use crate::run::process::end::reap;
use crate::run::process::end::reap::Reaped;
use crate::run::process::end::stopped;
use crate::run::process::end::successor_search::{SearchResult, SuccessorSearch};
use crate::run::process::pidfd;
use crate::run::process::pidfd::process::Process;
use crate::run::process::system::failure::SystemFailure;
use crate::run::process::system::signal_mask::AllBlocked;
use crate::step::Step;

/// A child: the handles on it, and what it reads until it is another program.
///
/// There is no vfork in it: the parent runs on and watches the clock while the child is on its way to
/// execve, which can take for ever (a dead network mount, a frozen cgroup, a file lease).
#[derive(Debug)]
pub(in crate::run::process) struct Child {
    pub process: ManuallyDrop<Process>,
    /// Freed only where the child has been seen dead.
    prepared: ManuallyDrop<Box<PreparedChild>>,
    /// By which it is heard; `None`: it leaves a report in memory.
    channel: Option<Rc<Channel>>,
    failed: Option<(Step, Errno)>,
    /// Whether the hook is another process than this one, and not found yet.
    awaits_successor: bool,
    /// How the hook ended, where another process than the one of the process was to be the hook.
    status: Option<Reaped>,
}

/// What a dead child leaves to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum AfterDeath {
    Nothing,
    /// Another process goes on in its place: this one is the child now.
    Successor,
    /// The kernel does not execute the program: the same has to be done by a fork.
    JoinerRefused,
}

impl Child {
    /// Makes the child, and sends it on its prepared.
    pub fn new(
        mode: CloneMode,
        prepared: Box<PreparedChild>,
        channel: Option<Rc<Channel>>,
    ) -> Result<Self, (SystemFailure, Box<PreparedChild>)> {
        match clone(mode, &prepared) {
            Ok(process) => {
                let (process, prepared) = (ManuallyDrop::new(process), ManuallyDrop::new(prepared));
                let awaits_successor = prepared.plan.has_successor();
                Ok(Self { process, prepared, channel, failed: None, awaits_successor, status: None })
            }
            Err(failure) => Err((failure, prepared)),
        }
    }

    /// Asks the hook to end, by SIGTERM. The child is told first: one that is on its way to the hook yet discards what came
    /// for the host's group, and can't tell this signal from those.
    pub fn ask_to_end(&self) {
        match &self.channel {
            Some(channel) => channel.ask_to_end(self.prepared.args.orders.tag),
            None => self.prepared.stack.report().ask_to_end(),
        }
        kill::group(&self.process, libc::SIGTERM);
        if stopped::signal(&self.process).is_some() {
            kill::group(&self.process, libc::SIGCONT);
        }
    }

    /// Hears a child that is dead and not reaped.
    pub fn after_death(&mut self) -> Result<AfterDeath, SystemFailure> {
        let mut next = AfterDeath::Nothing;
        let (mut search, mut found) = (None, SearchResult::Alive);
        loop {
            while let Some(received) = self.next_message()? {
                match received.message {
                    ChildMessage::Failed(step, errno) => self.failed = Some((step, Errno(errno))),
                    ChildMessage::JoinerRefused => next = AfterDeath::JoinerRefused,
                    ChildMessage::Successor if self.adopt_successor(received)? => {
                        return Ok(AfterDeath::Successor);
                    }
                    ChildMessage::Successor => {}
                }
            }
            // It leaves its maker's group behind its word: where it was not found, that was heard just now.
            if let SearchResult::Nobody(status) = found {
                self.status = Some(status);
            }
            let is_over = next == AfterDeath::JoinerRefused || !self.awaits_successor;
            if is_over || self.status.is_some() {
                return Ok(next);
            }
            // It may have been killed before it could say a word; or it is what failed.
            found = search.get_or_insert_with(|| SuccessorSearch::new(&self.process)).go_on();
            if let SearchResult::Dead(status) = found {
                self.status = Some(status);
                return Ok(next);
            }
        }
    }

    fn next_message(&self) -> Result<Option<Received>, SystemFailure> {
        match &self.channel {
            Some(channel) => channel.receive(self.prepared.args.orders.tag),
            None => {
                let message = self.prepared.stack.report().take();
                Ok(message.map(|message| Received { message, pidfd: None, sender: 0 }))
            }
        }
    }

    /// Reaps the process that made the successor, and is the successor's from then on. Somebody else's process is refused.
    fn adopt_successor(&mut self, received: Received) -> Result<bool, SystemFailure> {
        let sender = received.sender;
        let Some(pidfd) = received.pidfd else {
            kill::blindly(sender);
            return Err(SystemFailure { call: "recvmsg of the hook's pidfd", errno: Errno(libc::EMFILE) });
        };
        let Some(pidfd) = self.successor_of(sender, pidfd) else { return Ok(false) };
        reap::status(&self.process);
        *self.process = Process::new(sender, pidfd);
        // What the hook's own process comes to is asked of itself.
        self.awaits_successor = false;
        Ok(true)
    }

    /// The pidfd of the process that sent a message, if that is the successor: a child of ours in its maker's session.
    ///
    /// Any holder of the socket can send any pidfd, for example that of the container's own process. The pidfd is therefore
    /// opened here, by the sender's number. The one that came serves where it cannot be opened, or where the sender is dead
    /// and reaped already; a sender in another session is refused.
    fn successor_of(&self, sender: libc::pid_t, came: OwnedFd) -> Option<OwnedFd> {
        match self.is_in_makers_session(sender) {
            Some(true) => {
                let opened = pidfd::open(sender, 0).ok();
                let opened = opened.filter(|_| self.is_in_makers_session(sender) == Some(true));
                Some(opened.unwrap_or(came)).filter(reap::may_be_our_child)
            }
            Some(false) => None,
            None => {
                let is_dead = pidfd::has_ended(came.as_fd()).unwrap_or(false);
                Some(came).filter(|came| is_dead && reap::may_be_our_child(came))
            }
        }
    }

    /// Whether a process is in the session that the maker began; `None`: there is no such process. True where the kernel
    /// does not answer.
    fn is_in_makers_session(&self, pid: libc::pid_t) -> Option<bool> {
        let Some(maker) = self.process.number() else { return Some(true) };
        // SAFETY: plain numbers.
        match unsafe { libc::getsid(pid) } {
            -1 => (Errno::last().0 != libc::ESRCH).then_some(true),
            session => Some(session == maker),
        }
    }

    /// Reaps a child that is dead: how the hook ended.
    pub fn reap(&self) -> Reaped {
        self.status.unwrap_or_else(|| reap::status(&self.process))
    }

    /// What failed in a child that is dead and reaped, if anything; what it read, for the next; and its process.
    pub fn into_parts(self) -> (Option<(Step, Errno)>, Box<PreparedChild>, Process) {
        let failed = self.failed;
        let (process, prepared) = self.disarm();
        (failed, prepared, process)
    }

    /// Leaves a child that can't be killed, until it is dead after all. Its memory stays with it: it may wake up yet.
    pub fn abandon(self) {
        let (process, prepared) = self.disarm();
        left_behind::keep(process, prepared);
    }

    /// Takes it apart, past its drop.
    fn disarm(self) -> (Process, Box<PreparedChild>) {
        let mut child = ManuallyDrop::new(self);
        drop(child.channel.take());
        // SAFETY: both are taken once; what they are taken from is neither used nor dropped again.
        unsafe { (ManuallyDrop::take(&mut child.process), ManuallyDrop::take(&mut child.prepared)) }
    }
}

impl Drop for Child {
    /// Only where a call of the parent's failed: the child must not live on unseen.
    fn drop(&mut self) {
        let mut dead = kill::and_wait(&self.process);
        while dead && matches!(self.after_death(), Ok(AfterDeath::Successor)) {
            dead = kill::and_wait(&self.process);
        }
        // SAFETY: both are taken once, and nobody uses them any more.
        let (process, prepared) =
            unsafe { (ManuallyDrop::take(&mut self.process), ManuallyDrop::take(&mut self.prepared)) };
        if dead {
            reap::status(&process);
        } else {
            left_behind::keep(process, prepared);
        }
    }
}

fn clone(mode: CloneMode, prepared: &PreparedChild) -> Result<Process, SystemFailure> {
    const PLAIN: c_int = libc::CLONE_VM | libc::CLONE_PIDFD | libc::SIGCHLD;
    const FORK: c_int = PLAIN & !libc::CLONE_VM;
    // In the child they stay blocked until its steps are done: none of the host's handlers runs there, and no signal that
    // came for the host's group does anything to it.
    let _blocked = AllBlocked::new()?;
    match mode {
        CloneMode::Cleared => clone_cleared(prepared),
        CloneMode::Plain => clone_by(PLAIN, prepared),
        CloneMode::Fork => match clone_by(FORK, prepared) {
            // An emulator may know no pidfd here.
            Err(failure) if failure.errno.0 == libc::EINVAL => clone_by(FORK & !libc::CLONE_PIDFD, prepared),
            answer => answer,
        },
    }
}

/// What runs in the child, and what it is told.
fn entry(prepared: &PreparedChild) -> (extern "C" fn(*mut libc::c_void) -> c_int, *mut libc::c_void) {
    let main = match prepared {
        PreparedChild { in_place: Some(_), .. } => child::become_joiner,
        PreparedChild { args, .. } if args.joiner >= 0 => child::execute_joiner,
        _ => child::main,
    };
    (main, ptr::from_ref(&prepared.args).cast_mut().cast())
}

fn clone_cleared(prepared: &PreparedChild) -> Result<Process, SystemFailure> {
    let (main, argument) = entry(prepared);
    // SAFETY: the child runs on a stack of its own, reads the prepared and writes its atomics; both outlive it (see
    // `PreparedChild`). It ends by itself and never returns.
    match unsafe { clone3::clone3(main, argument, &prepared.stack) } {
        // SAFETY: the pidfd is new, and nobody else's.
        Ok((pid, pidfd)) => Ok(Process::new(pid, unsafe { OwnedFd::from_raw_fd(pidfd) })),
        Err(errno) => Err(SystemFailure { call: CLONE, errno: Errno(errno) }),
    }
}

fn clone_by(flags: c_int, prepared: &PreparedChild) -> Result<Process, SystemFailure> {
    let mut pidfd: RawFd = -1;
    let (main, argument) = entry(prepared);
    // SAFETY: the child runs on a stack of its own, reads the prepared and writes its atomics; both
    // outlive it (see `PreparedChild`). The kernel writes the pidfd where it is told to.
    let pid = unsafe { libc::clone(main, prepared.stack.top(), flags, argument, &raw mut pidfd) };
    if pid < 0 {
        return Err(SystemFailure::last(CLONE));
    }
    if pidfd < 0 {
        // The child is not reaped yet: the number is its own.
        return pidfd::open(pid, 0).map(|pidfd| Process::new(pid, pidfd)).map_err(|errno| {
            kill::blindly(pid);
            SystemFailure { call: "pidfd_open", errno }
        });
    }
    // SAFETY: it is new, and nobody else's.
    Ok(Process::new(pid, unsafe { OwnedFd::from_raw_fd(pidfd) }))
}
