//! Makes the child. Everything is laid out before it is cloned. The clone is made in the first mode that the
//! system supports. The child's messages are read once it is dead.
//!
//! `exec_plan` describes the child's work, `prepared_child` holds the memory that it reads, and `child` makes
//! it and requests its end.

pub(super) mod channel;
pub(super) mod child;
mod clone3;
pub(super) mod clone_mode;
mod environment;
pub(super) mod exec_image;
pub(super) mod exec_plan;
pub(super) mod joiner_file;
pub(super) mod joiner_in_place;
pub(super) mod left_behind;
pub(super) mod prepared_child;
pub(super) mod stack;
