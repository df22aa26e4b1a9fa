//! A hook that a signal has stopped. Its pidfd does not report that, so the hook is checked at intervals.

use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;

use crate::errno::Signal;
use crate::run::process::pidfd::process::Process;

/// The signal that has stopped a child; `None` if it is not stopped. A stop goes unnoticed if a seccomp
/// profile refuses waitid, or the host takes the status first.
pub(in crate::run::process) fn signal(child: &Process) -> Option<Signal> {
    // WNOWAIT leaves the status in place, for the host and for the next check.
    const LOOK: libc::c_int = libc::WSTOPPED | libc::WNOHANG | libc::WNOWAIT;
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    let id = libc::id_t::try_from(child.pidfd.as_raw_fd()).ok()?;
    // SAFETY: a structure to fill; nothing is reaped.
    let answer = unsafe { libc::waitid(libc::P_PIDFD, id, info.as_mut_ptr(), LOOK) };
    // SAFETY: zeroed above, and filled by the kernel.
    let (info, status) = unsafe {
        let info = info.assume_init();
        (info, info.si_status())
    };
    (answer == 0 && info.si_code == libc::CLD_STOPPED).then_some(Signal(status))
}

/// Whether the signal means that a background process wants the terminal. When continued, it would stop
/// again.
pub(in crate::run::process) fn wants_terminal(signal: Signal) -> bool {
    matches!(signal.0, libc::SIGTTIN | libc::SIGTTOU)
}
