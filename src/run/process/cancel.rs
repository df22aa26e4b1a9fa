//! The descriptors that say "stop now": by something to read, never by their end.
//!
//! A process that is between fork and exec holds a copy of every descriptor. The end waits for the last copy, and comes late,
//! or never: a host can't rely on it. A host that only lost the other side did not say stop.

use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use crate::errno::Errno;
use crate::run::process::system::failure::SystemFailure;

const POLL: &str = "poll of the cancel descriptor";

/// poll ignores a negative number.
const NONE: RawFd = -1;

/// What poll has told of a descriptor.
enum Readiness {
    Nothing,
    Stop,
    /// The other side is gone, without a byte.
    Ended,
}

/// A descriptor as an entry of poll's. POLLRDHUP makes the end of a connection known by its name: POLLIN means that,
/// too.
pub(super) fn entry(descriptor: BorrowedFd<'_>) -> libc::pollfd {
    libc::pollfd { fd: descriptor.as_raw_fd(), events: libc::POLLIN | libc::POLLRDHUP, revents: 0 }
}

/// Whether a descriptor says stop, of those that poll was asked of. One that has ended is left out of the set: poll would
/// return at once from then on, and a pipe without writers stays silent unless it is a FIFO that somebody opens again.
pub(super) fn says_stop(set: &mut [libc::pollfd]) -> Result<bool, SystemFailure> {
    let mut stop = false;
    for polled in set {
        match readiness(polled)? {
            Readiness::Nothing => {}
            Readiness::Stop => stop = true,
            Readiness::Ended => polled.fd = NONE,
        }
    }
    Ok(stop)
}

/// Whether one of the descriptors says stop now.
pub(in crate::run) fn is_canceled(descriptors: &[BorrowedFd<'_>]) -> Result<bool, SystemFailure> {
    if descriptors.is_empty() {
        return Ok(false);
    }
    let mut set: Vec<_> = descriptors.iter().map(|descriptor| entry(*descriptor)).collect();
    loop {
        // SAFETY: the set with its length.
        match unsafe { libc::poll(set.as_mut_ptr(), set.len() as _, 0) } {
            0 => return Ok(false),
            1.. => return says_stop(&mut set),
            _ if Errno::last().0 == libc::EINTR => {}
            _ => return Err(SystemFailure::last(POLL)),
        }
    }
}

/// A pipe that has data is POLLIN, one whose writers are gone POLLHUP; a socket whose other side is gone is POLLIN and
/// POLLRDHUP, with or without data; a pidfd is POLLIN when its process has ended (Linux 5.3), with POLLHUP once it is
/// reaped (Linux 6.9).
fn readiness(polled: &libc::pollfd) -> Result<Readiness, SystemFailure> {
    let has = |flags| polled.revents & flags != 0;
    if has(libc::POLLNVAL) {
        Err(SystemFailure { call: POLL, errno: Errno(libc::EBADF) })
    } else if has(libc::POLLIN) {
        Ok(if has(libc::POLLRDHUP) && is_empty(polled.fd) { Readiness::Ended } else { Readiness::Stop })
    } else if has(libc::POLLHUP | libc::POLLRDHUP) {
        Ok(Readiness::Ended)
    } else if has(libc::POLLERR) {
        Err(SystemFailure { call: POLL, errno: Errno(libc::EIO) })
    } else {
        Ok(Readiness::Nothing)
    }
}

/// Whether a socket has nothing to read. One that can't tell (`AF_VSOCK` on older kernels) may have something.
fn is_empty(socket: RawFd) -> bool {
    let mut count: libc::c_int = 0;
    // SAFETY: FIONREAD fills an int.
    unsafe { libc::ioctl(socket, libc::FIONREAD, &raw mut count) == 0 && count == 0 }
}
