//! The end of a hook: killed, waited for, reaped.

pub(super) mod kill;
pub(super) mod reap;
pub(super) mod stopped;
pub(super) mod successor_search;
mod wait;
