//! A hook: a command of the spec, or a function of the host; and what makes a command valid.

use std::ffi::OsStr;
use std::fmt;
use std::num::NonZeroU64;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;
use thiserror::Error;

use crate::json_pointer;
use crate::refused::Refused;
use crate::violation::{Violation, Violations};

/// One entry of a phase's list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Hook {
    /// A program, as the spec describes it.
    Command(Command),
    /// A function of the host: runs in order with the commands, and is never serialized.
    Callback(Callback),
    /// A program that the spec forbids, in a lenient map: fails when its turn comes.
    Refused(Box<Refused>),
}

/// A program to run: the spec's hook object.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Command {
    /// The absolute path of the program; no search in `PATH` takes place.
    pub path: PathBuf,
    /// The whole argument vector, `argv[0]` included. Absent or empty: the path alone.
    pub args: Option<Vec<String>>,
    /// The whole environment. Absent: the runner decides; empty: none at all.
    pub env: Option<Vec<String>>,
    /// How long it may take.
    pub timeout: Option<Timeout>,
    /// Its working directory: libcontainer's `dir`. The spec has no such property.
    pub dir: Option<PathBuf>,
    /// Properties that the spec doesn't know, to the letter and in their order.
    pub(crate) unknown: Vec<(Box<str>, Box<RawValue>)>,
}

/// A time limit: more than zero, at most [`Timeout::MAX_SECONDS`]. Kept in nanoseconds, libcontainer's
/// unit, since the spec's seconds can be said in it and not the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeout(NonZeroU64);

impl Timeout {
    /// The most that can be asked for: 2^31-1 seconds, the largest C `int`.
    pub const MAX_SECONDS: u64 = i32::MAX as u64;
    pub(crate) const NANOS_PER_SECOND: u64 = 1_000_000_000;

    /// A limit of so many seconds, the spec's unit.
    ///
    /// # Errors
    /// For less than one second, and for more than [`Timeout::MAX_SECONDS`].
    pub fn from_seconds(seconds: i64) -> Result<Self, InvalidTimeout> {
        Self::of(seconds, Self::NANOS_PER_SECOND, "s")
    }

    /// A limit of so many nanoseconds, libcontainer's unit.
    ///
    /// # Errors
    /// For less than one nanosecond, and for more than [`Timeout::MAX_SECONDS`].
    pub fn from_nanos(nanos: i64) -> Result<Self, InvalidTimeout> {
        Self::of(nanos, 1, "ns")
    }

    fn of(number: i64, nanos: u64, unit: &'static str) -> Result<Self, InvalidTimeout> {
        let invalid = |rule| InvalidTimeout { rule, number, unit };
        let positive = u64::try_from(number).ok().and_then(NonZeroU64::new);
        let positive = positive.ok_or_else(|| invalid(rule::TIMEOUT_POSITIVE))?;
        let limit = NonZeroU64::new(nanos).and_then(|nanos| positive.checked_mul(nanos));
        limit
            .filter(|limit| limit.get() <= Self::MAX_SECONDS * Self::NANOS_PER_SECOND)
            .map(Self)
            .ok_or_else(|| invalid(rule::TIMEOUT_TOO_LARGE))
    }

    /// In nanoseconds.
    pub fn as_nanos(self) -> u64 {
        self.0.get()
    }

    /// In whole seconds, rounded up: never shorter than what was asked for.
    pub fn as_seconds(self) -> u64 {
        self.0.get().div_ceil(Self::NANOS_PER_SECOND)
    }

    /// As a duration.
    pub fn as_duration(self) -> Duration {
        Duration::from_nanos(self.0.get())
    }
}

/// Why a number is no time limit.
///
/// ```
/// use ocihooks::Timeout;
///
/// let error = Timeout::from_seconds(0).expect_err("0 is no limit");
/// assert_eq!(error.to_string(), "a timeout must be greater than zero, not 0 s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a timeout {rule}, not {number} {unit}")]
pub struct InvalidTimeout {
    rule: &'static str,
    number: i64,
    unit: &'static str,
}

impl InvalidTimeout {
    /// The same, of the property `timeout` of the hook at that pointer.
    pub(crate) fn violation(self, at: &str) -> Violation {
        Violation::new(json_pointer::step(at, "timeout"), &self.number.to_string(), self.rule)
    }
}

