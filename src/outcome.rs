//! How a hook ended: the one type that says so, and why that is a failure.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::code::Code;
use crate::errno::{Errno, Signal};
use crate::hook::CallbackFailure;
use crate::printable::Printable;
use crate::step::{Obstacle, Step};
use crate::violation::Violations;

/// How a hook ended. The text is the cause that errors give, as "exited with status 3".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Outcome {
    /// It exited, with this status.
    Exited(i32),
    /// A signal killed it that the runner did not send.
    Signaled {
        /// The signal.
        signal: Signal,
        /// Whether the OOM killer of its cgroup sent it.
        out_of_memory: bool,
        /// Whether it dumped core.
        core_dumped: bool,
    },
    /// It was killed at a deadline.
    TimedOut {
        /// The limit that it went over.
        limit: Duration,
        /// Whether that was the phase's budget, not the hook's own limit.
        budget: bool,
        /// What it died of, if that was a signal and is known.
        signal: Option<Signal>,
    },
    /// The runner was told to stop; what it died of, if that was a signal and is known.
    Canceled(Option<Signal>),
    /// It wanted the terminal from a background process group, which stopped it by this signal, and was killed.
    Stopped(Signal),
    /// It was not executed: this step failed, in its child or for it.
    SpawnFailed {
        /// The step.
        step: Step,
        /// Why.
        #[source]
        errno: Errno,
        /// What the errno means, where execve failed and more is known.
        obstacle: Option<Obstacle>,
    },
    /// A call of the library's own failed.
    SystemFailed {
        /// The call that failed, and what for.
        call: &'static str,
        /// Why.
        #[source]
        errno: Errno,
        /// Whether the hook had a process by then. It was killed, and its status is unknown.
        started: bool,
    },
    /// A callback returned this.
    Callback(Result<(), CallbackFailure>),
    /// As a filter, it exited with status 0, and wrote this in the place of a config.
    #[cfg(feature = "hooksd")]
    WroteNoConfig(String),
    /// It was not run.
    Skipped,
    /// It ended, and its status is unknown: the host reaped it.
    Lost,
    /// The spec forbids it, and a lenient map kept it: it was not executed.
    Invalid(Violations),
}

impl Outcome {
    /// Whether the hook failed.
    pub fn is_failure(&self) -> bool {
        !matches!(self, Self::Exited(0) | Self::Callback(Ok(())) | Self::Skipped)
    }

    /// The number that the C API returns for it; [`Code::Ok`] where it is no failure.
    pub fn code(&self) -> Code {
        match self {
            _ if !self.is_failure() => Code::Ok,
            Self::Exited(_) => Code::Exit,
            Self::Signaled { .. } => Code::Signal,
            Self::TimedOut { .. } => Code::Timeout,
            Self::Canceled(_) => Code::Canceled,
            Self::Stopped(_) => Code::Stopped,
            Self::SpawnFailed { .. } => Code::Spawn,
            Self::SystemFailed { .. } => Code::System,
            Self::Callback(_) => Code::Callback,
            #[cfg(feature = "hooksd")]
            Self::WroteNoConfig(_) => Code::InvalidOutput,
            Self::Lost => Code::Lost,
            Self::Invalid(_) => Code::InvalidHooks,
            Self::Skipped => Code::Ok,
        }
    }

    /// The status that it exited with, or what the callback returned.
    pub fn exit_code(&self) -> Option<i32> {
        match self {
            Self::Exited(code) | Self::Callback(Err(CallbackFailure { code, .. })) => Some(*code),
            Self::Callback(Ok(())) => Some(0),
            #[cfg(feature = "hooksd")]
            Self::WroteNoConfig(_) => Some(0),
            _ => None,
        }
    }

    /// The signal that killed it, whoever sent it; of a stopped one, the signal that stopped it.
    pub fn signal(&self) -> Option<Signal> {
        match self {
            Self::Signaled { signal, .. } | Self::Stopped(signal) => Some(*signal),
            Self::TimedOut { signal, .. } | Self::Canceled(signal) => *signal,
            _ => None,
        }
    }

    /// Whether a signal that the runner did not send killed it, and it dumped core.
    pub fn core_dumped(&self) -> bool {
        matches!(self, Self::Signaled { core_dumped: true, .. })
    }

