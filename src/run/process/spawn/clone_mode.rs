//! The modes of the clone. The first mode that the system supports is used.

use std::ffi::CStr;

use super::clone3;
use crate::run::process::system::failure::SystemFailure;

pub(in crate::run::process) const CLONE: &str = "clone";

/// If this environment variable is `fork`, every hook is made by a fork. This is for debuggers, which remove
/// their breakpoints from memory that they share with a child.
const SWITCH: &CStr = c"OCIHOOKS_CHILD";
const FORK: &[u8] = b"fork";

/// How the child is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum CloneMode {
    /// In shared memory. The kernel sets every signal that has a handler back to its default.
    Cleared,
    /// In shared memory.
    Plain,
    /// With separate memory: for kernels and emulators that can't share it, and for hooks whose joiner can't
    /// be executed.
    Fork,
}

impl CloneMode {
    /// The mode to try first. Valgrind ends the program for a child that shares memory.
    pub fn first(old_calls: bool) -> Self {
        match () {
            () if fork_is_asked_for() || under_valgrind() => Self::Fork,
            () if clone3::WRITTEN && !old_calls => Self::Cleared,
            () => Self::Plain,
        }
    }

    /// The mode to try after this one was refused; `None` if the failure has another cause than the mode.
    pub fn after(self, refusal: SystemFailure) -> Option<Self> {
        match (self, refusal.errno.0) {
            _ if refusal.call != CLONE => None,
            // Errors that another mode would meet as well.
            (_, libc::EAGAIN | libc::ENOMEM | libc::EMFILE | libc::ENFILE) => None,
            // An older kernel, or a seccomp profile, which may return any errno.
            (Self::Cleared, _) => Some(Self::Plain),
            // After unshare(CLONE_NEWTIME), before Linux 6.3; and under qemu-user.
            (Self::Plain, libc::EINVAL) => Some(Self::Fork),
            _ => None,
        }
    }

    /// Whether the child shares the host's memory.
    pub fn shares_memory(self) -> bool {
        self != Self::Fork
    }

    /// Whether the child has no signal handlers from its birth on.
    pub fn clears_handlers(self) -> bool {
        self == Self::Cleared
    }
}

/// Whether the environment asks for forks.
pub(in crate::run::process) fn fork_is_asked_for() -> bool {
    variable(SWITCH) == FORK
}

/// Valgrind is recognised by the library that it preloads. This is checked for each phase. Caching the answer
/// in a relaxed atomic for all threads would be a race to helgrind, and to the host's developers who use it.
fn under_valgrind() -> bool {
    const MARK: &[u8] = b"/vgpreload";
    variable(c"LD_PRELOAD").windows(MARK.len()).any(|part| part == MARK)
}

/// Whether a core dump in a child kills every process that shares its memory: before Linux 5.16.
pub(in crate::run::process) fn core_dumps_spread() -> bool {
    // SAFETY: a structure to fill.
    let name = unsafe {
        let mut name = std::mem::MaybeUninit::<libc::utsname>::zeroed();
        libc::uname(name.as_mut_ptr());
        name.assume_init()
    };
    // SAFETY: the kernel ends it with NUL; after a failed call it is zeroed.
    let release = unsafe { CStr::from_ptr(name.release.as_ptr()) };
    release_is_before(release.to_bytes(), (5, 16))
}

/// Whether a release like `5.10.0-40-amd64` is older than a version. A release that can't be read counts as
/// old.
fn release_is_before(release: &[u8], version: (u32, u32)) -> bool {
    let mut numbers = release.split(|byte| !byte.is_ascii_digit()).map(|digits| {
        digits
            .iter()
            .fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
    });
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < version
}

/// A variable of the environment; empty if it is unset.
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
