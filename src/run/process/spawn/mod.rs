//! Making the child: laid out before, cloned in the first way that the system knows, heard when it is dead.
//!
//! `exec_plan` says what the child does, `prepared_child` holds all that it reads, `child` makes it and asks it for its end.

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
