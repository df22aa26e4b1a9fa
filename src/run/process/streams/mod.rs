//! A hook's three streams: the state on stdin, and the destinations of stdout and stderr.

pub(super) mod buffer;
pub(super) mod capture;
pub(super) mod dev_null;
mod kept;
mod memory;
pub(super) mod output;
pub(super) mod stdin;
mod tee;
