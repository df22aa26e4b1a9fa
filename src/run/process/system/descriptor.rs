//! Descriptors: made close-on-exec, and kept above the three that a hook's streams take.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

use super::failure::SystemFailure;
use crate::errno::Errno;
use crate::run::process::child::FIRST_FREE;

/// Closes descriptors, and consecutive numbers by one call. Descriptors that were opened together mostly have
/// consecutive numbers, and all of the numbers in such a range are ours.
pub(in crate::run::process) fn close_together<const COUNT: usize>(
    descriptors: [Option<OwnedFd>; COUNT],
    old_calls: bool,
) {
    let mut numbers = descriptors.map(|descriptor| descriptor.map(IntoRawFd::into_raw_fd));
    numbers.sort_unstable();
    for run in numbers.chunk_by(|one, next| one.is_some_and(|one| Some(one + 1) == *next)) {
        let (Some(first), Some(last)) = (run[0], run[run.len() - 1]) else { continue };
        // SAFETY: all of these numbers are ours, open, and used by nobody any more.
        if first == last || old_calls || unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) } != 0
        {
            // SAFETY: as above. A call that is refused has closed nothing.
            run.iter().flatten().for_each(|number| drop(unsafe { OwnedFd::from_raw_fd(*number) }));
        }
    }
}

/// Opens a file, close-on-exec.
pub(in crate::run::process) fn open(path: &CStr, flags: i32) -> Result<OwnedFd, Errno> {
    open_at(libc::AT_FDCWD, path, flags)
}

/// Opens a file in a directory, close-on-exec.
pub(in crate::run::process) fn open_at(directory: RawFd, path: &CStr, flags: i32) -> Result<OwnedFd, Errno> {
    loop {
        // SAFETY: a NUL-ended path.
        let fd = unsafe { libc::openat(directory, path.as_ptr(), flags | libc::O_CLOEXEC) };
        if fd >= 0 {
            // SAFETY: the descriptor is new, and nothing else owns it.
            return Ok(unsafe { OwnedFd::from_raw_fd(fd) });
        }
        match Errno::last() {
            // FUSE and network file systems can return this.
            Errno(libc::EINTR) => {}
            errno => return Err(errno),
        }
    }
}

/// A pipe, close-on-exec: the read end, then the write end.
pub(in crate::run::process) fn pipe(call: &'static str) -> Result<(OwnedFd, OwnedFd), SystemFailure> {
    let mut ends = [-1; 2];
    // SAFETY: pipe2 fills the two integers.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } == 0 {
        // SAFETY: both descriptors are new, and nothing else owns them.
        return Ok(unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) });
    }
    let refused = SystemFailure::last(call);
    if is_refusal(refused.errno) { pipe_by_older_call().ok_or(refused) } else { Err(refused) }
}

/// Whether a seccomp profile may have answered, where no older kernel does.
pub(in crate::run::process) fn is_refusal(errno: Errno) -> bool {
    matches!(errno, Errno(libc::EPERM | libc::ENOSYS))
}

/// Makes a pipe by the call that `x86_64` also has, and sets both ends close-on-exec afterwards.
#[cfg(target_arch = "x86_64")]
fn pipe_by_older_call() -> Option<(OwnedFd, OwnedFd)> {
    let mut ends: [RawFd; 2] = [-1; 2];
    // SAFETY: two integers to fill.
    if unsafe { libc::syscall(libc::SYS_pipe, ends.as_mut_ptr()) } != 0 {
        return None;
    }
    // SAFETY: both descriptors are new, and nothing else owns them.
    let (reader, writer) = unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) };
    // SAFETY: plain numbers.
    let closes_on_exec = |end: &RawFd| unsafe {
        libc::fcntl(*end, libc::F_SETFD, libc::FD_CLOEXEC) == 0 || libc::ioctl(*end, libc::FIOCLEX) == 0
    };
    ends.iter().all(closes_on_exec).then_some((reader, writer))
}

/// Later architectures have pipe2 alone.
#[cfg(not(target_arch = "x86_64"))]
fn pipe_by_older_call() -> Option<(OwnedFd, OwnedFd)> {
    None
}

/// Makes one end of a pipe non-blocking, so that its reads or writes return EAGAIN instead of waiting. Each
/// end has a separate open file description, so the hook's end stays blocking.
pub(in crate::run::process) fn set_nonblocking(
    fd: &OwnedFd,
    call: &'static str,
) -> Result<(), SystemFailure> {
    // SAFETY: F_SETFL takes an integer. A new pipe has no other flags to keep.
    let answer = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
    let on: libc::c_int = 1;
    // SAFETY: FIONBIO reads an int.
    let is_set = answer == 0
        || is_refusal(Errno::last())
            && unsafe { libc::ioctl(fd.as_raw_fd(), libc::FIONBIO, &raw const on) } == 0;
    if is_set { Ok(()) } else { Err(SystemFailure::last(call)) }
}

/// Moves a descriptor above 0, 1 and 2. A host may run without one of these, and a new descriptor may take
/// its number. The child would overwrite it, because it puts the hook's streams in place one after another.
pub(in crate::run::process) fn above_stdio(
    fd: OwnedFd,
    call: &'static str,
) -> Result<OwnedFd, SystemFailure> {
    if fd.as_raw_fd() >= FIRST_FREE { Ok(fd) } else { duplicate(fd.as_raw_fd(), call) }
}

/// A duplicate, close-on-exec and above the standard streams.
pub(in crate::run::process) fn duplicate(fd: RawFd, call: &'static str) -> Result<OwnedFd, SystemFailure> {
    duplicate_from(fd, FIRST_FREE, call)
}

/// A duplicate, close-on-exec, whose number is at least `first`.
pub(in crate::run::process) fn duplicate_from(
    fd: RawFd,
    first: RawFd,
    call: &'static str,
) -> Result<OwnedFd, SystemFailure> {
    // SAFETY: F_DUPFD_CLOEXEC takes an integer.
    let copy = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, first) };
    if copy < 0 {
        return Err(SystemFailure::last(call));
    }
    // SAFETY: the descriptor is new, and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

/// Whether a file in memory may grow to a size. `RLIMIT_FSIZE` applies to such files, and writing beyond it
/// raises SIGXFSZ in the host.
pub(in crate::run::process) fn memory_files_may_grow_to(size: usize) -> bool {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: one structure to fill.
    let answer = unsafe { libc::getrlimit(libc::RLIMIT_FSIZE, &raw mut limit) };
    answer == 0 && u64::try_from(size).is_ok_and(|size| size <= limit.rlim_cur)
}

/// Writes as much as fits; returns the number of bytes written.
pub(in crate::run::process) fn write(fd: &OwnedFd, bytes: &[u8]) -> Result<usize, Errno> {
    loop {
        // SAFETY: a buffer of that size.
        let written = unsafe { libc::write(fd.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(written) {
            Ok(written) => return Ok(written),
            Err(_) if Errno::last().0 == libc::EINTR => {}
            Err(_) => return Err(Errno::last()),
        }
    }
}

/// Writes all of the bytes to a file.
pub(in crate::run::process) fn write_all(file: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        bytes = &bytes[write(file, bytes)?..];
    }
    Ok(())
}
