//! What the two JSON forms of hooks say differently: one table.

use crate::hook::Timeout;

/// A JSON form of hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The runtime-spec's: `timeout` in seconds; what is absent or empty is left out.
    Spec,
    /// libcontainer's: `timeout` in nanoseconds, `dir`, everything written, `null` where empty.
    Libcontainer,
}

impl Dialect {
    /// Whether a hook's `dir` is its working directory, or a property nobody knows.
    pub fn has_dir(self) -> bool {
        self == Self::Libcontainer
    }

    /// Whether what is absent is written as `null` and an empty phase too.
    pub fn writes_all(self) -> bool {
        self == Self::Libcontainer
    }

    /// A positive `timeout` in this dialect's unit; `None` where it is more than can be kept.
    pub fn timeout(self, number: u64) -> Option<Timeout> {
        match self {
            Self::Spec => Timeout::from_seconds(number),
            Self::Libcontainer => Timeout::from_nanos(number),
        }
    }

    /// The number that says a timeout in this dialect's unit.
    pub fn number(self, timeout: Timeout) -> u64 {
        match self {
            Self::Spec => timeout.as_seconds(),
            Self::Libcontainer => timeout.as_nanos(),
        }
    }
}
