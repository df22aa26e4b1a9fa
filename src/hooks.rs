//! The hook map: phases to ordered lists of hooks, and what else the `hooks` object held.

use crate::error::Error;
use crate::hook::{Command, Hook, Timeout};
use crate::json_pointer;
use crate::limits;
use crate::members::{Member, Members};
use crate::phase::Phase;
use crate::printable::quoted;
use crate::refused::{self, Refused};
use crate::warnings::Warnings;

/// The hooks of a container. A value that is not being changed may be used from any number of threads.
///
/// Read by [`crate::json`], or made hook by hook:
///
/// ```
/// use ocihooks::{Callback, Command, Hook, Hooks, Timeout, json};
///
/// # fn main() -> Result<(), ocihooks::Error> {
/// let mut hooks = Hooks::new();
/// let command = Command::new("/usr/bin/setup").args(["setup", "--fast"]);
/// let command = command.timeout(Timeout::from_seconds(5).expect("5 s is within the limits"));
/// hooks.add("createRuntime", Hook::Command(command))?;
/// // A function of the runtime's own runs in its place in the order, and is never written.
/// hooks.add("createRuntime", Hook::Callback(Callback::new(|_| Ok(()))))?;
///
/// assert_eq!(hooks.count("createRuntime"), 2);
/// assert_eq!(
///     json::to_string(&hooks),
///     r#"{"createRuntime":[{"path":"/usr/bin/setup","args":["setup","--fast"],"timeout":5}]}"#
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Hooks {
    known: [Vec<Hook>; Phase::COUNT],
    /// Members of the `hooks` object that the spec doesn't know, in their order.
    unknown: Members,
    /// Whether a hook that the spec forbids is kept.
    lenient: bool,
    /// What reading had to say, and appending to a lenient map.
    warnings: Warnings,
}

impl Hooks {
    /// A map without hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// The hooks of a phase in their order; `None` when it is none of the six and not in the map.
    pub fn get(&self, phase: &str) -> Option<&[Hook]> {
        if let Some(known) = Phase::from_name(phase) {
            return Some(&self.known[known.order()]);
        }
        match self.unknown.get(phase) {
            Some(Member::Phase(list)) => Some(list),
            Some(Member::Value(_)) | None => None,
        }
    }

    /// How many hooks a phase has; 0 for one that is not in the map.
    pub fn count(&self, phase: &str) -> usize {
        self.get(phase).map_or(0, <[Hook]>::len)
    }

    /// The names of the phases that have hooks, in lifecycle order; behind them those that the spec doesn't know, in their
    /// order, with hooks or without.
    pub fn phases(&self) -> impl Iterator<Item = &str> {
        let known = self.known().filter(|(_, list)| !list.is_empty()).map(|(phase, _)| phase.name());
        let unknown = self.unknown.iter().filter(|(_, member)| matches!(member, Member::Phase(_)));
        known.chain(unknown.map(|(name, _)| name))
    }

    /// What is odd in the document that was read, or in what was appended to a lenient map, though it was taken: hooks that
    /// will fail ([`Hook::Refused`]), names that differ from the spec's in case only, the looks of a document of another form.
    pub fn warnings(&self) -> &[String] {
        self.warnings.as_slice()
    }

    /// Whether a hook that the spec forbids is kept by [`Hooks::add`]: the property of a map that was read by
    /// [`crate::json::Mode::Lenient`], or was given it.
    pub fn is_lenient(&self) -> bool {
        self.lenient
    }

    /// Says whether [`Hooks::add`] keeps a hook that the spec forbids, as one that fails when its turn comes, and a warning.
    pub fn set_lenient(&mut self, on: bool) {
        self.lenient = on;
    }

    /// Appends a hook to a phase; a phase that the spec doesn't know is made.
    ///
    /// # Errors
    /// `InvalidHooks` with everything that the spec forbids in the command, unless the map is lenient; `InvalidArgument`
    /// for an empty phase name, or one that the map holds with a value that is no list of hooks.
    pub fn add(&mut self, phase: &str, hook: Hook) -> Result<(), Error> {
        match hook {
            Hook::Command(command) => self.add_command(phase, command, None),
            hook => {
                self.check_phase_name(phase)?;
                self.list_mut(phase)?.push(hook);
                Ok(())
            }
        }
    }

