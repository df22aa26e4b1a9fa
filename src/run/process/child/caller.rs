//! A hook that dies with its caller (`PR_SET_PDEATHSIG`).

use core::ptr;

use super::args::Orders;
use super::numbers::*;
use super::syscall::raw;

/// Makes the kernel kill this process when the calling thread dies. A child starts without this setting, and
/// changing credentials clears it, so this is called after both.
///
/// The kernel sends no signal for a caller that died before the setting. The caller's pidfd reveals that.
pub(super) fn die_with(orders: &Orders) -> Result<(), i32> {
    if orders.caller < 0 {
        return Ok(());
    }
    // SAFETY: plain numbers.
    unsafe { raw(SYS_prctl, [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]) }?;
    if is_dead(orders.caller) { Err(ESRCH) } else { Ok(()) }
}

fn is_dead(pidfd: i32) -> bool {
    /// The kernel's `struct pollfd`.
    #[repr(C)]
    struct Poll {
        fd: i32,
        events: i16,
        revents: i16,
    }
    const AT_ONCE: [u64; 2] = [0; 2];
    let mut set = Poll { fd: pidfd, events: POLLIN, revents: 0 };
    let (set, time) = (ptr::from_mut(&mut set) as usize, AT_ONCE.as_ptr() as usize);
    // SAFETY: a set of one, and a time of zero. Under a seccomp profile that refuses ppoll, only the kernel's
    // signal remains.
    let ready = unsafe { raw(SYS_ppoll, [set, 1, time, 0, 0]) };
    ready == Ok(1)
}
