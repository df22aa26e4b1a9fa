//! The values that the runner's options take.

use std::os::fd::BorrowedFd;

use crate::error::Error;
use crate::phase::{OnFailure, Phase};
use crate::state::{self, State};

/// What a hook without `env` gets as its environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Environment {
    /// The calling process's own, as runc and crun do.
    #[default]
    Inherit,
    /// The calling process's own without the loader's variables (`LD_*`): CVE-2025-23266.
    InheritWithoutLoader,
    /// Just these entries, as they are.
    List(Vec<String>),
}

/// Where a stream of a hook goes.
#[derive(Debug, Clone, Copy, Default)]
pub enum Output<'a> {
    /// Into the report: the first and the last part of it, and the count of all.
    #[default]
    Capture,
    /// Nowhere: the hook gets /dev/null.
    Discard,
    /// To the calling process's own stream.
    Inherit,
    /// To this descriptor.
    Descriptor(BorrowedFd<'a>),
}

/// The process group of a hook, which decides about the terminal and about signals to the group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProcessGroup {
    /// `Caller` where the calling process is in the foreground of its terminal when the phase begins, `Own` elsewhere.
    #[default]
    Automatic,
    /// The hook leads a new group. A stop reaches the hook and its children. A hook that wants the caller's terminal fails.
    Own,
    /// The hook stays in the caller's group: the terminal, ^C and ^Z are for both. A stop reaches the hook alone, by its pidfd,
    /// and its cgroup where one is set.
    Caller,
    /// The hook leads a new session, and has no terminal.
    Session,
}

/// What a failing hook does to those behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FailurePolicy {
    /// What runtime-spec 1.3 says of the phase; unknown phases fail fast.
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

/// What the text has to be that hooks get on their stdin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StateCheck {
    /// A state of the spec's.
    #[default]
    Spec,
    /// Any JSON: a config.json, as the hooks get it that edit one.
    Json,
    /// Anything, also nothing.
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

/// A resource limit of the hook's (setrlimit).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource {
    /// `RLIMIT_*`.
    pub resource: i32,
    /// The soft limit; `u64::MAX` is none.
    pub soft: u64,
    /// The hard limit; `u64::MAX` is none.
    pub hard: u64,
}
