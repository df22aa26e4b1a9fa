//! Children that did not die in time. A process that hangs in the kernel may still come back from there. Each
//! child is reaped once it is dead: by a later run, or when the host asks for it.
//!
//! This list is the library's only global state, because such children belong to the whole process. Each
//! keeps a descriptor open, and the memory that it may still read.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

use super::prepared_child::PreparedChild;
use crate::run::process::end::reap;
use crate::run::process::pidfd::process::Process;

/// A child, the memory that it may still read, and the pid of its parent: a forked host inherits its parent's
/// list.
struct LeftBehind {
    process: Process,
    _prepared: Box<PreparedChild>,
    host: u32,
}

static LEFT_BEHIND: Mutex<Vec<LeftBehind>> = Mutex::new(Vec::new());

/// The number of these children. While it is 0, a run takes no lock.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Keeps a child until it is dead.
pub(in crate::run::process) fn keep(process: Process, prepared: Box<PreparedChild>) {
    match lock() {
        Some(mut children) => {
            children.push(LeftBehind { process, _prepared: prepared, host: std::process::id() });
            COUNT.store(children.len(), Ordering::Relaxed);
        }
        // Such a child is never reaped, and its memory never freed.
        None => std::mem::forget((process, prepared)),
    }
}

/// Locks the list. In a forked child, a thread that does not exist there may hold the lock forever, so nobody
/// waits for it without end.
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

/// Reaps the hooks that were left behind because they had not died of SIGKILL in time, and that are dead now.
/// Returns the number of those that remain. Never waits; every run begins with it.
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
