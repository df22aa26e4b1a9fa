//! Asking how a dead child ended, and taking its zombie away.
//!
//! Only ever this child. A host that reaps it first, or ignores SIGCHLD, takes the answer from waitid; the
//! pidfd may still have it (Linux 6.15).

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::ptr;
use std::time::{Duration, Instant};

use super::child::raw;
use super::deadline::{DEATH_TIME, Deadline};
use super::descriptor::is_readable;
use super::handle::Handle;
use crate::errno::{Errno, Signal};

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Exited(i32),
    Signaled(Signal),
    /// Nobody can tell.
    Lost,
}

/// How it ended, and the processor time it took, user and system.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reaped {
    pub status: Status,
    pub user_time: Duration,
    pub system_time: Duration,
}

/// How long to wait before asking again about a child that somebody else still holds: a debugger for as long
/// as it likes, another thread of the host's that reaps it for some microseconds. In nanoseconds.
const ASK_AGAIN: libc::c_long = 200_000;

/// Reaps a child whose pidfd says that it is dead. While a debugger holds its body it is not ours yet: then it is
/// waited for.
pub(super) fn status(child: &Handle) -> Reaped {
    when_dead(child).unwrap_or(without_times(Status::Lost))
}

/// Reaps a child if it is dead, without waiting; says whether it is gone.
pub(super) fn is_reaped_now(child: &Handle) -> bool {
    !matches!(wait(child), Ok(None))
}

/// Reaps a child as soon as it is dead; `None` where it is not in the time that a killed hook has to die.
pub(super) fn when_dead(child: &Handle) -> Option<Reaped> {
    let mut deadline = None;
    loop {
        match wait(child) {
            Ok(Some(reaped)) => return Some(reaped),
            Ok(None) => {}
            Err(_) => match from_pidfd(child) {
                Told::Status(status) => return Some(without_times(status)),
                Told::Nothing => return Some(without_times(Status::Lost)),
                Told::NotYet => {}
            },
        }
        // Most are dead at the first look, which needs no clock.
        let deadline = *deadline.get_or_insert_with(|| Deadline::after(Instant::now(), Some(DEATH_TIME)));
        if deadline.passed() {
            return None;
        }
        nap();
    }
}

/// Whatever it answers: who calls it looks at the clock. std's own sleep panics where a profile refuses it.
fn nap() {
    let time = libc::timespec { tv_sec: 0, tv_nsec: ASK_AGAIN };
    // SAFETY: a time, and NULL for the rest of it.
    unsafe { libc::nanosleep(&raw const time, ptr::null_mut()) };
}

/// Whether a descriptor may be a pidfd of a child of ours; it may be anything. One that the host reaped, or the kernel
/// where it ignores SIGCHLD, is nobody's child any more. A profile that refuses waitid leaves nothing to be asked.
pub(super) fn may_be_our_child(pidfd: &OwnedFd) -> bool {
    match look(pidfd) {
        Err(Errno(libc::ECHILD)) => is_readable(pidfd.as_fd()).unwrap_or(false),
        Err(Errno(libc::EBADF)) => false,
        Ok(_) | Err(_) => true,
    }
}

/// Whether a child is dead, reaped or not, in the time that a killed hook has to die. By poll only where waitid is
/// refused, since poll's failure may be why this is asked.
pub(super) fn dies(child: &Handle) -> bool {
    let deadline = Deadline::after(Instant::now(), Some(DEATH_TIME));
    loop {
        let is_dead = match look(&child.pidfd) {
            Err(Errno(libc::ECHILD)) => true,
            Err(_) => is_readable(child.pidfd.as_fd()).unwrap_or(false),
            Ok(is_dead) => is_dead,
        };
        if is_dead || deadline.passed() {
            return is_dead;
        }
        nap();
    }
}

/// Whether a child is dead; nothing is reaped.
fn look(pidfd: &OwnedFd) -> Result<bool, Errno> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    loop {
        // SAFETY: a structure to fill, valid when zeroed.
        unsafe {
            match libc::waitid(libc::P_PIDFD, pidfd.as_raw_fd() as libc::id_t, info.as_mut_ptr(), options) {
                0 => return Ok(info.assume_init().si_pid() != 0),
                _ if Errno::last().0 == libc::EINTR => {}
                _ => return Err(Errno::last()),
            }
        }
    }
}

/// The search for a successor that said nothing: it is a child of ours in the process group of the one that made it.
pub(super) struct SuccessorSearch {
    group: Option<libc::pid_t>,
    maker: Reaped,
    deadline: Deadline,
}

impl SuccessorSearch {
    /// Reaps the maker, which is dead. As long as its successor is in the group, the group's number is nobody else's.
    pub fn new(maker: &Handle) -> SuccessorSearch {
        let deadline = Deadline::after(Instant::now(), Some(DEATH_TIME));
        SuccessorSearch { group: maker.number(), maker: status(maker), deadline }
    }

    /// Looks for it once; where it lives, only after a nap.
    pub fn go_on(&self) -> Found {
        match self.group.map_or(Err(Errno(libc::ECHILD)), by_group) {
            Ok(Some(successor)) => Found::Dead(successor),
            Ok(None) if !self.deadline.passed() => {
                nap();
                Found::Alive
            }
            Ok(None) => Found::Nobody(without_times(Status::Lost)),
            // Its maker was killed. Any other end of the maker's says nothing of the hook.
            Err(_) => Found::Nobody(match self.maker.status {
                Status::Signaled(_) => self.maker,
                Status::Exited(_) | Status::Lost => without_times(Status::Lost),
            }),
        }
    }
}

