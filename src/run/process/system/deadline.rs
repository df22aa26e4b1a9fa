//! A point in monotonic time, or none.

use std::time::{Duration, Instant};

/// When something has to be over. Wall-clock changes don't move it.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct Deadline(Option<Instant>);

impl Deadline {
    /// So long from then on; never, where that is further than the clock reaches.
    pub fn after(start: Instant, limit: Option<Duration>) -> Self {
        Self(limit.and_then(|limit| start.checked_add(limit)))
    }

    /// Whether this one comes before the other.
    pub fn is_before(self, other: Self) -> bool {
        match (self.0, other.0) {
            (Some(mine), Some(theirs)) => mine < theirs,
            (mine, _) => mine.is_some(),
        }
    }

    /// This deadline, or so long from now where that comes first.
    pub fn or_after(self, time: Duration) -> Self {
        let soon = Self::after(Instant::now(), Some(time));
        if soon.is_before(self) { soon } else { self }
    }

    pub fn passed(self) -> bool {
        self.0.is_some_and(|at| at <= Instant::now())
    }

    /// The time that is left, as ppoll takes it; `None` for ever.
    pub fn remaining(self) -> Option<libc::timespec> {
        let left = self.0?.saturating_duration_since(Instant::now());
        let seconds = libc::time_t::try_from(left.as_secs()).unwrap_or(libc::time_t::MAX);
        // Below 10^9: fits every width that tv_nsec has.
        Some(libc::timespec { tv_sec: seconds, tv_nsec: left.subsec_nanos().into() })
    }
}