    /// Appends a command with a limit in seconds, which may be one that the spec forbids.
    pub(crate) fn add_command(
        &mut self,
        phase: &str,
        mut command: Command,
        seconds: Option<i64>,
    ) -> Result<(), Error> {
        self.check_phase_name(phase)?;
        let index = self.count(phase);
        let pointer = format!("{}/{index}", json_pointer::step("", phase));
        let mut violations = command.violations(&pointer);
        if let Some(seconds) = seconds {
            match Timeout::from_seconds(seconds) {
                Ok(timeout) => command.timeout = Some(timeout),
                Err(invalid) => violations.extend([invalid.violation(&pointer)]),
            }
        }
        let hook = if violations.is_empty() {
            Hook::Command(command)
        } else if self.lenient {
            violations.truncate(limits::VIOLATIONS);
            self.warnings.push(format_args!("{phase} hook #{index} is kept, and will fail: {violations}"));
            let path = command.path.clone();
            let form = refused::Form::Appended(Box::new(command), seconds);
            Hook::Refused(Box::new(Refused::new(&path, form, &pointer, &violations)))
        } else {
            return Err(Error::InvalidHooks(violations));
        };
        self.list_mut(phase)?.push(hook);
        Ok(())
    }

    /// Appends the hooks of another map to this one's, phase by phase; what else the other holds is added, its warnings too.
    ///
    /// # Errors
    /// `InvalidArgument` when both hold a member of one name that the spec doesn't know, and the two are
    /// not both phases nor the same value; then nothing was changed.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if let Some((name, _)) = other.unknown.iter().find(|(name, theirs)| self.conflicts(name, theirs)) {
            let text = format!("both maps hold {}, which is no phase, with different values", quoted(name));
            return Err(Error::InvalidArgument(text));
        }
        for (mine, theirs) in self.known.iter_mut().zip(&other.known) {
            mine.extend_from_slice(theirs);
        }
        for (name, member) in other.unknown.iter() {
            match (self.unknown.get_mut(name), member) {
                (Some(Member::Phase(mine)), Member::Phase(theirs)) => mine.extend_from_slice(theirs),
                (Some(_), _) => {}
                (None, member) => self.unknown.push(name, member.clone()),
            }
        }
        self.warnings.extend(&other.warnings);
        Ok(())
    }

    /// Whether a member of another map can't be joined with this map's of the same name.
    fn conflicts(&self, name: &str, theirs: &Member) -> bool {
        match (self.unknown.get(name), theirs) {
            (None, _) | (Some(Member::Phase(_)), Member::Phase(_)) => false,
            (Some(Member::Value(mine)), Member::Value(theirs)) => mine.get() != theirs.get(),
            (Some(_), _) => true,
        }
    }

    /// The six phases in lifecycle order, each with its list.
    pub(crate) fn known(&self) -> impl Iterator<Item = (Phase, &[Hook])> {
        Phase::all().zip(self.known.iter().map(Vec::as_slice))
    }

    pub(crate) fn unknown(&self) -> &Members {
        &self.unknown
    }

    /// Puts a phase's list in place, as a reader found it.
    pub(crate) fn set_known(&mut self, phase: Phase, list: Vec<Hook>) {
        self.known[phase.order()] = list;
    }

    /// Puts an unknown member behind those there are; the reader has refused duplicates.
    pub(crate) fn push_unknown(&mut self, name: &str, member: Member) {
        self.unknown.push(name, member);
    }

    /// Adds what a reader had to say.
    pub(crate) fn add_warnings(&mut self, warnings: &Warnings) {
        self.warnings.extend(warnings);
    }

    fn check_phase_name(&self, phase: &str) -> Result<(), Error> {
        if phase.is_empty() {
            return Err(Error::InvalidArgument("the phase's name is empty".into()));
        }
        if let Some(Member::Value(_)) = self.unknown.get(phase) {
            let text = format!("the map holds {} with a value that is no list of hooks", quoted(phase));
            return Err(Error::InvalidArgument(text));
        }
        Ok(())
    }

    fn list_mut(&mut self, phase: &str) -> Result<&mut Vec<Hook>, Error> {
        if let Some(known) = Phase::from_name(phase) {
            return Ok(&mut self.known[known.order()]);
        }
        if self.unknown.get(phase).is_none() {
            self.unknown.push(phase, Member::Phase(Vec::new()));
        }
        match self.unknown.get_mut(phase) {
            Some(Member::Phase(list)) => Ok(list),
            _ => Err(Error::Internal("an unknown member was taken for a phase".into())),
        }
    }
}
