//! What happened, hook by hook.

mod captured;
mod json;

pub use captured::Captured;

use std::borrow::Cow;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::code::Code;
use crate::error::{Error, HookError};
use crate::hook::Hook;
use crate::limits::QUOTED_LINE;
use crate::outcome::Outcome;
use crate::printable::Printable;

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
    pub warnings: Vec<String>,
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
    pub(super) fn warn(&mut self, warning: impl Display) {
        self.warnings.push(Printable(warning).to_string());
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
}

impl HookReport {
    /// A hook that was not run.
    pub(super) fn skipped(hook: &Hook) -> Self {
        let (kind, path) = match hook {
            Hook::Command(command) => (Kind::Command, Some(command.path.clone())),
            Hook::Callback(_) => (Kind::Callback, None),
            Hook::Refused(refused) => (Kind::Command, refused.path().map(Path::to_owned)),
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
            last_line: self.last_line(),
        }
    }

    /// The last line of what it wrote to standard error that is not blank, without the white space around it: the
    /// beginning of a long one.
    fn last_line(&self) -> Option<String> {
        let kept = &self.stderr;
        // The first part is not the last one, where something between them was left out.
        let bytes = if kept.truncated() { Cow::Borrowed(kept.tail.as_slice()) } else { kept.bytes() };
        let text = String::from_utf8_lossy(&bytes);
        let blank =
            |line: &&str| line.chars().all(|character| character.is_whitespace() || character.is_control());
        text.lines().rev().find(|line| !blank(line)).map(|line| shortened(line.trim()))
    }
}

/// A line of at most [`QUOTED_LINE`] bytes, cut between characters, with a mark where it was longer.
fn shortened(line: &str) -> String {
    if line.len() <= QUOTED_LINE {
        return line.to_owned();
    }
    let mut end = QUOTED_LINE;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}...", &line[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::Command;

    /// The two parts of a stream meet anywhere, also within its last line.
    #[test]
    fn the_last_line_is_whole_where_nothing_was_left_out() {
        let mut report = HookReport::skipped(&Hook::Command(Command::new("/bin/true")));
        for (head, tail, left_out, line) in [
            ("a\nno such br", "idge\n", 0, Some("no such bridge")),
            ("no such bridge", "\n", 0, Some("no such bridge")),
            ("no such bridge\n", "", 0, Some("no such bridge")),
            ("a\nno such", "ge\n", 5, Some("ge")),
            ("the first\n", "", 5, None),
            ("", "", 0, None),
        ] {
            let total = (head.len() + tail.len() + left_out) as u64;
            report.stderr = Captured { head: head.into(), tail: tail.into(), total };
            assert_eq!(report.last_line().as_deref(), line, "{head:?} {tail:?} {left_out}");
        }
    }
}
