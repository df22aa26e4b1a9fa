//! What happened, hook by hook.

mod captured;
mod json;
mod last_lines;
mod warning;

pub use captured::Captured;
pub use warning::{Warning, WarningKind};

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::code::Code;
use crate::error::{Error, HookError};
use crate::hook::{Command, Hook};
use crate::outcome::Outcome;
use crate::printable::{Printable, quoted};
use crate::violation::shorten;

/// A duration in nanoseconds, as reports say it: 584 years fit.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A phase that was run: what [`crate::Runner::run`] returns, and what its error has of a phase that began.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let hooks = ocihooks::json::parse(
/// #     br#"{"poststop": [{"path": "/bin/false"}, {"path": "/bin/sh", "args": ["sh", "-c", "echo done"]}]}"#)?;
/// # let state = br#"{"ociVersion": "1.2.0", "id": "web-1", "status": "stopped", "bundle": "/run/web-1"}"#;
/// let report = ocihooks::Runner::new().run(&hooks, "poststop", state)?;
/// // In poststop a failure is a warning, and the hooks behind it run.
/// assert_eq!(report.warnings, ["error running poststop hook #0: /bin/false: exited with status 1"]);
/// assert_eq!(report.hooks[1].stdout.bytes(), b"done\n".as_slice());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// The phase's name; empty for a list that was run without one.
    pub phase: String,
    /// The hook that ended the phase by its failure.
    pub(in crate::run) failed: Option<usize>,
    /// How long it took.
    pub duration: Duration,
    /// One entry for every hook of the phase, in order.
    pub hooks: Vec<HookReport>,
    /// What the caller should know though it did not stop the phase; texts as errors have them.
    pub warnings: Vec<Warning>,
    /// The config that filters made, compact JSON; `None` for a run, and where a filter failed.
    #[cfg(feature = "hooksd")]
    pub config: Option<Vec<u8>>,
}

impl Report {
    /// The number that the C face returned for the run.
    pub fn code(&self) -> Code {
        self.failed.and_then(|index| self.hooks.get(index)).map_or(Code::Ok, |hook| hook.outcome.code())
    }

    /// Why the phase failed; `None` when it went well.
    pub fn error(&self) -> Option<Error> {
        let (index, hook) = self.failed.and_then(|index| Some((index, self.hooks.get(index)?)))?;
        Some(Error::Hook(Box::new(hook.error(&self.phase, index))))
    }

    /// Adds a warning.
    pub(super) fn warn(&mut self, kind: WarningKind, hook: Option<usize>, text: impl Display) {
        self.warnings.push(Warning { kind, hook, text: Printable(text).to_string() });
    }

    /// The error of the hook at that place, as the run's error would say it; `None` where it did not fail.
    pub fn hook_error(&self, index: usize) -> Option<HookError> {
        let hook = self.hooks.get(index)?;
        hook.cause().map(|_| hook.error(&self.phase, index))
    }
}

/// What a hook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A program.
    Command = 0,
    /// A function of the host.
    Callback = 1,
}

/// What became of one hook.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HookReport {
    /// Command or callback.
    pub kind: Kind,
    /// Its path; `None` for a callback, and for a command without one that a lenient map kept.
    pub path: Option<PathBuf>,
    /// How it ended.
    pub outcome: Outcome,
    /// Its process id, while it had one.
    pub pid: Option<i32>,
    /// From before its clone to its end.
    pub duration: Duration,
    /// What it wrote to standard output, where that was captured.
    pub stdout: Captured,
    /// What it wrote to standard error, where that was captured.
    pub stderr: Captured,
    /// The processor time that it and the children it waited for spent in user mode.
    pub user_time: Duration,
    /// The same, in the kernel.
    pub system_time: Duration,
    /// What its arguments may explain, should it fail.
    pub(in crate::run) hint: Option<String>,
    /// Whether it filters a config, so that its standard output is a config.
    #[cfg(feature = "hooksd")]
    pub(in crate::run) is_filter: bool,
}

impl HookReport {
    /// A hook that was not run.
    pub(super) fn skipped(hook: &Hook) -> Self {
        let (kind, path, hint) = match hook {
            Hook::Command(command) => (Kind::Command, Some(command.path.clone()), hint(command)),
            Hook::Callback(_) => (Kind::Callback, None, None),
            Hook::Refused(refused) => (Kind::Command, refused.path().map(Path::to_owned), None),
        };
        Self {
            kind,
            path,
            outcome: Outcome::Skipped,
            pid: None,
            duration: Duration::ZERO,
            stdout: Captured::default(),
            stderr: Captured::default(),
            user_time: Duration::ZERO,
            system_time: Duration::ZERO,
            #[cfg(feature = "hooksd")]
            is_filter: false,
            hint,
        }
    }

    /// Why it failed; `None` where it did not.
    pub fn cause(&self) -> Option<&Outcome> {
        Some(&self.outcome).filter(|outcome| outcome.is_failure())
    }

    /// The error of a hook that failed, at its place in its phase.
    pub(in crate::run) fn error(&self, phase: &str, index: usize) -> HookError {
        HookError {
            phase: phase.to_owned(),
            index,
            path: self.path.clone(),
            outcome: self.outcome.clone(),
            hint: self.hint.clone(),
            last_lines: self.last_lines(),
        }
    }

    /// The lines that its error quotes. A filter's output is a config, which may hold secrets.
    fn last_lines(&self) -> Vec<String> {
        #[cfg(feature = "hooksd")]
        if self.is_filter {
            return last_lines::of(&self.stderr, &Captured::default());
        }
        last_lines::of(&self.stderr, &self.stdout)
    }
}

/// A hint for a hook whose `args` are options only, because the program takes the first one for its name. A login
/// shell's name begins with a dash as well.
fn hint(command: &Command) -> Option<String> {
    let first = command.args.as_ref()?.first()?;
    let name = first.strip_prefix('-')?;
    if command.path.file_name().is_some_and(|file| file == name) {
        return None;
    }
    Some(format!("args[0] is {}, where the program's name belongs", Printable(quoted(&shorten(first)))))
}
