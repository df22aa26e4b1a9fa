//! Which signals a child resets: the host's dispositions, asked for once a phase.
//!
//! By the kernel's own call: libc's hides 32 and 33 from sight, and a hook would start with them ignored.

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

/// Which signals the host does not leave at their default.
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
            // SAFETY: with no new action the call only writes the old one, for which there is room. By hand, not
            // by libc::syscall, which takes a third longer: 12 us against 16 for all of them.
            let answer = unsafe { raw(number, [signal, 0, old, SET_BYTES]) };
            let bit = bit(int(signal));
            match (answer, action[0]) {
                // At its default; or there is no such signal here.
                (Ok(_), libc::SIG_DFL) | (Err(libc::EINVAL), _) => {}
                // Whatever else is answered says nothing: it is set back to be sure.
                (Ok(_), libc::SIG_IGN) | (Err(_), _) => ignored |= bit,
                (Ok(_), _) => handled |= bit,
            }
        }
        Self { handled, ignored, asked: Instant::now() }
    }

    /// Whether it is time to ask again.
    pub fn stale(&self) -> bool {
        self.asked.elapsed() > DISPOSITIONS_FRESH_FOR
    }

    /// The signals that a child has to set back: those that are ignored, and where the kernel has not done it for it,
    /// those that have a handler.
    pub fn to_reset(self, handlers_are_cleared: bool) -> SignalSet {
        if handlers_are_cleared { self.ignored } else { self.ignored | self.handled }
    }
}
