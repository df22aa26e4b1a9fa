//! The child's signals. Discards the signals that came for the host's process group; then sets the
//! dispositions and the mask to their defaults.
//!
//! All signals are blocked from before the clone until the last of these steps. So none of the host's
//! handlers runs in the child. No signal makes the child dump core either, which before Linux 5.16 kills
//! every process that shares the memory.

use core::ptr;

use super::numbers::*;
use super::syscall::raw;

/// The kernel's signal set: bit 0 is signal 1.
pub(in super::super) type SignalSet = u64;

/// The kernel requires the size of its set.
pub(in super::super) const SET_BYTES: usize = size_of::<SignalSet>();

/// The kernel's `struct sigaction`, with room to spare. The handler comes first, and the rest stays zero.
pub(in super::super) type KernelAction = [usize; 8];

/// The numbers of the signals in a set.
pub(in super::super) fn signals_in(mut set: SignalSet) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let signal = (set != 0).then(|| set.trailing_zeros() as usize + 1);
        set &= set.wrapping_sub(1);
        signal
    })
}

/// Discards pending signals: they came for the host's process group, which this process has left. Ignoring a
/// signal takes it out of the queue. Returns the signals that are now ignored.
pub(super) fn discard() -> Result<SignalSet, i32> {
    let mut pending: SignalSet = 0;
    // SAFETY: a set of the given size.
    unsafe { raw(SYS_rt_sigpending, [ptr::from_mut(&mut pending) as usize, SET_BYTES]) }?;
    set_all(pending, SIG_IGN).map(|()| pending)
}

/// Sends a signal to this process. The signal stays pending until all are unblocked.
pub(super) fn raise(signal: usize) -> Result<(), i32> {
    // SAFETY: plain numbers.
    unsafe { raw(SYS_kill, [raw(SYS_getpid, [])?, signal]) }.map(drop)
}

/// Whether a set contains a signal.
pub(super) fn has(set: SignalSet, signal: usize) -> bool {
    set & (1 << (signal - 1)) != 0
}

/// Sets signals back to their default disposition.
pub(super) fn reset(set: SignalSet) -> Result<(), i32> {
    const SIG_DFL: usize = 0;
    set_all(set, SIG_DFL)
}

fn set_all(set: SignalSet, handler: usize) -> Result<(), i32> {
    let action: KernelAction = [handler, 0, 0, 0, 0, 0, 0, 0];
    for signal in signals_in(set) {
        // SAFETY: an action without flags and mask; the table is this process's own.
        unsafe { raw(SYS_rt_sigaction, [signal, ptr::from_ref(&action) as usize, 0, SET_BYTES]) }?;
    }
    Ok(())
}

/// Unblocks all signals.
pub(super) fn unblock() -> Result<(), i32> {
    let none: SignalSet = 0;
    // SAFETY: a set of the given size; the mask is this process's own.
    unsafe { raw(SYS_rt_sigprocmask, [SIG_SETMASK, ptr::from_ref(&none) as usize, 0, SET_BYTES]) }.map(drop)
}
