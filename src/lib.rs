//! Runs OCI lifecycle hooks, for every container runtime.
//!
//! # Modules
//!
//! Data flows one way: JSON -> [`Hooks`] -> [`Runner::run`] -> [`Report`] -> caller.
//!
//! | module   | what it is |
//! |----------|------------|
//! | `phase`  | the one table of the six phases |
//! | `dialect` | the differences between the spec's JSON form of hooks and libcontainer's |
//! | `hook`   | a command or a callback, and the rules for valid ones; `refused` is an invalid one |
//! | `hooks`  | the hook map; `members` holds its members other than the six phases |
//! | [`json`] | reading and writing: the spec's `hooks` object, config.json, libcontainer's dialect |
//! | `state`  | the state handed to hooks: validated, passed on byte for byte; made from parts, fitted to a phase |
//! | `run`    | the runner: options, a phase, a process, the report |
//! | `error`  | every way a call can fail, with its text; `code` has the numbers of the C API |
//! | `outcome` | how a hook ended |
//! | `violation`  | a violation of the spec in a document: place, value, rule; `warnings` is unusual content of one that was read |
//! | [`cdi`] | hooks of CDI files |
//! | `finding` | findings about hook files, configs and CDI documents, as data |
//! | [`hooksd`] | hook files: hooks from directories, with Go's patterns |
//! | [`lint`] | findings about hooks beyond their validity |
//! | `printable` | foreign text in messages |
//! | `capi`   | the C API: pointers in, core out; the core does not know it |
//!
//! # Errors
//!
//! Every failure is an [`Error`]. The error of a hook carries an [`Outcome`], the typed reason.
//!
//! # Threads
//!
//! Threads may share [`Hooks`] and [`Runner`] values as long as none changes them; a run keeps its state to
//! itself. The only global list holds the hooks that were left behind: see [`reap_left_behind`].
//!
//! # Compatibility
//!
//! Linux 5.4 and later. If a newer system call is missing, an older way keeps the same promises.

mod code;
mod dialect;
mod errno;
mod error;
mod hook;
mod hooks;
pub mod json;
mod json_pointer;
mod limits;
mod members;
mod outcome;
mod phase;
mod printable;
mod refused;
mod run;
mod state;
mod step;
mod violation;
mod warnings;

#[cfg(feature = "hooksd")]
pub mod cdi;
#[cfg(feature = "hooksd")]
mod finding;
#[cfg(feature = "hooksd")]
pub mod hooksd;
#[cfg(feature = "hooksd")]
mod host;
#[cfg(feature = "hooksd")]
pub mod lint;

#[cfg(feature = "capi")]
pub mod capi;

/// The README's example, compiled and run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The program for a runtime in Rust, compiled and run likewise.
#[cfg(doctest)]
#[doc = include_str!("../docs/adopting/rust.md")]
struct Adopting;

pub use code::Code;
pub use errno::{Errno, Signal};
pub use error::{Error, HookError};
#[cfg(feature = "hooksd")]
pub use finding::{Finding, Severity};
pub use hook::{Callback, CallbackCall, CallbackFailure, Command, Hook, InvalidTimeout, Timeout};
pub use hooks::Hooks;
pub use outcome::Outcome;
pub use phase::{Namespace, OnFailure, Phase};
pub use refused::Refused;
#[cfg(all(feature = "hooksd", fuzzing))]
pub use run::filtered_config;
pub use run::{
    Captured, ContainerProcess, Environment, Event, FailurePolicy, HookReport, Kind, NamespaceKind, Output,
    ProcessGroup, Report, Resource, RunError, Runner, StateCheck, Stream, Warning, WarningKind,
    reap_left_behind,
};
pub use state::{State, StateParts, for_phase};
pub use step::{Obstacle, Step};
pub use violation::{Position, Violation, Violations};
