//! Runs OCI lifecycle hooks, for every container runtime.
//!
//! # The house
//!
//! Data flows one way: JSON -> [`Hooks`] -> [`Runner::run`] -> [`Report`] -> caller.
//!
//! | module   | what it is |
//! |----------|------------|
//! | `phase`  | the one table of the six phases |
//! | `hook`   | a command or a callback, and what makes one valid; `refused` is one that is not |
//! | `hooks`  | the hook map; `members` is what it holds besides the six phases |
//! | [`json`] | reading and writing: the spec's `hooks` object, config.json, libcontainer's dialect |
//! | `state`  | the state handed to hooks: validated, passed on byte for byte; made from parts, fitted to a phase |
//! | `run`    | the runner: options, a phase, a process, the report |
//! | `error`  | every way a call can fail, with its text; `code` has the numbers that C sees |
//! | `outcome` | how a hook ended |
//! | `violation`  | what is wrong with a document: place, value, rule; `warnings` is what is odd in one that was read |
//! | [`cdi`] | hooks of CDI files |
//! | `finding` | what is to be said of hook files, configs and CDI documents, as data |
//! | [`hooksd`] | hook files: hooks from directories, with Go's patterns |
//! | [`lint`] | what is to be said of hooks, beyond whether they can be used |
//! | `printable` | text of others as messages show it |
//! | `capi`   | the C face: pointers in, core out; the core doesn't know it |
//!
//! # Errors
//!
//! Every failure is an [`Error`]; one of a hook carries an [`Outcome`] that says what happened, typed.
//!
//! # Threads
//!
//! Threads may share [`Hooks`] and [`Runner`] values as long as none changes them; a run keeps its state to itself. The one
//! global list is that of hooks that were left behind: see [`reap_left_behind`].
//!
//! # Compatibility
//!
//! Linux 5.4 and later. Where a newer system call is missing, an older way keeps the same promises.

mod code;
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
pub mod lint;

#[cfg(feature = "capi")]
pub mod capi;

/// The README's example, compiled and run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use code::Code;
pub use errno::{Errno, Signal};
pub use error::{Error, HookError};
#[cfg(feature = "hooksd")]
pub use finding::{Finding, Severity};
pub use hook::{Callback, CallbackCall, CallbackFailure, Command, Hook, Timeout};
pub use hooks::Hooks;
pub use outcome::Outcome;
pub use phase::{Namespace, OnFailure, Phase};
pub use refused::Refused;
#[cfg(all(feature = "hooksd", fuzzing))]
pub use run::filtered_config;
pub use run::{
    Captured, ContainerProcess, Environment, Event, FailurePolicy, HookReport, Kind, NamespaceKind, Output,
    ProcessGroup, Report, Resource, RunError, Runner, StateCheck, Stream, reap_left_behind,
};
pub use state::{State, StateParts, for_phase};
pub use step::Step;
pub use violation::{Position, Violation, Violations};
