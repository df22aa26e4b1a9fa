//! Every way a call can fail: one type, and its text.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error as IsError;

pub use crate::code::Code;
#[cfg(feature = "hooksd")]
use crate::finding::Finding;
use crate::outcome::Outcome;
use crate::printable::{Printable, quoted};
use crate::violation::{Position, Violations};

/// Why a call failed.
///
/// Its text says all there is to say, on one line: control characters of paths, phases and other text are written as `\u001b`
/// is. The variants are for programs, and have that text as it is.
///
/// The chain of [`std::error::Error::source`] is for programs too: [`crate::RunError`], `Error`, [`HookError`], [`Outcome`],
/// [`crate::Errno`], as far as each applies. Each text contains those below it, so print the first one only.
///
/// ```
/// use ocihooks::{Code, Error, Outcome, Runner};
///
/// let hooks = ocihooks::json::parse(br#"{"createRuntime": [{"path": "/bin/false"}]}"#).expect("valid hooks");
/// let state = br#"{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/run/web-1"}"#;
/// let failed = Runner::new().run(&hooks, "createRuntime", state).expect_err("/bin/false fails");
///
/// assert_eq!(failed.to_string(), "error running createRuntime hook #0: /bin/false: exited with status 1");
/// assert_eq!(failed.error.code(), Code::Exit);
/// match &failed.error {
///     Error::Hook(error) => assert_eq!((error.index, &error.outcome), (0, &Outcome::Exited(1))),
///     other => unreachable!("{other}"),
/// }
///
/// let violation = ocihooks::json::parse(br#"{"poststop": [{"path": "bin/true"}]}"#).expect_err("not absolute");
/// assert_eq!(
///     violation.to_string(),
///     "invalid hooks: /poststop/0/path (line 1, column 24) must be an absolute path, not \"bin/true\""
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An argument that no call of that kind can take.
    InvalidArgument(String),
    /// Not JSON, or not UTF-8.
    InvalidJson {
        /// Where the text stops being JSON.
        position: Position,
        /// What is wrong there.
        message: String,
    },
    /// JSON, but the spec forbids it.
    InvalidHooks(Violations),
    /// The state is no state of the spec's; no hook was run.
    InvalidState(Violations),
    /// A config.json that is not what the runtime-spec has, as far as it was looked at.
    InvalidConfig(Violations),
    /// Hook files that can't be used, where that is to fail.
    #[cfg(feature = "hooksd")]
    InvalidFiles(InvalidFiles),
    /// The state is not JSON, or not UTF-8; no hook was run.
    StateNotJson {
        /// Where the text stops being JSON.
        position: Position,
        /// What is wrong there.
        message: String,
    },
    /// Not one of the six, and not in the map either.
    UnknownPhase(String),
    /// A hook failed, and the phase with it.
    Hook(Box<HookError>),
    /// A defect of the library.
    Internal(String),
}

impl Error {
    /// Hook files that can't be used, and why.
    #[cfg(feature = "hooksd")]
    pub(crate) fn files(violations: Vec<Finding>) -> Self {
        Self::InvalidFiles(InvalidFiles(violations))
    }

    /// The number that the C face returns for it.
    pub fn code(&self) -> Code {
        match self {
            Self::InvalidArgument(_) => Code::InvalidArgument,
            Self::InvalidJson { .. } => Code::InvalidJson,
            Self::InvalidHooks(_) => Code::InvalidHooks,
            Self::InvalidState(_) | Self::StateNotJson { .. } => Code::InvalidState,
            Self::InvalidConfig(_) => Code::InvalidConfig,
            #[cfg(feature = "hooksd")]
            Self::InvalidFiles(_) => Code::InvalidFiles,
            Self::UnknownPhase(_) => Code::UnknownPhase,
            Self::Hook(error) => error.outcome.code(),
            Self::Internal(_) => Code::Internal,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidArgument(text) => write!(f, "invalid argument: {}", Printable(text)),
            Self::InvalidJson { position: Position { line, column }, message } => {
                write!(f, "invalid JSON at line {line}, column {column}: {}", Printable(message))
            }
            Self::InvalidHooks(violations) => write!(f, "invalid hooks: {violations}"),
            Self::InvalidState(violations) => write!(f, "invalid state: {violations}"),
            Self::InvalidConfig(violations) => write!(f, "invalid config: {violations}"),
            #[cfg(feature = "hooksd")]
            Self::InvalidFiles(files) => write!(f, "invalid hook files: {files}"),
            Self::StateNotJson { position: Position { line, column }, message } => {
                write!(f, "invalid state: not JSON at line {line}, column {column}: {}", Printable(message))
            }
            Self::UnknownPhase(phase) => {
                write!(
                    f,
                    "unknown phase {}: it is none of the six, and not in the map",
                    Printable(quoted(phase))
                )
            }
            Self::Hook(error) => error.fmt(f),
            Self::Internal(text) => write!(f, "internal error of libocihooks: {}", Printable(text)),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // Not the box, which `downcast_ref::<HookError>` would not find.
            Self::Hook(error) => Some(&**error),
            _ => None,
        }
    }
}

/// Why hook files can't be used.
#[cfg(feature = "hooksd")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFiles(pub Vec<Finding>);

#[cfg(feature = "hooksd")]
impl fmt::Display for InvalidFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().take(Violations::MOST_KEPT).enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{finding}")?;
        }
        match self.0.len().saturating_sub(Violations::MOST_KEPT) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

/// Which hook failed, and how.
#[derive(Debug, Clone, PartialEq, Eq, IsError)]
#[non_exhaustive]
pub struct HookError {
    /// The phase's name; empty for a list that was run without one.
    pub phase: String,
    /// The hook's place in the phase's list, from 0.
    pub index: usize,
    /// Its path; `None` for a callback, and for a command without one that a lenient map kept.
    pub path: Option<PathBuf>,
    /// How it ended: a failure.
    #[source]
    pub outcome: Outcome,
    /// What its arguments may explain of the failure.
    pub hint: Option<String>,
    /// The last lines of what it wrote to standard error, where that was captured; where there are none, those of standard
    /// output. At most 4, in 512 bytes together.
    pub last_lines: Vec<String>,
}

/// A hook's phase and index, as messages have them: `createRuntime hook #1`, or `hook #1` of a list without a phase.
pub(crate) struct Place<'a>(pub &'a str, pub usize);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(phase, index) = self;
        let space = if phase.is_empty() { "" } else { " " };
        write!(f, "{}{space}hook #{index}", Printable(phase))
    }
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Up to the colon this is runc's text, which tools match on.
        write!(f, "error running {}: ", Place(&self.phase, self.index))?;
        if let Some(path) = &self.path {
            write!(f, "{}: ", Printable(path.display()))?;
        }
        write!(f, "{}", self.outcome)?;
        if let Some(hint) = &self.hint {
            write!(f, " ({})", Printable(hint))?;
        }
        for (place, line) in self.last_lines.iter().enumerate() {
            write!(f, "{}{}", if place == 0 { ": " } else { " | " }, Printable(line))?;
        }
        Ok(())
    }
}
