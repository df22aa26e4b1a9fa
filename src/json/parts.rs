//! Hooks within other documents: hook files, configs, CDI.

use super::Mode;
use super::command;
use super::document::Document;
use super::node::{Member, Node};
use super::read;
use super::reader::Reader;
use crate::dialect::Dialect;
use crate::error::Error;
use crate::hook::Command;
use crate::hooks::Hooks;
use crate::violation::Violations;

/// Reads a hook from its members, of which none comes twice. Whether there is a path is the caller's to ask.
pub(crate) fn hook<'a>(
    document: &Document<'a>,
    members: &[Member<'a>],
    pointer: &str,
) -> Result<Command, Violations> {
    let mut reader = Reader::new(document, Dialect::Spec, Mode::Strict);
    let command = command::of_members(&mut reader, members, pointer);
    if reader.violations.is_empty() { Ok(command) } else { Err(reader.violations) }
}

/// Reads a `hooks` object that stands at `pointer` in a document.
pub(crate) fn hooks_at(document: &Document<'_>, object: Node<'_>, pointer: &str) -> Result<Hooks, Error> {
    read::hooks(document, object, pointer)
}
