//! The hook map: phases to ordered lists of hooks, and what else the `hooks` object held.

use crate::error::Error;
use crate::hook::{Command, Hook};
use crate::json_pointer;
use crate::members::{Member, Members};
use crate::phase::Phase;
use crate::printable::quoted;

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

    /// Appends a hook to a phase; a phase that the spec doesn't know is made.
    ///
    /// # Errors
    /// `InvalidHooks` with everything that the spec forbids in the command; `InvalidArgument` for an
    /// empty phase name, or one that the map holds with a value that is no list of hooks.
    pub fn add(&mut self, phase: &str, hook: Hook) -> Result<(), Error> {
        self.check_phase_name(phase)?;
        if let Hook::Command(command) = &hook {
            check_command(phase, self.count(phase), command)?;
        }
        self.list_mut(phase)?.push(hook);
        Ok(())
    }

    /// Appends the hooks of another map to this one's, phase by phase; what else the other holds is added.
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

fn check_command(phase: &str, index: usize, command: &Command) -> Result<(), Error> {
    let violations = command.violations(&format!("{}/{index}", json_pointer::step("", phase)));
    if violations.is_empty() { Ok(()) } else { Err(Error::InvalidHooks(violations)) }
}
