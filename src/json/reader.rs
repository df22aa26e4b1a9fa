//! What reading a document value by value needs everywhere: its dialect, and the violations and warnings so far.

use super::Mode;
use super::document::Document;
use super::node::{self, Kind, Node};
use crate::dialect::Dialect;
use crate::error::Error;
use crate::limits;
use crate::violation::{Position, Violation, Violations};
use crate::warnings::Warnings;

/// Reads one document, and remembers what is wrong with it.
pub(super) struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    pub dialect: Dialect,
    pub mode: Mode,
    pub violations: Violations,
    pub warnings: Warnings,
    /// How many hooks a lenient reader has kept that are wrong.
    pub refused: usize,
    /// How many more of their violations it keeps, beside the first one of each.
    pub room: usize,
}

impl<'d, 'a> Reader<'d, 'a> {
    pub fn new(document: &'d Document<'a>, dialect: Dialect, mode: Mode) -> Self {
        let (violations, warnings) = Default::default();
        Reader { document, dialect, mode, violations, warnings, refused: 0, room: limits::VIOLATIONS }
    }

    /// Another one for the same document, which is strict, and has seen no violations.
    pub fn afresh(&self) -> Self {
        Reader::new(self.document, self.dialect, Mode::Strict)
    }

    /// Whether there are more wrong hooks than a lenient reader keeps.
    pub fn refused_too_many(&self) -> bool {
        self.refused > limits::REFUSED
    }

    /// The members of an object; a violation, and none, where it is something else or has a key twice.
    pub fn members(
        &mut self,
        object: Node<'a>,
        pointer: &str,
        rule: &'static str,
    ) -> Result<Vec<node::Member<'a>>, Error> {
        if object.kind() != Kind::Object {
            self.violation(object, pointer, rule);
            return Ok(Vec::new());
        }
        let members = self.document.members(object)?;
        if let Some(violation) = self.document.duplicate(&members, pointer) {
            self.violations.push(violation);
        }
        Ok(members)
    }

    /// Whether nothing is wrong yet. After the first violation nothing will come of what is read, so nothing more is kept: wrong
    /// elements may be as short as two bytes.
    pub fn right_so_far(&self) -> bool {
        self.violations.is_empty()
    }

    /// Remembers that a value breaks a rule.
    pub fn violation(&mut self, value: Node<'a>, pointer: &str, rule: &'static str) {
        self.violations.push(self.document.violation(value, pointer, rule));
    }

    /// Remembers that an object lacks a member.
    pub fn missing(&mut self, object: Node<'a>, pointer: &str, rule: &'static str) {
        let violation = self.document.violation(object, pointer, rule);
        self.violations.push(Violation { value: String::new(), ..violation });
    }

    /// Warns of a key that differs in case only from one that is read.
    pub fn warn_of_case(&mut self, value: Node<'a>, pointer: &str, meant: &str) {
        if self.right_so_far() {
            let Position { line, column } = self.document.position(value);
            self.warnings.push(format_args!(
                "{pointer} (line {line}, column {column}) is not read as {meant}: names are case-sensitive"
            ));
        }
    }

    /// Warns that an object has the looks of another form.
    pub fn warn_of_form(&mut self, object: Node<'a>, pointer: &str, looks: Option<String>) {
        if let (Some(looks), true) = (looks, self.right_so_far()) {
            let Position { line, column } = self.document.position(object);
            let place = if pointer.is_empty() { "the document" } else { pointer };
            self.warnings.push(format_args!("{place} (line {line}, column {column}) {looks}"));
        }
    }
}
