//! The runner: a phase's hooks in order, each a child of its own, and the report of what happened.
//!
//! `runner` holds the options (`options` their values), `sequence` runs the list, `process` one command of it. What the child does
//! between clone and execve is in `process/child`; the parent's side of it is in the files beside it.

mod container;
mod environment;
mod observer;
mod options;
mod process;
pub(crate) mod report;
mod report_json;
mod runner;
mod sequence;
mod step;

pub use container::{ContainerProcess, NamespaceKind};
pub use observer::{Event, Stream};
pub use options::{Environment, FailurePolicy, Output, Resource};
pub use process::reap_left_behind;
pub use report::{Captured, HookReport, Kind, Outcome, Report};
pub use runner::Runner;
pub use sequence::RunError;
pub use step::Step;
