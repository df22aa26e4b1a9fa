//! The descriptors that cancel a run. Something to read cancels it; end of file never does.
//!
//! A process between fork and exec holds a copy of every descriptor. End of file waits for the last copy, so
//! it comes late or never, and a host can't rely on it. A host that only lost the other side did not ask for
//! a cancellation.

use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use crate::errno::Errno;
use crate::run::process::system::failure::SystemFailure;

const POLL: &str = "poll of the cancel descriptor";

/// poll ignores a negative number.
const NONE: RawFd = -1;

/// The state of a descriptor after poll.
enum Readiness {
    Nothing,
    Stop,
    /// The other side is gone, and there is nothing to read.
    Ended,
}

/// A descriptor as an entry for poll. POLLRDHUP distinguishes the end of a connection, which POLLIN reports
/// too.
pub(super) fn entry(descriptor: BorrowedFd<'_>) -> libc::pollfd {
    libc::pollfd { fd: descriptor.as_raw_fd(), events: libc::POLLIN | libc::POLLRDHUP, revents: 0 }
}

/// Whether any of the polled descriptors cancels the run. A descriptor whose other side is gone is taken out
/// of the set. poll would return at once from then on. A pipe without writers stays silent in any case,
/// unless it is a FIFO that somebody opens again.
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

/// Whether one of the descriptors cancels the run now.
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

/// Interprets the events of poll. A pipe with data is POLLIN, and a pipe without writers is POLLHUP. A socket
/// whose other side is gone is POLLIN and POLLRDHUP, with or without data. A pidfd is POLLIN when its process
/// has ended (Linux 5.3), with POLLHUP once the process is reaped (Linux 6.9).
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

/// Whether a socket has nothing to read. A socket that can't report it (`AF_VSOCK` on older kernels) counts
/// as having something.
fn is_empty(socket: RawFd) -> bool {
    let mut count: libc::c_int = 0;
    // SAFETY: FIONREAD fills an int.
    unsafe { libc::ioctl(socket, libc::FIONREAD, &raw mut count) == 0 && count == 0 }
}
