//! The end of a hook: kills it, waits for it, reaps it.

pub(super) mod kill;
pub(super) mod reap;
pub(super) mod stopped;
pub(super) mod successor_search;
mod wait;
