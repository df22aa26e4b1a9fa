//! Joins the cgroup. The parent checks the cgroup beforehand (`cgroup/mod.rs`), and kills it
//! (`cgroup/kill.rs`).

use super::args::Orders;
use super::numbers::*;
use super::syscall::{arg, raw};

/// Moves this process into the cgroup before any code of the hook runs.
pub(super) fn join(orders: &Orders) -> Result<(), i32> {
    if orders.cgroup < 0 {
        return Ok(());
    }
    let myself = c"0".as_ptr() as usize;
    // SAFETY: a buffer of one byte.
    unsafe { raw(SYS_write, [arg(orders.cgroup), myself, 1]) }.map(drop)
}
