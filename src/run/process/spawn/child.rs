//! Makes the child: a clone, and its pidfd.

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
use crate::step::{Obstacle, Step};

/// A child: the handles on it, and the memory that it reads until it executes another program.
///
/// The child is not made by vfork: the parent runs on and watches the clock while the child is on its way to
/// execve. That can take forever (a dead network mount, a frozen cgroup, a file lease).
#[derive(Debug)]
pub(in crate::run::process) struct Child {
    pub process: ManuallyDrop<Process>,
    /// Freed only once the child has been seen dead.
    prepared: ManuallyDrop<Box<PreparedChild>>,
    /// The channel that it reports through; `None` if it writes its report to shared memory.
    channel: Option<Rc<Channel>>,
    failed: Option<ChildFailure>,
    /// The steps that a profile refused, and the hook did without.
    pub skipped: Vec<(Step, Errno)>,
    /// Whether the hook will be another process than this one, and has not been found yet.
    awaits_successor: bool,
    /// How the hook ended, if the hook was to be another process than `process`.
    status: Option<Reaped>,
}

/// The step that failed in a child, why, and what that means where more is known.
pub(in crate::run::process) type ChildFailure = (Step, Errno, Option<Obstacle>);

/// The caller's next step after a child's death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum AfterDeath {
    Nothing,
    /// Another process continues in its place, and is the child now.
    Successor,
    /// The kernel refuses to execute the joiner: a fork has to do the same.
    JoinerRefused,
}

impl Child {
    /// Makes the child, and starts it on its prepared memory.
    pub fn new(
        mode: CloneMode,
        prepared: Box<PreparedChild>,
        channel: Option<Rc<Channel>>,
    ) -> Result<Self, (SystemFailure, Box<PreparedChild>)> {
        match clone(mode, &prepared) {
            Ok(process) => {
                let (process, prepared) = (ManuallyDrop::new(process), ManuallyDrop::new(prepared));
                let awaits_successor = prepared.plan.has_successor();
                Ok(Self {
                    process,
                    prepared,
                    channel,
                    failed: None,
                    skipped: Vec::new(),
                    awaits_successor,
                    status: None,
                })
            }
            Err(failure) => Err((failure, prepared)),
        }
    }

    /// Asks the hook to end, by SIGTERM. The child gets the request before the signal. A child that is still
    /// on its way to the hook discards signals that came for the host's group, and can't distinguish this
    /// signal from those.
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

