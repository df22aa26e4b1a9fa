//! The values of the runner's options.

use std::os::fd::BorrowedFd;

use crate::error::Error;
use crate::phase::{OnFailure, Phase};
use crate::state::{self, State};

/// The environment of a hook without `env`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// The calling process's own, as runc and crun do.
    #[default]
    Inherit,
    /// The calling process's own without the loader's variables (`LD_*`): CVE-2025-23266.
    InheritWithoutLoader,
    /// Only these entries, unchanged.
    List(Vec<String>),
}

/// The destination of a hook's stream.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub enum Output<'a> {
    /// The report: the first and the last part, and the length of all of it.
    #[default]
    Capture,
    /// Discarded: the hook gets /dev/null.
    Discard,
    /// The calling process's own stream.
    Inherit,
    /// This descriptor.
    Descriptor(BorrowedFd<'a>),
    /// The report, and this descriptor as well. The run never waits for the descriptor: output that it does not
    /// take at once is left out there, with a warning.
    Tee(BorrowedFd<'a>),
    /// A file in memory of 1 MiB, and the report from there once the hook has ended. A process that the hook left
    /// behind may write on, up to that size. The kernel refuses more with EPERM, and raises no signal.
    Memory,
}

/// The process group of a hook. It determines the hook's access to the terminal, and which signals to the
/// group the hook receives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProcessGroup {
    /// `Caller` if the calling process is in the foreground of its terminal when the phase begins, else
    /// `Own`.
    #[default]
    Automatic,
    /// The hook leads a new process group. A stop reaches the hook and its children. A hook that wants the
    /// caller's terminal fails.
    Own,
    /// The hook stays in the caller's process group: both share the terminal, ^C and ^Z. A stop reaches only
    /// the hook, by its pidfd, and its cgroup if one is set.
    Caller,
    /// The hook leads a new session, and has no terminal.
    Session,
}

/// The effect of a failing hook on the hooks after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailurePolicy {
    /// As runtime-spec 1.3 defines for the phase; unknown phases fail fast.
    #[default]
    Spec,
    /// As the spec, but poststart only warns: runtime-spec 1.2 and earlier.
    SpecBefore13,
    /// The first failure ends any phase.
    FailFast,
    /// Every hook runs in any phase; failures are warnings and the run succeeds, as in poststop.
    KeepGoing,
}

impl FailurePolicy {
    pub(in crate::run) fn on_failure(self, phase: Option<Phase>) -> OnFailure {
        match self {
            Self::FailFast => OnFailure::Stop,
            Self::KeepGoing => OnFailure::Warn,
            Self::SpecBefore13 if phase == Some(Phase::Poststart) => OnFailure::Warn,
            Self::Spec | Self::SpecBefore13 => phase.map_or(OnFailure::Stop, Phase::on_failure),
        }
    }
}

/// The check of the text that hooks get on their stdin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateCheck {
    /// It must be a state of the runtime-spec.
    #[default]
    Spec,
    /// It must be JSON, for example the config.json that a filter edits.
    Json,
    /// None: any bytes, or none.
    Off,
}

impl StateCheck {
    /// What is unusual about a text that passes.
    pub(in crate::run) fn warnings(self, text: &[u8], phase: Option<Phase>) -> Result<Vec<String>, Error> {
        match self {
            Self::Spec => State::parse(text).map(|state| state.warnings(phase)),
            Self::Json => state::check_json(text).map(|()| Vec::new()),
            Self::Off => Ok(Vec::new()),
        }
    }
}

/// A resource limit of the hook (setrlimit).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource {
    /// `RLIMIT_*`.
    pub resource: i32,
    /// The soft limit; `u64::MAX` for no limit.
    pub soft: u64,
    /// The hard limit; `u64::MAX` for no limit.
    pub hard: u64,
}
