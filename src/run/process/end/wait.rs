//! The calls that wait for a child's end: waitid on its pidfd, and its substitutes.

use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use super::reap::{Reaped, Status};
use crate::errno::{Errno, Signal};
use crate::run::process::child::{arg, call_number, raw};
use crate::run::process::pidfd::process::Process;

/// Whether a child is dead; reaps nothing.
pub(super) fn look(pidfd: &OwnedFd) -> Result<bool, Errno> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    let id = libc::id_t::try_from(pidfd.as_raw_fd()).map_err(|_| Errno(libc::EBADF))?;
    loop {
        // SAFETY: a structure to fill, valid when zeroed.
        unsafe {
            match libc::waitid(libc::P_PIDFD, id, info.as_mut_ptr(), options) {
                0 => return Ok(info.assume_init().si_pid() != 0),
                _ if Errno::last().0 == libc::EINTR => {}
                _ => return Err(Errno::last()),
            }
        }
    }
}

pub(super) fn wait(child: &Process) -> Result<Option<Reaped>, Errno> {
    match by_pidfd(child) {
        Err(Errno(libc::ECHILD)) => Err(Errno(libc::ECHILD)),
        // Linux before 5.4, or a seccomp profile, which may return any errno.
        Err(errno) => child.number().map_or(Err(errno), by_pid),
        answer => answer,
    }
}

fn by_pidfd(child: &Process) -> Result<Option<Reaped>, Errno> {
    wait_id(libc::P_PIDFD, arg(child.pidfd.as_raw_fd()))
}

/// Waits for any child of a process group; by wait4 if waitid is refused.
pub(super) fn by_group(group: libc::pid_t) -> Result<Option<Reaped>, Errno> {
    match wait_id(libc::P_PGID, arg(group)) {
        Err(Errno(libc::ECHILD)) => Err(Errno(libc::ECHILD)),
        Err(_) => by_pid(-group),
        answer => answer,
    }
}

/// waitid as the kernel's own call, because libc's does not return the times.
fn wait_id(how: libc::idtype_t, id: usize) -> Result<Option<Reaped>, Errno> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    let options = (libc::WEXITED | libc::WNOHANG) as usize;
    let (to_info, to_usage) = (info.as_mut_ptr() as usize, usage.as_mut_ptr() as usize);
    // SAFETY: both structures are ours to fill, and valid when zeroed.
    let (info, usage) = unsafe {
        raw(call_number(libc::SYS_waitid), [how as usize, id, to_info, options, to_usage]).map_err(Errno)?;
        (info.assume_init(), usage.assume_init())
    };
    // SAFETY: filled for a child's end, or still zero.
    let (pid, status) = unsafe { (info.si_pid(), info.si_status()) };
    if pid == 0 {
        return Ok(None);
    }
    let status = if info.si_code == libc::CLD_EXITED {
        Status::Exited(status)
    } else {
        Status::Signaled { signal: Signal(status), core_dumped: info.si_code == libc::CLD_DUMPED }
    };
    Ok(Some(with_times(status, &usage)))
}

pub(super) fn by_pid(pid: libc::pid_t) -> Result<Option<Reaped>, Errno> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both are ours to fill, and valid when zeroed.
    let (answer, usage) = unsafe {
        let answer = libc::wait4(pid, &raw mut status, libc::WNOHANG, usage.as_mut_ptr());
        (answer, usage.assume_init())
    };
    match answer {
        0 => Ok(None),
        reaped if reaped > 0 => Ok(Some(with_times(from_wait_status(status), &usage))),
        _ => Err(Errno::last()),
    }
}

fn with_times(status: Status, usage: &libc::rusage) -> Reaped {
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_micros(time.tv_usec.unsigned_abs())
    };
    Reaped { status, user_time: time(usage.ru_utime), system_time: time(usage.ru_stime) }
}

pub(super) fn from_wait_status(status: i32) -> Status {
    if libc::WIFSIGNALED(status) {
        Status::Signaled { signal: Signal(libc::WTERMSIG(status)), core_dumped: libc::WCOREDUMP(status) }
    } else {
        Status::Exited(libc::WEXITSTATUS(status))
    }
}
