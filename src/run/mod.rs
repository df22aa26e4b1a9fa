//! The runner: a phase's hooks in order, each a separate child, and the report of what happened.
//!
//! `runner` holds the options, `sequence` runs the list, `process` one command of it, and `report` says what came of it.
//! `process/child` is what the child does between clone and exec; the parent's side of it is in the rooms beside it.

#[cfg(feature = "hooksd")]
mod filter;
mod process;
pub(crate) mod report;
mod runner;
mod sequence;

#[cfg(all(feature = "hooksd", fuzzing))]
pub use filter::filtered_config;
#[cfg(feature = "hooksd")]
pub(crate) use process::is_noexec_mount;
pub use process::reap_left_behind;
pub use report::{Captured, HookReport, Kind, Report, Warning, WarningKind};
pub use runner::{
    ContainerProcess, Environment, Event, FailurePolicy, NamespaceKind, Output, ProcessGroup, Resource,
    Runner, StateCheck, Stream,
};
pub use sequence::RunError;
