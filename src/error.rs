//! Every way a call can fail: one type, its text, and the number that C sees.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::errno::{Errno, Signal};
use crate::printable::{Printable, quoted};
use crate::step::Step;
use crate::violation::{Position, Violation, Violations};

/// Why a call failed.
///
/// Its text says all there is to say, on one line: control characters of paths, phases and other text are written as `\u001b`
/// is. The variants are for programs, and have that text as it is.
///
/// ```
/// use ocihooks::{Cause, Code, Error, Runner};
///
/// let hooks = ocihooks::json::parse(br#"{"createRuntime": [{"path": "/bin/false"}]}"#).expect("valid hooks");
/// let state = br#"{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/run/web-1"}"#;
/// let failed = Runner::new().run(&hooks, "createRuntime", state).expect_err("/bin/false fails");
///
/// assert_eq!(failed.to_string(), "error running createRuntime hook #0: /bin/false: exited with status 1");
/// assert_eq!(failed.error.code(), Code::Exit);
/// match &failed.error {
///     Error::Hook(error) => assert_eq!((error.index, &error.cause), (0, &Cause::Exit(1))),
///     other => unreachable!("{other}"),
/// }
///
/// let violation = ocihooks::json::parse(br#"{"poststop": [{"path": "bin/true"}]}"#).expect_err("not absolute");
/// assert_eq!(
///     violation.to_string(),
///     "invalid hooks: /poststop/0/path (line 1, column 24) must be an absolute path, not \"bin/true\""
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument that no call of that kind can take.
    #[error("invalid argument: {}", Printable(.0))]
    InvalidArgument(String),
    /// Not JSON, or not UTF-8.
    #[error("invalid JSON at line {}, column {}: {}", position.line, position.column, Printable(.message))]
    InvalidJson {
        /// Where the text stops being JSON.
        position: Position,
        /// What is wrong there.
        message: String,
    },
    /// JSON, but the spec forbids it.
    #[error("invalid hooks: {0}")]
    InvalidHooks(Violations),
    /// The state is no state of the spec's; no hook was run.
    #[error("invalid state: {0}")]
    InvalidState(Violations),
    /// Not one of the six, and not in the map either.
    #[error("unknown phase {}: it is none of the six, and not in the map", Printable(quoted(.0)))]
    UnknownPhase(String),
    /// A hook failed, and the phase with it.
    #[error("{0}")]
    Hook(Box<HookError>),
    /// The phase could not begin: a call of the library's own failed.
    #[error("{call}: {errno}")]
    System {
        /// The call that failed, and what for.
        call: &'static str,
        /// Why.
        errno: Errno,
    },
    /// A defect of the library.
    #[error("internal error of libocihooks: {}", Printable(.0))]
    Internal(String),
}

impl Error {
    /// The one-violation form of a document that is not what it should be.
    pub(crate) fn hooks(violation: Violation) -> Error {
        Error::InvalidHooks(violation.into())
    }

    /// The number that the C face returns for it.
    pub fn code(&self) -> Code {
        match self {
            Error::InvalidArgument(_) => Code::InvalidArgument,
            Error::InvalidJson { .. } => Code::InvalidJson,
            Error::InvalidHooks(_) => Code::InvalidHooks,
            Error::InvalidState(_) => Code::InvalidState,
            Error::UnknownPhase(_) => Code::UnknownPhase,
            Error::Hook(error) => error.cause.code(),
            Error::System { .. } => Code::System,
            Error::Internal(_) => Code::Internal,
        }
    }
}

/// Which hook failed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookError {
    /// The phase's name.
    pub phase: String,
    /// The hook's place in the phase's list, from 0.
    pub index: usize,
    /// Its path; `None` for a callback.
    pub path: Option<String>,
    /// What happened.
    pub cause: Cause,
    /// The last line of what it wrote to standard error, where that was captured; the beginning of a long one.
    pub last_line: Option<String>,
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Up to the colon this is runc's text, which tools match on.
        write!(f, "error running {} hook #{}: ", Printable(&self.phase), self.index)?;
        if let Some(path) = &self.path {
            write!(f, "{}: ", Printable(path))?;
        }
        write!(f, "{}", self.cause)?;
        match &self.last_line {
            Some(line) => write!(f, ": {}", Printable(line)),
            None => Ok(()),
        }
    }
}

