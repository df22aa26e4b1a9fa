//! Which signals a child resets: the host's dispositions, read once a phase.
//!
//! Read through the kernel's own call, because libc's hides signals 32 and 33. A hook would start with them
//! ignored.

use std::ptr;
use std::time::Instant;

use crate::limits::DISPOSITIONS_FRESH_FOR;
use crate::run::process::child::{KernelAction, SET_BYTES, SignalSet, call_number, int, raw, signals_in};

#[cfg(any(target_arch = "mips", target_arch = "mips64"))]
compile_error!("the kernel's sigaction is laid out otherwise on MIPS: say how, and try it there");

/// The signals whose disposition can be changed: all but two.
const CHANGEABLE: SignalSet = !(bit(libc::SIGKILL) | bit(libc::SIGSTOP));

const fn bit(signal: i32) -> SignalSet {
    1 << (signal - 1)
}

/// The signals that the host does not leave at their default.
#[derive(Debug, Clone, Copy)]
pub(in crate::run::process) struct Dispositions {
    handled: SignalSet,
    ignored: SignalSet,
    asked: Instant,
}

impl Dispositions {
    pub fn ask() -> Self {
        let (mut handled, mut ignored) = (0, 0);
        let number = call_number(libc::SYS_rt_sigaction);
        let mut action: KernelAction = [0; 8];
        for signal in signals_in(CHANGEABLE) {
            let old = ptr::from_mut(&mut action) as usize;
            // SAFETY: with no new action the call only writes the old one, for which there is room. The call
            // is made by hand, because libc::syscall takes a third longer: 16 us instead of 12 for all
            // signals.
            let answer = unsafe { raw(number, [signal, 0, old, SET_BYTES]) };
            let bit = bit(int(signal));
            match (answer, action[0]) {
                // The default disposition, or a signal that does not exist here.
                (Ok(_), libc::SIG_DFL) | (Err(libc::EINVAL), _) => {}
                // Other errors tell us nothing; reset to be safe.
                (Ok(_), libc::SIG_IGN) | (Err(_), _) => ignored |= bit,
                (Ok(_), _) => handled |= bit,
            }
        }
        Self { handled, ignored, asked: Instant::now() }
    }

    /// Whether the dispositions have to be read again.
    pub fn stale(&self) -> bool {
        self.asked.elapsed() > DISPOSITIONS_FRESH_FOR
    }

    /// The signals that a child has to reset: ignored ones, and those with a handler unless the kernel has
    /// cleared it.
    pub fn to_reset(self, handlers_are_cleared: bool) -> SignalSet {
        if handlers_are_cleared { self.ignored } else { self.ignored | self.handled }
    }
}
