//! Hooks within other documents: hook files, configs, CDI.

use super::command;
use super::dialect::Dialect;
use super::document::Document;
use super::node::Member;
use super::reader::Reader;
use crate::hook::Command;
use crate::violation::Violations;

/// Reads a hook from its members, of which none comes twice. Whether there is a path is the caller's to ask.
pub(crate) fn hook<'a>(
    document: &Document<'a>,
    members: &[Member<'a>],
    pointer: &str,
) -> Result<Command, Violations> {
    let mut reader = Reader::new(document, Dialect::Spec);
    let command = command::of_members(&mut reader, members, pointer);
    if reader.violations.is_empty() { Ok(command) } else { Err(reader.violations) }
}