/// What came of a look for the successor.
pub(super) enum Found {
    /// It lives, and will be heard of.
    Alive,
    /// It was reaped just now.
    Dead(Reaped),
    /// It is not in its maker's group, or stays there for too long: what is to be said of the hook then.
    Nobody(Reaped),
}

fn without_times(status: Status) -> Reaped {
    Reaped { status, user_time: Duration::ZERO, system_time: Duration::ZERO }
}

fn wait(child: &Handle) -> Result<Option<Reaped>, Errno> {
    match by_pidfd(child) {
        Err(Errno(libc::ECHILD)) => Err(Errno(libc::ECHILD)),
        // Linux before 5.4, or a seccomp profile, which may say anything.
        Err(errno) => child.number().map_or(Err(errno), by_pid),
        answer => answer,
    }
}

fn by_pidfd(child: &Handle) -> Result<Option<Reaped>, Errno> {
    wait_id(libc::P_PIDFD, child.pidfd.as_raw_fd() as usize)
}

/// Any child of a process group; where waitid is refused, by wait4.
fn by_group(group: libc::pid_t) -> Result<Option<Reaped>, Errno> {
    match wait_id(libc::P_PGID, group as usize) {
        Err(Errno(libc::ECHILD)) => Err(Errno(libc::ECHILD)),
        Err(_) => by_pid(-group),
        answer => answer,
    }
}

/// waitid by the kernel's own call: libc's has no place for the times.
fn wait_id(how: libc::idtype_t, id: usize) -> Result<Option<Reaped>, Errno> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    let options = (libc::WEXITED | libc::WNOHANG) as usize;
    let (to_info, to_usage) = (info.as_mut_ptr() as usize, usage.as_mut_ptr() as usize);
    // SAFETY: both structures are ours to fill; zeroed they are valid already.
    let (info, usage) = unsafe {
        raw(libc::SYS_waitid as usize, [how as usize, id, to_info, options, to_usage]).map_err(Errno)?;
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
        Status::Signaled(Signal(status))
    };
    Ok(Some(with_times(status, &usage)))
}

fn by_pid(pid: libc::pid_t) -> Result<Option<Reaped>, Errno> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both are ours to fill; zeroed is valid already.
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

fn from_wait_status(status: i32) -> Status {
    if libc::WIFSIGNALED(status) {
        Status::Signaled(Signal(libc::WTERMSIG(status)))
    } else {
        Status::Exited(libc::WEXITSTATUS(status))
    }
}

/// The kernel's `struct pidfd_info`, as first released.
#[repr(C)]
#[derive(Default)]
struct PidfdInfo {
    mask: u64,
    cgroup: u64,
    ids: [u32; 11],
    exit_code: i32,
}

/// `_IOWR(0xFF, 11, struct pidfd_info)`.
const PIDFD_GET_INFO: libc::Ioctl = libc::_IOWR::<PidfdInfo>(0xFF, 11);
const PIDFD_INFO_EXIT: u64 = 1 << 3;

/// What a pidfd has to say of a process that somebody else reaps.
enum Told {
    Status(Status),
    /// It is still being reaped: the status comes with the end of that.
    NotYet,
    /// The kernel does not remember.
    Nothing,
}

fn from_pidfd(child: &Handle) -> Told {
    // ESRCH may come from a process that vanished while it was asked about: what it left is there now.
    match ask_pidfd(child) {
        Err(Errno(libc::ESRCH)) => ask_pidfd(child),
        answer => answer,
    }
    .unwrap_or(Told::Nothing)
}

fn ask_pidfd(child: &Handle) -> Result<Told, Errno> {
    let mut info = PidfdInfo { mask: PIDFD_INFO_EXIT, ..PidfdInfo::default() };
    // SAFETY: the request's number says the structure's size; it is ours to fill.
    if unsafe { libc::ioctl(child.pidfd.as_raw_fd(), PIDFD_GET_INFO, ptr::from_mut(&mut info)) } != 0 {
        return Err(Errno::last());
    }
    let told = info.mask & PIDFD_INFO_EXIT != 0;
    Ok(if told { Told::Status(from_wait_status(info.exit_code)) } else { Told::NotYet })
}

#[cfg(test)]
mod tests {
    use super::super::pidfd;
    use super::*;
    use std::process::Command;

    #[test]
    fn only_a_pidfd_of_a_child_or_of_a_dead_process_may_be_one() {
        let open = |pid: u32| pidfd::open(pid as i32, 0).expect("a pidfd");
        let mut child = Command::new("/bin/true").spawn().expect("a child");
        let own = open(child.id());
        let file = std::fs::File::open("/dev/null").expect("a file");
        let asked = [own.try_clone().expect("a duplicate"), open(std::process::id()), file.into()];
        assert_eq!(asked.map(|fd| may_be_our_child(&fd)), [true, false, false]);
        child.wait().expect("it ends");
        assert!(may_be_our_child(&own), "it was reaped, by the host");
    }
}
