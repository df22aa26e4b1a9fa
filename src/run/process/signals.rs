//! The host's signal dispositions, asked for; and the calling thread's mask, held while a child is made.
//!
//! All by the kernel's own calls: libc's hide 32 and 33 from sight, and a hook would start with them ignored.

use std::ptr;
use std::time::{Duration, Instant};

use super::SystemFailure;
use super::child::{KernelAction, SET_BYTES, SignalSet, raw, signals_in};
use crate::errno::Errno;

#[cfg(any(target_arch = "mips", target_arch = "mips64"))]
compile_error!("the kernel's sigaction is laid out otherwise on MIPS: say how, and try it there");

/// The signals whose disposition can be changed: all but two.
const CHANGEABLE: SignalSet = !(bit(libc::SIGKILL) | bit(libc::SIGSTOP));

const fn bit(signal: i32) -> SignalSet {
    1 << (signal - 1)
}

/// How long an answer is taken to hold. Asking costs some 12 us; a host that changes dispositions while a
/// phase runs is rare, and one that does so within a hook's time can't be followed anyway.
const FRESH_FOR: Duration = Duration::from_millis(100);

/// Which signals the host does not leave at their default.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dispositions {
    handled: SignalSet,
    ignored: SignalSet,
    asked: Instant,
}

impl Dispositions {
    pub fn ask() -> Dispositions {
        let (mut handled, mut ignored) = (0, 0);
        let number = libc::SYS_rt_sigaction as usize;
        let mut action: KernelAction = [0; 8];
        for signal in signals_in(CHANGEABLE) {
            let old = ptr::from_mut(&mut action) as usize;
            // SAFETY: with no new action the call only writes the old one, for which there is room. By hand, not
            // by libc::syscall, which takes a third longer: 12 us against 16 for all of them.
            let answer = unsafe { raw(number, [signal, 0, old, SET_BYTES]) };
            let bit = bit(signal as i32);
            match (answer, action[0]) {
                // At its default; or there is no such signal here.
                (Ok(_), libc::SIG_DFL) | (Err(libc::EINVAL), _) => {}
                // Whatever else is answered says nothing: it is set back to be sure.
                (Ok(_), libc::SIG_IGN) | (Err(_), _) => ignored |= bit,
                (Ok(_), _) => handled |= bit,
            }
        }
        Dispositions { handled, ignored, asked: Instant::now() }
    }

    /// Whether it is time to ask again.
    pub fn stale(&self) -> bool {
        self.asked.elapsed() > FRESH_FOR
    }

    /// The signals that a child has to set back: those that are ignored, and where the kernel has not done it for it,
    /// those that have a handler.
    pub fn to_reset(self, handlers_are_cleared: bool) -> SignalSet {
        if handlers_are_cleared { self.ignored } else { self.ignored | self.handled }
    }
}

/// All signals blocked in the calling thread, until dropped: a child made meanwhile runs none of the
/// host's handlers.
#[derive(Debug)]
pub(super) struct AllBlocked {
    before: SignalSet,
}

impl AllBlocked {
    pub fn new() -> Result<AllBlocked, SystemFailure> {
        let mut before = 0;
        set_mask(&SignalSet::MAX, &mut before).map(|()| AllBlocked { before })
    }
}

impl Drop for AllBlocked {
    fn drop(&mut self) {
        let mut all = 0;
        // It worked the other way round; there is no reason left for it to fail.
        let _ = set_mask(&self.before, &mut all);
    }
}

fn set_mask(new: &SignalSet, old: &mut SignalSet) -> Result<(), SystemFailure> {
    let (number, how) = (libc::SYS_rt_sigprocmask as usize, libc::SIG_SETMASK as usize);
    let (new, old) = (ptr::from_ref(new) as usize, ptr::from_mut(old) as usize);
    // SAFETY: two sets of the size announced. Only the calling thread's mask changes.
    match unsafe { raw(number, [how, new, old, SET_BYTES]) } {
        Ok(_) => Ok(()),
        Err(errno) => Err(SystemFailure { call: "rt_sigprocmask", errno: Errno(errno) }),
    }
}