    /// The errno that kept it from being started.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::SpawnFailed { errno, .. } | Self::SystemFailed { errno, started: false, .. } => {
                Some(*errno)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(status) => write!(f, "exited with status {status}"),
            Self::Signaled { signal, out_of_memory, core_dumped } => {
                let core = if *core_dumped { ", core dumped" } else { "" };
                let memory = if *out_of_memory { ": out of memory in its cgroup" } else { "" };
                write!(f, "killed by signal {signal}{core}{memory}")
            }
            Self::TimedOut { limit, budget: false, .. } => write!(f, "timed out after {} s", Seconds(*limit)),
            Self::TimedOut { limit, budget: true, .. } => {
                write!(f, "timed out: the phase's budget of {} s was used up", Seconds(*limit))
            }
            Self::Canceled(_) => f.write_str("canceled"),
            Self::Stopped(signal) => {
                let what = match signal.0 {
                    libc::SIGTTIN => "it reads the terminal",
                    _ => "it writes to the terminal or changes its settings",
                };
                write!(f, "stopped by {}: {what}", signal.name().unwrap_or_default())
            }
            Self::SpawnFailed { step, errno, obstacle: None } => write!(f, "{step}: {errno}"),
            Self::SpawnFailed { step, errno, obstacle: Some(obstacle) } => {
                write!(f, "{step}: {errno}: {obstacle}")
            }
            Self::SystemFailed { call, errno, .. } => write!(f, "{call}: {errno}"),
            Self::Callback(Ok(())) => f.write_str("callback returned 0"),
            Self::Callback(Err(CallbackFailure { code, message })) if message.is_empty() => {
                write!(f, "callback returned {code}")
            }
            Self::Callback(Err(CallbackFailure { code, message })) => {
                write!(f, "callback returned {code}: {}", Printable(message))
            }
            #[cfg(feature = "hooksd")]
            Self::WroteNoConfig(what) => write!(f, "wrote no config to stdout, but {}", Printable(what)),
            Self::Skipped => f.write_str("skipped"),
            Self::Lost => f.write_str("exit status lost: reaped by the host"),
            Self::Invalid(violations) => write!(f, "invalid hook: {violations:#}"),
        }
    }
}

/// A time in seconds, without the zeroes that say nothing: `5`, `0.25`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_secs())?;
        match self.0.subsec_nanos() {
            0 => Ok(()),
            nanoseconds => write!(f, ".{}", format!("{nanoseconds:09}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::violation::Violation;

    #[test]
    fn times_have_no_zeroes_that_say_nothing() {
        let text = |nanoseconds| Seconds(Duration::from_nanos(nanoseconds)).to_string();
        assert_eq!([5_000_000_000, 250_000_000, 1, 0].map(text), ["5", "0.25", "0.000000001", "0"]);
    }

    /// Each outcome says for itself whether it is a failure: its code agrees.
    #[test]
    fn a_failure_has_a_code_and_a_success_has_none() {
        let failure = |code| Outcome::Callback(Err(CallbackFailure { code, message: String::new() }));
        let failures = [
            (Outcome::Exited(3), Code::Exit),
            (Outcome::Signaled { signal: Signal(9), out_of_memory: true, core_dumped: false }, Code::Signal),
            (Outcome::TimedOut { limit: Duration::ZERO, budget: true, signal: None }, Code::Timeout),
            (Outcome::Canceled(None), Code::Canceled),
            (Outcome::Stopped(Signal(libc::SIGTTIN)), Code::Stopped),
            (Outcome::SpawnFailed { step: Step::Execute, errno: Errno(2), obstacle: None }, Code::Spawn),
            (Outcome::SystemFailed { call: "poll", errno: Errno(9), started: true }, Code::System),
            (failure(7), Code::Callback),
            (failure(0), Code::Callback),
            (Outcome::Lost, Code::Lost),
            (Outcome::Invalid(Violation::new("/path", "", "must be there").into()), Code::InvalidHooks),
        ];
        for (outcome, code) in failures {
            assert!(outcome.is_failure(), "{outcome}");
            assert_eq!(outcome.code(), code, "{outcome}");
        }
        for outcome in [Outcome::Exited(0), Outcome::Callback(Ok(())), Outcome::Skipped] {
            assert!(!outcome.is_failure(), "{outcome}");
            assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        }
    }
}