/// Why a hook failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// A child was made, but this step failed in it before or at execve.
    Spawn {
        /// The step.
        step: Step,
        /// Why.
        errno: Errno,
    },
    /// It exited with a status other than 0.
    Exit(i32),
    /// A signal killed it.
    Signal(Signal),
    /// The OOM killer of its cgroup killed it, by this signal.
    OutOfMemory(Signal),
    /// It was killed at a deadline.
    Timeout {
        /// The limit that it went over.
        limit: Duration,
        /// Whether that was the phase's budget, not the hook's own limit.
        budget: bool,
    },
    /// A callback returned something other than 0.
    Callback {
        /// What it returned.
        code: i32,
        /// What it said of it.
        message: String,
    },
    /// The runner was told to stop.
    Canceled,
    /// The host reaped the hook, and the kernel can't tell its status.
    Lost,
    /// No child could be made, or a call of the parent's failed.
    System {
        /// The call that failed, and what for.
        call: &'static str,
        /// Why.
        errno: Errno,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Spawn { step, errno } => write!(f, "{step}: {errno}"),
            Cause::Exit(status) => write!(f, "exited with status {status}"),
            Cause::Signal(signal) => write!(f, "killed by signal {signal}"),
            Cause::OutOfMemory(signal) => write!(f, "killed by signal {signal}: out of memory in its cgroup"),
            Cause::Timeout { limit, budget: false } => write!(f, "timed out after {} s", Seconds(*limit)),
            Cause::Timeout { limit, budget: true } => {
                write!(f, "timed out: the phase's budget of {} s was used up", Seconds(*limit))
            }
            Cause::Callback { code, message } if message.is_empty() => write!(f, "callback returned {code}"),
            Cause::Callback { code, message } => {
                write!(f, "callback returned {code}: {}", Printable(message))
            }
            Cause::Canceled => f.write_str("canceled"),
            Cause::Lost => f.write_str("exit status lost: reaped by the host"),
            Cause::System { call, errno } => write!(f, "{call}: {errno}"),
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

impl Cause {
    /// The number that the C face returns for it.
    pub fn code(&self) -> Code {
        match self {
            Cause::Spawn { .. } => Code::Spawn,
            Cause::Exit(_) => Code::Exit,
            Cause::Signal(_) | Cause::OutOfMemory(_) => Code::Signal,
            Cause::Timeout { .. } => Code::Timeout,
            Cause::Callback { .. } => Code::Callback,
            Cause::Canceled => Code::Canceled,
            Cause::Lost => Code::Lost,
            Cause::System { .. } => Code::System,
        }
    }
}

/// The numbers of the C face's `ocihooks_code`: explicit, and never used again for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Code {
    /// It went well.
    Ok = 0,
    /// NULL where not allowed, a name that is empty or not UTF-8, a bad option.
    InvalidArgument = -1,
    /// Not JSON, or not UTF-8.
    InvalidJson = -2,
    /// JSON, but the spec forbids it.
    InvalidHooks = -3,
    /// The state is not what the spec asks for.
    InvalidState = -4,
    /// Not one of the six phases, and not in the map.
    UnknownPhase = -5,
    /// There was a child, but a step before or at execve failed.
    Spawn = -6,
    /// The hook exited with a status other than 0.
    Exit = -7,
    /// A signal killed the hook.
    Signal = -8,
    /// The hook or the phase went over its limit.
    Timeout = -9,
    /// A callback returned something other than 0.
    Callback = -10,
    /// The runner was told to stop.
    Canceled = -11,
    /// No child could be made, or a call of the parent's failed.
    System = -12,
    /// A defect of the library.
    Internal = -13,
    /// The host reaped the hook: its status can't be known.
    Lost = -14,
}

impl Code {
    /// Every code, in the order of the header.
    pub const ALL: [Code; 15] = [
        Code::Ok,
        Code::InvalidArgument,
        Code::InvalidJson,
        Code::InvalidHooks,
        Code::InvalidState,
        Code::UnknownPhase,
        Code::Spawn,
        Code::Exit,
        Code::Signal,
        Code::Timeout,
        Code::Callback,
        Code::Canceled,
        Code::System,
        Code::Internal,
        Code::Lost,
    ];

    /// A short description, the same for every failure of that kind.
    pub fn text(self) -> &'static std::ffi::CStr {
        match self {
            Code::Ok => c"success",
            Code::InvalidArgument => c"invalid argument",
            Code::InvalidJson => c"invalid JSON",
            Code::InvalidHooks => c"hooks that the runtime-spec forbids",
            Code::InvalidState => c"invalid container state",
            Code::UnknownPhase => c"unknown phase",
            Code::Spawn => c"hook could not be executed",
            Code::Exit => c"hook exited with a status other than 0",
            Code::Signal => c"hook was killed by a signal",
            Code::Timeout => c"hook timed out",
            Code::Callback => c"callback hook failed",
            Code::Canceled => c"canceled",
            Code::System => c"system call failed",
            Code::Internal => c"internal error",
            Code::Lost => c"exit status of the hook was lost",
        }
    }

    /// The number.
    pub fn as_raw(self) -> i32 {
        self as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_no_zeroes_that_say_nothing() {
        let text = |nanoseconds| Seconds(Duration::from_nanos(nanoseconds)).to_string();
        assert_eq!([5_000_000_000, 250_000_000, 1, 0].map(text), ["5", "0.25", "0.000000001", "0"]);
    }
}
