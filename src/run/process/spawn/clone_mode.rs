//! How the child is made: the modes of the clone, of which the first is taken that the system knows.

use std::ffi::CStr;

use super::clone3;
use crate::run::process::system::failure::SystemFailure;

pub(in crate::run::process) const CLONE: &str = "clone";

/// Set to `fork`, this variable of the environment has every hook made by a fork: for debuggers, which take their
/// breakpoints out of memory that they share with a child.
const SWITCH: &CStr = c"OCIHOOKS_CHILD";
const FORK: &[u8] = b"fork";

/// How the child is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum CloneMode {
    /// In shared memory, and the kernel sets every signal that has a handler back to its default.
    Cleared,
    /// In shared memory.
    Plain,
    /// With memory of its own: where the kernel or an emulator shares none, and where the joiner can't be executed.
    Fork,
}

impl CloneMode {
    /// The mode to begin with. Valgrind ends the program for a child that shares memory.
    pub fn first() -> Self {
        match () {
            () if fork_is_asked_for() || under_valgrind() => Self::Fork,
            () if clone3::WRITTEN => Self::Cleared,
            () => Self::Plain,
        }
    }

    /// The mode to try after this one was refused; `None` where it is not the mode that was refused.
    pub fn after(self, refusal: SystemFailure) -> Option<Self> {
        match (self, refusal.errno.0) {
            _ if refusal.call != CLONE => None,
            // What another mode would not find either.
            (_, libc::EAGAIN | libc::ENOMEM | libc::EMFILE | libc::ENFILE) => None,
            // An older kernel, or a seccomp profile, which may say anything.
            (Self::Cleared, _) => Some(Self::Plain),
            // After unshare(CLONE_NEWTIME), before Linux 6.3; and qemu-user.
            (Self::Plain, libc::EINVAL) => Some(Self::Fork),
            _ => None,
        }
    }

    /// Whether the child shares the host's memory.
    pub fn shares_memory(self) -> bool {
        self != Self::Fork
    }

    /// Whether the child has no handlers from its birth on.
    pub fn clears_handlers(self) -> bool {
        self == Self::Cleared
    }
}

/// Whether the environment asks for forks.
pub(in crate::run::process) fn fork_is_asked_for() -> bool {
    variable(SWITCH) == FORK
}

/// Valgrind is told by what it preloads. Asked anew for each phase: a relaxed atomic that keeps the answer for all threads is
/// a race to helgrind, and to the host's developers who use it.
fn under_valgrind() -> bool {
    const MARK: &[u8] = b"/vgpreload";
    variable(c"LD_PRELOAD").windows(MARK.len()).any(|part| part == MARK)
}

/// Whether a signal that dumps core in a child kills every process that shares its memory: before Linux 5.16.
pub(in crate::run::process) fn core_dumps_spread() -> bool {
    // SAFETY: a structure to fill.
    let name = unsafe {
        let mut name = std::mem::MaybeUninit::<libc::utsname>::zeroed();
        libc::uname(name.as_mut_ptr());
        name.assume_init()
    };
    // SAFETY: the kernel ends it with NUL, as do the zeroes of a call that failed.
    let release = unsafe { CStr::from_ptr(name.release.as_ptr()) };
    release_is_before(release.to_bytes(), (5, 16))
}

/// Whether a release like `5.10.0-40-amd64` is older than a version. What can't be read is taken for old.
fn release_is_before(release: &[u8], version: (u32, u32)) -> bool {
    let mut numbers = release.split(|byte| !byte.is_ascii_digit()).map(|digits| {
        digits
            .iter()
            .fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
    });
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < version
}

/// A variable of the environment; empty where there is none.
fn variable(name: &CStr) -> &'static [u8] {
    // SAFETY: getenv returns NULL or a string, which is read at once.
    unsafe {
        let value = libc::getenv(name.as_ptr());
        if value.is_null() { &[] } else { CStr::from_ptr(value).to_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_by_number() {
        for old in ["5.15.0", "5.9-rc1", "4.19.0-gvisor", "2.6.32", "5", "", "x"] {
            assert!(release_is_before(old.as_bytes(), (5, 16)), "{old}");
        }
        for new in ["5.16.0", "5.16", "6.1.0-40-amd64", "10.0"] {
            assert!(!release_is_before(new.as_bytes(), (5, 16)), "{new}");
        }
    }
}
