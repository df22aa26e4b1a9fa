//! What reading a document value by value needs everywhere: its dialect, and the violations so far.

use super::dialect::Dialect;
use super::document::Document;
use super::node::{self, Kind, Node};
use crate::error::Error;
use crate::violation::Violations;

/// Reads one document, and remembers what is wrong with it.
pub(super) struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    pub dialect: Dialect,
    pub violations: Violations,
}

impl<'d, 'a> Reader<'d, 'a> {
    pub fn new(document: &'d Document<'a>, dialect: Dialect) -> Self {
        Reader { document, dialect, violations: Violations::default() }
    }

    /// Another one for the same document, which has seen no violations.
    pub fn afresh(&self) -> Self {
        Reader::new(self.document, self.dialect)
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
}
