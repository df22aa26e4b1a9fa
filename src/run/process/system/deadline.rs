//! A point in monotonic time, or none.

use std::time::{Duration, Instant};

/// The time when something has to be over. Changes of the wall clock don't move it.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct Deadline(Option<Instant>);

impl Deadline {
    /// The deadline `limit` after `start`. There is none without a limit, and none beyond the range of the
    /// clock.
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

    /// The earlier of the two deadlines.
    pub fn or(self, other: Self) -> Self {
        if other.is_before(self) { other } else { self }
    }

    pub fn passed(self) -> bool {
        self.0.is_some_and(|at| at <= Instant::now())
    }

    /// The remaining time, as ppoll takes it; `None` for no deadline.
    pub fn remaining(self) -> Option<libc::timespec> {
        let left = self.0?.saturating_duration_since(Instant::now());
        let seconds = libc::time_t::try_from(left.as_secs()).unwrap_or(libc::time_t::MAX);
        // Below 10^9, which fits tv_nsec in any width.
        Some(libc::timespec { tv_sec: seconds, tv_nsec: left.subsec_nanos().into() })
    }
}
