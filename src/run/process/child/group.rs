//! The process group and the session that the hook runs in.

use super::args::{ChildArgs, ENTERS_CONTAINER, LEADS_SESSION, STAYS_IN_GROUP};
use super::numbers::*;
use super::syscall::raw;
use super::{Failed, Step, at, report};

/// Leaves the caller's process group, unless the hook is to stay there.
///
/// A hook in a container always leaves the session as well. Otherwise code of the image could type into the
/// caller's terminal (TIOCSTI).
///
/// Returns whether it has left the group. A profile may refuse that: then the hook stays, and a stop reaches it by
/// its pidfd.
pub(super) fn leave(args: &ChildArgs) -> Result<bool, Failed> {
    let orders = &args.orders;
    if orders.has(ENTERS_CONTAINER) || orders.has(LEADS_SESSION) {
        // SAFETY: plain numbers.
        return unsafe { raw(SYS_setsid, []) }.map(|_| true).map_err(at(Step::Session));
    }
    if orders.has(STAYS_IN_GROUP) { Ok(false) } else { lead(args) }
}

/// Leads a new process group.
pub(super) fn lead(args: &ChildArgs) -> Result<bool, Failed> {
    // SAFETY: plain numbers.
    let answer = unsafe { raw(SYS_setpgid, [0, 0]) };
    report::unless_refused(args, Step::ProcessGroup, answer).map(|done| done.is_some())
}
