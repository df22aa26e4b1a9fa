//! The search for a successor that sent no message.

use std::time::Instant;

use super::reap::{Reaped, Status, pause, status, without_times};
use super::wait::by_group;
use crate::errno::Errno;
use crate::limits::DEATH_TIME;
use crate::run::process::pidfd::process::Process;
use crate::run::process::system::deadline::Deadline;

/// The search: the successor is a child of ours in the process group of the one that made it.
pub(in crate::run::process) struct SuccessorSearch {
    group: Option<libc::pid_t>,
    maker: Reaped,
    deadline: Deadline,
}

impl SuccessorSearch {
    /// Reaps the maker, which is dead. As long as its successor is in the group, the group's number is nobody else's.
    pub fn new(maker: &Process) -> Self {
        let deadline = Deadline::after(Instant::now(), Some(DEATH_TIME));
        Self { group: maker.number(), maker: status(maker), deadline }
    }

    /// Looks for it once; where it lives, only after a pause.
    pub fn go_on(&self) -> SearchResult {
        match self.group.map_or(Err(Errno(libc::ECHILD)), by_group) {
            Ok(Some(successor)) => SearchResult::Dead(successor),
            Ok(None) if !self.deadline.passed() => {
                pause();
                SearchResult::Alive
            }
            Ok(None) => SearchResult::Nobody(without_times(Status::Lost)),
            // Its maker was killed. Any other end of the maker's says nothing of the hook.
            Err(_) => SearchResult::Nobody(match self.maker.status {
                Status::Signaled(_) => self.maker,
                Status::Exited(_) | Status::Lost => without_times(Status::Lost),
            }),
        }
    }
}

/// What came of a look for the successor.
pub(in crate::run::process) enum SearchResult {
    /// It lives, and will be heard of.
    Alive,
    /// It was reaped just now.
    Dead(Reaped),
    /// It is not in its maker's group, or stays there for too long: what is to be said of the hook then.
    Nobody(Reaped),
}
