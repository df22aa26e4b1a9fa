//! Common to all other folders: deadlines, descriptors, the host's signals, and failed calls.

pub(super) mod deadline;
pub(super) mod descriptor;
pub(super) mod failure;
#[cfg(feature = "hooksd")]
pub(super) mod mount;
pub(super) mod signal_dispositions;
pub(super) mod signal_mask;
