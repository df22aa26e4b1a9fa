//! Ends a hook: its process group, and the hook itself by its pidfd in case it left the group.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};

use super::reap;
use crate::errno::Errno;
use crate::run::process::cgroup;
use crate::run::process::pidfd;
use crate::run::process::pidfd::PIDFD_SIGNAL_PROCESS_GROUP;
use crate::run::process::pidfd::process::Process;

/// Sends a signal to the hook and to the process group that it leads, but never to the caller's group, if the
/// hook stays in that. Errors are ignored: a process that is gone needs no signal, and the wait for the hook
/// notices if it does not die.
pub(in crate::run::process) fn group(child: &Process, signal: i32) {
    // By pidfd if possible: once a host has reaped our child, the child's pid may belong to any process.
    let to_group = pidfd::send(&child.pidfd, signal, PIDFD_SIGNAL_PROCESS_GROUP);
    // A hook that leads its group has the signal already. Programs take a second SIGTERM for "at once".
    if to_group.is_ok() && leads_its_group(child) {
        return;
    }
    let leads_none = to_group == Err(Errno(libc::ESRCH));
    if pidfd::send(&child.pidfd, signal, 0).is_ok() && (to_group.is_ok() || leads_none) {
        return;
    }
    let Some(pid) = child.number().filter(|pid| is_ours(child, *pid)) else { return };
    // SAFETY: plain numbers. The hook is not reaped yet, so both numbers are still its own.
    unsafe {
        if libc::kill(-pid, signal) != 0 || !leads_its_group(child) {
            libc::kill(pid, signal);
        }
    }
}

fn leads_its_group(child: &Process) -> bool {
    // SAFETY: plain numbers.
    child.number().is_some_and(|pid| unsafe { libc::getpgid(pid) } == pid)
}

/// Kills the hook, its process group, and the cgroup that it was put in.
pub(in crate::run::process) fn all(child: &Process, directory: Option<BorrowedFd<'_>>) {
    group(child, libc::SIGKILL);
    if let Some(directory) = directory {
        cgroup::kill::all(directory);
    }
}

/// Kills a child that nobody waits for any more; returns whether it is dead. Avoids poll, because a failure
/// of poll may be the reason for this call.
pub(in crate::run::process) fn and_wait(child: &Process) -> bool {
    group(child, libc::SIGKILL);
    reap::dies(child)
}

/// Kills and reaps a child that has no pidfd. Ignores 0 and -1, which are never a child's pid, because they
/// would kill the host.
///
/// A child that hangs in the kernel, or that another process traces, may never become reapable. The wait for
/// it ends after the time that a killed hook has to die.
pub(in crate::run::process) fn blindly(pid: libc::pid_t) {
    if pid <= 0 {
        return;
    }
    // SAFETY: the pid is our own child's, which is not reaped yet.
    unsafe { libc::kill(pid, libc::SIGKILL) };
    reap::number(pid);
}

/// Whether the child still exists, dead or alive, for us alone to reap. A living child does. waitid is called
/// for a dead one only, because a seccomp profile may refuse it.
fn is_ours(child: &Process, pid: libc::pid_t) -> bool {
    if let Ok(false) = pidfd::has_ended(child.pidfd.as_fd()) {
        return true;
    }
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    let Ok(id) = libc::id_t::try_from(pid) else { return false };
    // SAFETY: a structure to fill; nothing is reaped.
    unsafe { libc::waitid(libc::P_PID, id, info.as_mut_ptr(), options) == 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;
    use std::ptr;

    /// kill(0) would go to this very test and to its runner.
    #[test]
    fn without_a_number_the_pidfd_is_enough() {
        let mut child = Command::new("/bin/sleep").arg("60").spawn().expect("a child");
        let pidfd = pidfd::open(child.id().try_into().expect("a number"), 0).expect("a pidfd");
        assert!(and_wait(&Process::new(0, pidfd)));
        assert!(child.try_wait().expect("it is there to be reaped").is_some());
    }

    /// A tracer can keep a dead process from its parent indefinitely.
    #[test]
    fn a_child_that_another_process_traces_holds_nobody() {
        let mut child = Command::new("/bin/sleep").arg("60").spawn().expect("a child");
        let pid = libc::pid_t::try_from(child.id()).expect("a number");
        let Some(tracer) = tracer_of(pid) else {
            println!("SKIPPED: no process may be traced here");
            child.kill().expect("it is a child");
            child.wait().expect("it is a child");
            return;
        };
        blindly(pid);
        assert!(child.try_wait().expect("it is there").is_none(), "its tracer has it");
        // SAFETY: a child of this test.
        unsafe {
            libc::kill(tracer, libc::SIGKILL);
            libc::waitpid(tracer, ptr::null_mut(), 0);
        }
        child.wait().expect("it is free");
    }

    /// A process that traces another one, and never waits for it; `None` if tracing is not allowed.
    fn tracer_of(pid: libc::pid_t) -> Option<libc::pid_t> {
        let mut ends = [-1; 2];
        // SAFETY: between fork and its end, the tracer makes system calls only.
        unsafe {
            assert_eq!(libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC), 0);
            let tracer = libc::fork();
            if tracer == 0 {
                let answer = libc::ptrace(libc::PTRACE_SEIZE, pid, 0, 0);
                libc::write(ends[1], ptr::from_ref(&answer).cast(), 1);
                loop {
                    libc::pause();
                }
            }
            let mut answer = 0_u8;
            assert_eq!(libc::read(ends[0], ptr::from_mut(&mut answer).cast(), 1), 1);
            for end in ends {
                libc::close(end);
            }
            if answer == 0 {
                return Some(tracer);
            }
            libc::kill(tracer, libc::SIGKILL);
            libc::waitpid(tracer, ptr::null_mut(), 0);
        }
        None
    }
}
