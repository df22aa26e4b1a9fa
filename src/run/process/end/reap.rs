//! Finds out how a dead child ended, and reaps it.
//!
//! Only ever this child. A host that reaps it first, or ignores SIGCHLD, keeps waitid from answering; the
//! pidfd may still have the status (Linux 6.15).

use std::os::fd::{AsFd, OwnedFd};
use std::ptr;
use std::time::{Duration, Instant};

use super::wait::{by_pid, from_wait_status, look, wait};
use crate::errno::{Errno, Signal};
use crate::limits::DEATH_TIME;
use crate::run::process::pidfd::process::Process;
use crate::run::process::pidfd::{self, info};
use crate::run::process::system::deadline::Deadline;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum Status {
    Exited(i32),
    Signaled {
        signal: Signal,
        core_dumped: bool,
    },
    /// The status can't be known.
    Lost,
}

/// How a process ended, and the processor time that it took, user and system.
#[derive(Debug, Clone, Copy)]
pub(in crate::run::process) struct Reaped {
    pub status: Status,
    pub user_time: Duration,
    pub system_time: Duration,
}

/// The pause before the next attempt to reap a child that somebody else still holds, in nanoseconds. A
/// debugger may hold it indefinitely, and another thread of the host's that reaps it holds it for some
/// microseconds.
const ASK_AGAIN: libc::c_long = 200_000;

/// Reaps a child whose pidfd reports its death. Waits while a debugger holds the zombie, which is not ours to
/// reap yet.
pub(in crate::run::process) fn status(child: &Process) -> Reaped {
    when_dead(child).unwrap_or(without_times(Status::Lost))
}

/// Reaps a child if it is dead, without waiting; returns whether it is gone.
pub(in crate::run::process) fn is_reaped_now(child: &Process) -> bool {
    !matches!(wait(child), Ok(None))
}

/// Reaps a child as soon as it is dead; `None` if it does not die in the time that a killed hook has to die.
pub(in crate::run::process) fn when_dead(child: &Process) -> Option<Reaped> {
    let mut deadline = None;
    loop {
        match wait(child) {
            Ok(Some(reaped)) => return Some(reaped),
            Ok(None) => {}
            Err(_) => match info::exit_status(&child.pidfd) {
                Ok(Some(status)) => return Some(without_times(from_wait_status(status))),
                // Somebody else is reaping it: the status appears when that is done.
                Ok(None) => {}
                // The kernel does not keep the status.
                Err(_) => return Some(without_times(Status::Lost)),
            },
        }
        // Most children are dead at the first attempt, which needs no clock.
        let deadline = *deadline.get_or_insert_with(|| Deadline::after(Instant::now(), Some(DEATH_TIME)));
        if deadline.passed() {
            return None;
        }
        pause();
    }
}

/// Reaps the child with that pid, if it becomes reapable in the time that a killed hook has to die.
pub(super) fn number(pid: libc::pid_t) {
    let deadline = Deadline::after(Instant::now(), Some(DEATH_TIME));
    while matches!(by_pid(pid), Ok(None)) && !deadline.passed() {
        pause();
    }
}

/// Errors are ignored, because the caller looks at the clock. std's own sleep panics if a seccomp profile
/// refuses it.
pub(in crate::run::process) fn pause() {
    let time = libc::timespec { tv_sec: 0, tv_nsec: ASK_AGAIN };
    // SAFETY: a time, and NULL for the remaining time.
    unsafe { libc::nanosleep(&raw const time, ptr::null_mut()) };
}

/// Whether a descriptor, which may be of any kind, can be the pidfd of a child of ours. A child that the host
/// has reaped, or the kernel because the host ignores SIGCHLD, is nobody's child any more. So a pidfd of any
/// dead process is accepted. If a seccomp profile refuses waitid, nothing can be checked, and the descriptor
/// is accepted.
pub(in crate::run::process) fn may_be_our_child(pidfd: &OwnedFd) -> bool {
    match look(pidfd) {
        Err(Errno(libc::ECHILD)) => pidfd::has_ended(pidfd.as_fd()).unwrap_or(false),
        Err(Errno(libc::EBADF)) => false,
        Ok(_) | Err(_) => true,
    }
}

/// Whether a child is dead now, reaped or not.
pub(in crate::run::process) fn is_dead(child: &Process) -> bool {
    match look(&child.pidfd) {
        Err(Errno(libc::ECHILD)) => true,
        Err(_) => pidfd::has_ended(child.pidfd.as_fd()).unwrap_or(false),
        Ok(is_dead) => is_dead,
    }
}

/// Returns whether a child is dead, reaped or not; waits for that as long as a killed hook has to die. Uses
/// poll only if waitid is refused, because a failure of poll may be the reason for this call.
pub(in crate::run::process) fn dies(child: &Process) -> bool {
    let deadline = Deadline::after(Instant::now(), Some(DEATH_TIME));
    loop {
        let is_dead = is_dead(child);
        if is_dead || deadline.passed() {
            return is_dead;
        }
        pause();
    }
}

pub(super) fn without_times(status: Status) -> Reaped {
    Reaped { status, user_time: Duration::ZERO, system_time: Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn only_a_pidfd_of_a_child_or_of_a_dead_process_may_be_one() {
        let open = |pid: u32| pidfd::open(pid.try_into().expect("a number"), 0).expect("a pidfd");
        let mut child = Command::new("/bin/true").spawn().expect("a child");
        let own = open(child.id());
        let file = std::fs::File::open("/dev/null").expect("a file");
        let asked = [own.try_clone().expect("a duplicate"), open(std::process::id()), file.into()];
        assert_eq!(asked.map(|fd| may_be_our_child(&fd)), [true, false, false]);
        child.wait().expect("it ends");
        assert!(may_be_our_child(&own), "it was reaped, by the host");
    }
}