    /// Reads the messages of a child that is dead and not reaped.
    pub fn after_death(&mut self) -> Result<AfterDeath, SystemFailure> {
        let mut next = AfterDeath::Nothing;
        let (mut search, mut found) = (None, SearchResult::Alive);
        loop {
            while let Some(received) = self.next_message()? {
                match received.message {
                    ChildMessage::Failed(step, errno, obstacle) => {
                        self.failed = Some((step, Errno(errno), obstacle));
                    }
                    ChildMessage::Skipped(step, errno) => self.skipped.push((step, Errno(errno))),
                    ChildMessage::JoinerRefused => next = AfterDeath::JoinerRefused,
                    ChildMessage::Successor if self.adopt_successor(received)? => {
                        return Ok(AfterDeath::Successor);
                    }
                    ChildMessage::Successor => {}
                }
            }
            // The successor leaves its maker's process group only after it sent its message. So if the search
            // did not find it there, the message was read just now.
            if let SearchResult::Nobody(status) = found {
                self.status = Some(status);
            }
            let is_over = next == AfterDeath::JoinerRefused || !self.awaits_successor;
            if is_over || self.status.is_some() {
                return Ok(next);
            }
            // The successor may have been killed before it sent a message, or it is the process that failed.
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

    /// Reaps the process that made the successor, and tracks the successor from then on. Refuses a process
    /// that is not our child.
    fn adopt_successor(&mut self, received: Received) -> Result<bool, SystemFailure> {
        let sender = received.sender;
        let Some(pidfd) = received.pidfd else {
            kill::blindly(sender);
            return Err(SystemFailure { call: "recvmsg of the hook's pidfd", errno: Errno(libc::EMFILE) });
        };
        let Some(pidfd) = self.successor_of(sender, pidfd) else { return Ok(false) };
        reap::status(&self.process);
        *self.process = Process::new(sender, pidfd);
        // The hook's status now comes from its own process.
        self.awaits_successor = false;
        Ok(true)
    }

    /// The pidfd of the process that sent a message, if that is the successor: a child of ours in the session
    /// that its maker began.
    ///
    /// Any process that holds the socket can send any pidfd, for example that of the container's own process.
    /// So the pidfd is opened here, by the sender's pid. The received pidfd is used only if it can't be
    /// opened, or if the sender is dead and reaped already. A sender in another session is refused.
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

    /// Whether a process is in the session that the maker began; `None` if there is no such process. True if
    /// the kernel does not answer.
    fn is_in_makers_session(&self, pid: libc::pid_t) -> Option<bool> {
        let Some(maker) = self.process.number() else { return Some(true) };
        // SAFETY: plain numbers.
        match unsafe { libc::getsid(pid) } {
            -1 => (Errno::last().0 != libc::ESRCH).then_some(true),
            session => Some(session == maker),
        }
    }

    /// Reaps a dead child, and returns how the hook ended.
    pub fn reap(&self) -> Reaped {
        self.status.unwrap_or_else(|| reap::status(&self.process))
    }

    /// The failure of a child that is dead and reaped, if any; the prepared memory, for the next child; and
    /// its process.
    pub fn into_parts(self) -> (Option<ChildFailure>, Box<PreparedChild>, Process) {
        let failed = self.failed;
        let (process, prepared) = self.disarm();
        (failed, prepared, process)
    }

    /// Hands over a child that can't be killed, to be reaped once it is dead. Its memory stays allocated,
    /// because it may wake up yet.
    pub fn abandon(self) {
        let (process, prepared) = self.disarm();
        left_behind::keep(process, prepared);
    }

    /// Takes the child apart without running its drop.
    fn disarm(self) -> (Process, Box<PreparedChild>) {
        let mut child = ManuallyDrop::new(self);
        drop(child.channel.take());
        drop(std::mem::take(&mut child.skipped));
        // SAFETY: both are taken once; `child` is neither used nor dropped again.
        unsafe { (ManuallyDrop::take(&mut child.process), ManuallyDrop::take(&mut child.prepared)) }
    }
}

impl Drop for Child {
    /// Runs only if a call of the parent's failed: the child must not live on unseen.
    fn drop(&mut self) {
        let mut dead = kill::and_wait(&self.process);
        while dead && matches!(self.after_death(), Ok(AfterDeath::Successor)) {
            dead = kill::and_wait(&self.process);
        }
        // SAFETY: both are taken once, and nobody uses the originals any more.
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
    // The child keeps all signals blocked until its steps are done. So none of the host's handlers runs
    // there, and signals that came for the host's group have no effect on it.
    let _blocked = AllBlocked::new()?;
    match mode {
        CloneMode::Cleared => clone_cleared(prepared),
        CloneMode::Plain => clone_by(PLAIN, prepared),
        CloneMode::Fork => match clone_by(FORK, prepared) {
            // An emulator may not support CLONE_PIDFD here.
            Err(failure) if failure.errno.0 == libc::EINVAL => clone_by(FORK & !libc::CLONE_PIDFD, prepared),
            answer => answer,
        },
    }
}

/// The function that the child runs, and its argument.
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
    // SAFETY: the child runs on a separate stack, reads the prepared memory and writes its atomics; both
    // outlive it (see `PreparedChild`). It ends by itself and never returns.
    match unsafe { clone3::clone3(main, argument, &prepared.stack) } {
        // SAFETY: the pidfd is new, and nothing else owns it.
        Ok((pid, pidfd)) => Ok(Process::new(pid, unsafe { OwnedFd::from_raw_fd(pidfd) })),
        Err(errno) => Err(SystemFailure { call: CLONE, errno: Errno(errno) }),
    }
}

fn clone_by(flags: c_int, prepared: &PreparedChild) -> Result<Process, SystemFailure> {
    let mut pidfd: RawFd = -1;
    let (main, argument) = entry(prepared);
    // SAFETY: the child runs on a separate stack, reads the prepared memory and writes its atomics; both
    // outlive it (see `PreparedChild`). The kernel writes the pidfd to an integer of ours.
    let pid = unsafe { libc::clone(main, prepared.stack.top(), flags, argument, &raw mut pidfd) };
    if pid < 0 {
        return Err(SystemFailure::last(CLONE));
    }
    if pidfd < 0 {
        // The child is not reaped yet, so the pid is still its own.
        return pidfd::open(pid, 0).map(|pidfd| Process::new(pid, pidfd)).map_err(|errno| {
            kill::blindly(pid);
            SystemFailure { call: "pidfd_open", errno }
        });
    }
    // SAFETY: the pidfd is new, and nothing else owns it.
    Ok(Process::new(pid, unsafe { OwnedFd::from_raw_fd(pidfd) }))
}
