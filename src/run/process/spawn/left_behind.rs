//! Children that did not die in time. Each is reaped by a later run, or when the host asks, once it is dead: a process
//! that hangs in the kernel may yet come back from there.
//!
//! It is the library's one global state: a process that is left behind is one of the whole process. Each keeps a
//! descriptor open, and the memory that it may still read.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

use super::prepared_child::PreparedChild;
use crate::run::process::end::reap;
use crate::run::process::pidfd::process::Process;

/// A child, what it may still read, and the process whose child it is: a forked host has its parent's list.
struct LeftBehind {
    process: Process,
    _prepared: Box<PreparedChild>,
    host: u32,
}

static LEFT_BEHIND: Mutex<Vec<LeftBehind>> = Mutex::new(Vec::new());

/// How many there are, so that a run has to ask for no lock where there is none.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Keeps a child until it is dead.
pub(in crate::run::process) fn keep(process: Process, prepared: Box<PreparedChild>) {
    match lock() {
        Some(mut children) => {
            children.push(LeftBehind { process, _prepared: prepared, host: std::process::id() });
            COUNT.store(children.len(), Ordering::Relaxed);
        }
        // Then it is never reaped, and its memory never freed.
        None => std::mem::forget((process, prepared)),
    }
}

/// The list. In a forked child, a thread that is not there may hold its lock for ever: nobody waits for it without end.
fn lock() -> Option<MutexGuard<'static, Vec<LeftBehind>>> {
    const TRIES: usize = 1000;
    for _ in 0..TRIES {
        match LEFT_BEHIND.try_lock() {
            Ok(children) => return Some(children),
            Err(TryLockError::Poisoned(children)) => return Some(children.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    None
}

/// Reaps the hooks that were left behind, since they had not died of SIGKILL in time, and are dead by now. Returns how
/// many are still there. Never waits; every run begins with it.
pub fn reap() -> usize {
    if COUNT.load(Ordering::Relaxed) == 0 {
        return 0;
    }
    let Some(mut children) = lock() else { return COUNT.load(Ordering::Relaxed) };
    let host = std::process::id();
    children.retain(|child| child.host == host && !reap::is_reaped_now(&child.process));
    COUNT.store(children.len(), Ordering::Relaxed);
    children.len()
}