/// What the spec asks of a command's properties, in the words of the errors.
pub(crate) mod rule {
    pub const PATH_PRESENT: &str = "must be there: a hook needs a path";
    pub const PATH_IN_CASE: &str = "must be there: a hook needs a path, and names are case-sensitive";
    pub const PATH_NOT_EMPTY: &str = "must not be empty";
    pub const PATH_ABSOLUTE: &str = "must be an absolute path";
    pub const NO_NUL: &str = "must not contain a NUL";
    pub const UTF_8: &str = "must be UTF-8, as JSON is";
    pub const TIMEOUT_INTEGER: &str = "must be an integer";
    pub const TIMEOUT_POSITIVE: &str = "must be greater than zero";
    pub const TIMEOUT_TOO_LARGE: &str = "must be at most 2147483647 seconds";
}

impl Command {
    /// A command with nothing but a path. It is not checked until [`Command::violations`] is asked.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), args: None, env: None, timeout: None, dir: None, unknown: Vec::new() }
    }

    /// Sets the argument vector, `argv[0]` included.
    pub fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args = Some(args.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the environment, as `KEY=value` entries that are passed on as they are.
    pub fn env<S: Into<String>>(mut self, env: impl IntoIterator<Item = S>) -> Self {
        self.env = Some(env.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the time limit.
    pub fn timeout(mut self, timeout: Timeout) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the working directory.
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// Everything that the spec forbids in this command, by JSON pointers below `at`. Paths have to be UTF-8.
    pub fn violations(&self, at: &str) -> Violations {
        self.broken_rules(at, |path| if path.to_str().is_none() { Some(rule::UTF_8) } else { None })
    }

    /// What keeps this command from being run: as [`Command::violations`], but a path may be any bytes.
    pub(crate) fn obstacles(&self, at: &str) -> Violations {
        self.broken_rules(at, |_| None)
    }

    fn broken_rules(&self, at: &str, further: fn(&OsStr) -> Option<&'static str>) -> Violations {
        let mut violations = Violations::default();
        let mut check = |value: &OsStr, broken: Option<&'static str>, pointer: &dyn Fn() -> String| {
            if let Some(rule) = broken.or_else(|| further(value)) {
                violations.push(Violation::of_text(pointer(), &value.to_string_lossy(), rule));
            }
        };
        let path = self.path.as_os_str();
        check(path, broken_by_path(path), &|| json_pointer::step(at, "path"));
        let lists = [("args", &self.args), ("env", &self.env)];
        for (key, list) in lists {
            for (index, text) in list.iter().flatten().enumerate() {
                check(text.as_ref(), broken_by_text(text), &|| {
                    format!("{}/{index}", json_pointer::step(at, key))
                });
            }
        }
        if let Some(dir) = &self.dir {
            check(dir.as_os_str(), broken_by_text(dir), &|| json_pointer::step(at, "dir"));
        }
        violations
    }
}

/// The rule that a path breaks, if any.
pub(crate) fn broken_by_path(path: impl AsRef<OsStr>) -> Option<&'static str> {
    let path = path.as_ref();
    match path.as_bytes().first() {
        None => Some(rule::PATH_NOT_EMPTY),
        Some(b'/') => broken_by_text(path),
        Some(_) => Some(rule::PATH_ABSOLUTE),
    }
}

/// The rule that any string handed to execve breaks, if any: the kernel takes NUL as its end.
pub(crate) fn broken_by_text(text: impl AsRef<OsStr>) -> Option<&'static str> {
    text.as_ref().as_bytes().contains(&0).then_some(rule::NO_NUL)
}

/// What a callback is told.
#[derive(Debug, Clone, Copy)]
pub struct CallbackCall<'a> {
    /// The phase's name; empty for a list that is run without one.
    pub phase: &'a str,
    /// The state, byte for byte as the runtime gave it.
    pub state: &'a [u8],
}

/// Why a callback failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackFailure {
    /// What it returned; not 0.
    pub code: i32,
    /// What it says of it; may be empty.
    pub message: String,
}

type CallbackFn = dyn Fn(CallbackCall<'_>) -> Result<(), CallbackFailure> + Send + Sync;

/// A function of the host that runs as a hook. Copies of it share the one function.
#[derive(Clone)]
pub struct Callback(Arc<CallbackFn>);

impl Callback {
    /// Wraps a function. It may be called from every thread that runs a phase, and no deadline can
    /// interrupt it.
    pub fn new(
        function: impl Fn(CallbackCall<'_>) -> Result<(), CallbackFailure> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(function))
    }

    pub(crate) fn call(&self, call: CallbackCall<'_>) -> Result<(), CallbackFailure> {
        (self.0)(call)
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}
