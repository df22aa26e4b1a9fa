//! The process group and the session that the hook runs in.

use super::args::{ENTERS_CONTAINER, LEADS_SESSION, Orders, STAYS_IN_GROUP};
use super::numbers::*;
use super::syscall::raw;
use super::{Failed, Step, at};

/// Leaves the caller's process group, unless the hook is to stay there.
///
/// A hook in a container always leaves the session as well. Otherwise code of the image could type into the
/// caller's terminal (TIOCSTI).
pub(super) fn leave(orders: &Orders) -> Result<(), Failed> {
    if orders.has(ENTERS_CONTAINER) || orders.has(LEADS_SESSION) {
        // SAFETY: plain numbers.
        return unsafe { raw(SYS_setsid, []) }.map(drop).map_err(at(Step::Session));
    }
    if orders.has(STAYS_IN_GROUP) { Ok(()) } else { lead() }
}

/// Leads a new process group.
pub(super) fn lead() -> Result<(), Failed> {
    // SAFETY: plain numbers.
    unsafe { raw(SYS_setpgid, [0, 0]) }.map(drop).map_err(at(Step::ProcessGroup))
}

/// Whether signals to the caller's process group no longer concern the hook.
pub(super) fn is_left(orders: &Orders) -> bool {
    orders.has(ENTERS_CONTAINER) || !orders.has(STAYS_IN_GROUP)
}
