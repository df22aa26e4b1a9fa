//! The search for a successor that sent no message.

use std::time::Instant;

use super::reap::{Reaped, Status, pause, status, without_times};
use super::wait::by_group;
use crate::errno::Errno;
use crate::limits::DEATH_TIME;
use crate::run::process::pidfd::process::Process;
use crate::run::process::system::deadline::Deadline;

/// The search. The successor is a child of ours, in the process group of the process that made it.
pub(in crate::run::process) struct SuccessorSearch {
    group: Option<libc::pid_t>,
    maker: Reaped,
    deadline: Deadline,
}

impl SuccessorSearch {
    /// Reaps the maker, which is dead. The group's id stays the maker's as long as the successor is in the
    /// group.
    pub fn new(maker: &Process) -> Self {
        let deadline = Deadline::after(Instant::now(), Some(DEATH_TIME));
        Self { group: maker.number(), maker: status(maker), deadline }
    }

    /// Searches once. If the successor is alive, pauses before returning.
    pub fn go_on(&self) -> SearchResult {
        match self.group.map_or(Err(Errno(libc::ECHILD)), by_group) {
            Ok(Some(successor)) => SearchResult::Dead(successor),
            Ok(None) if !self.deadline.passed() => {
                pause();
                SearchResult::Alive
            }
            Ok(None) => SearchResult::Nobody(without_times(Status::Lost)),
            // No child is in the group. If the maker was killed, its status is the hook's. Any other end of
            // the maker tells nothing about the hook.
            Err(_) => SearchResult::Nobody(match self.maker.status {
                Status::Signaled { .. } => self.maker,
                Status::Exited(_) | Status::Lost => without_times(Status::Lost),
            }),
        }
    }
}

/// The result of one search.
pub(in crate::run::process) enum SearchResult {
    /// The successor is alive, and will send its message.
    Alive,
    /// The successor was reaped just now.
    Dead(Reaped),
    /// The successor is not in its maker's group, or stays there for too long. The hook's status is then this
    /// one.
    Nobody(Reaped),
}
