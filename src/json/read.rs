//! The `hooks` object: members to phases, with every fault of the document collected.

use serde_json::value::RawValue;

use super::command;
use super::compact::compact;
use super::dialect::Dialect;
use super::document::Document;
use super::node::{self, Kind, Node};
use crate::error::Error;
use crate::fault::{Fault, Faults, pointer_step};
use crate::hook::Hook;
use crate::hooks::{Hooks, Member};
use crate::phase::Phase;

const NO_LIST: &str = "must be an array of hooks";

/// Reads a `hooks` object that stands at `pointer`.
pub(super) fn hooks(
    document: &Document<'_>,
    object: Node<'_>,
    pointer: &str,
    dialect: Dialect,
) -> Result<Hooks, Error> {
    let mut reader = Reader { document, dialect, faults: Vec::new() };
    let hooks = reader.hooks(object, pointer)?;
    if reader.faults.is_empty() { Ok(hooks) } else { Err(Error::InvalidHooks(Faults(reader.faults))) }
}

/// Reads one document, and remembers what is wrong with it.
pub(super) struct Reader<'d, 'a> {
    pub document: &'d Document<'a>,
    pub dialect: Dialect,
    faults: Vec<Fault>,
}

impl<'a> Reader<'_, 'a> {
    fn hooks(&mut self, object: Node<'a>, pointer: &str) -> Result<Hooks, Error> {
        let mut hooks = Hooks::new();
        for (key, value) in self.members(object, pointer, super::NO_OBJECT)? {
            let pointer = pointer_step(pointer, &key);
            match Phase::from_name(&key) {
                Some(phase) => hooks.set_known(phase, self.phase(value, &pointer)?),
                None => hooks.push_unknown(key.into_owned(), self.unknown(value)?),
            }
        }
        Ok(hooks)
    }

    /// One of the six; `null` reads as empty.
    fn phase(&mut self, value: Node<'a>, pointer: &str) -> Result<Vec<Hook>, Error> {
        if value.kind() == Kind::Null {
            return Ok(Vec::new());
        }
        let Some(elements) = value.elements() else {
            self.fault(value, pointer, NO_LIST);
            return Ok(Vec::new());
        };
        let mut list = Vec::with_capacity(elements.len());
        for (index, element) in elements.into_iter().enumerate() {
            list.push(Hook::Command(command::read(self, element, &format!("{pointer}/{index}"))?));
        }
        Ok(list)
    }

    /// A member that the spec doesn't know: a phase where it is a list of valid hooks, else kept as it is.
    fn unknown(&self, value: Node<'a>) -> Result<Member, Error> {
        if value.kind() == Kind::Array {
            let mut trial = Reader { document: self.document, dialect: self.dialect, faults: Vec::new() };
            let list = trial.phase(value, "")?;
            if trial.faults.is_empty() {
                return Ok(Member::Phase(list));
            }
        }
        Ok(Member::Value(self.keep(value)))
    }

    /// The members of an object; a fault, and none, where it is something else or has a key twice.
    pub fn members(
        &mut self,
        object: Node<'a>,
        pointer: &str,
        rule: &'static str,
    ) -> Result<Vec<node::Member<'a>>, Error> {
        if object.kind() != Kind::Object {
            self.fault(object, pointer, rule);
            return Ok(Vec::new());
        }
        let members = self.document.members(object)?;
        if let Some((key, second)) = node::duplicate(&members) {
            let place = self.document.fault(second, &pointer_step(pointer, key), node::DUPLICATE_KEY);
            self.faults.push(Fault { value: String::new(), ..place });
        }
        Ok(members)
    }

    /// Remembers that a value breaks a rule.
    pub fn fault(&mut self, value: Node<'a>, pointer: &str, rule: &'static str) {
        self.faults.push(self.document.fault(value, pointer, rule));
    }

    /// A value that is kept to the letter, but for the white space between its parts.
    pub fn keep(&self, value: Node<'a>) -> Box<RawValue> {
        compact(value)
    }
}
