//! The calling thread's signal mask, changed while a child is made.
//!
//! Changed through the kernel's own call, because libc's hides signals 32 and 33.

use std::ptr;

use super::failure::SystemFailure;
use crate::errno::Errno;
use crate::run::process::child::{SET_BYTES, SignalSet, arg, call_number, raw};

/// Blocks all signals in the calling thread until dropped. A child that is made meanwhile runs none of the
/// host's handlers.
#[derive(Debug)]
pub(in crate::run::process) struct AllBlocked {
    before: SignalSet,
}

impl AllBlocked {
    pub fn new() -> Result<Self, SystemFailure> {
        let mut before = 0;
        set_mask(&SignalSet::MAX, &mut before).map(|()| Self { before })
    }
}

impl Drop for AllBlocked {
    fn drop(&mut self) {
        let mut all = 0;
        // Blocking the signals worked, so nothing can make this call fail.
        let _ = set_mask(&self.before, &mut all);
    }
}

fn set_mask(new: &SignalSet, old: &mut SignalSet) -> Result<(), SystemFailure> {
    let (number, how) = (call_number(libc::SYS_rt_sigprocmask), arg(libc::SIG_SETMASK));
    let (new, old) = (ptr::from_ref(new) as usize, ptr::from_mut(old) as usize);
    // SAFETY: two sets of the given size. Only the calling thread's mask changes.
    match unsafe { raw(number, [how, new, old, SET_BYTES]) } {
        Ok(_) => Ok(()),
        Err(errno) => Err(SystemFailure { call: "rt_sigprocmask", errno: Errno(errno) }),
    }
}
