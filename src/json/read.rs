//! The `hooks` object: members to phases, with the violations of the document collected.

use super::command;
use super::compact::compact;
use super::dialect::Dialect;
use super::document::Document;
use super::node::{Kind, Node};
use super::reader::Reader;
use crate::error::Error;
use crate::hook::Hook;
use crate::hooks::Hooks;
use crate::json_pointer;
use crate::members::Member;
use crate::phase::Phase;

const NO_LIST: &str = "must be an array of hooks";

/// Reads a `hooks` object that stands at `pointer`.
pub(super) fn hooks(
    document: &Document<'_>,
    object: Node<'_>,
    pointer: &str,
    dialect: Dialect,
) -> Result<Hooks, Error> {
    let mut reader = Reader::new(document, dialect);
    let mut hooks = Hooks::new();
    for (key, value) in reader.members(object, pointer, super::NO_OBJECT)? {
        match Phase::from_name(&key) {
            Some(known) => {
                hooks.set_known(known, phase(&mut reader, value, &json_pointer::step(pointer, &key))?)
            }
            None if reader.right_so_far() => hooks.push_unknown(&key, unknown(&reader, value)),
            None => {}
        }
    }
    if reader.violations.is_empty() { Ok(hooks) } else { Err(Error::InvalidHooks(reader.violations)) }
}

/// One of the six; `null` reads as empty.
fn phase<'a>(reader: &mut Reader<'_, 'a>, value: Node<'a>, pointer: &str) -> Result<Vec<Hook>, Error> {
    if value.kind() == Kind::Null {
        return Ok(Vec::new());
    }
    let Some(elements) = value.elements() else {
        reader.violation(value, pointer, NO_LIST);
        return Ok(Vec::new());
    };
    let mut list = Vec::new();
    for (index, element) in elements.into_iter().enumerate() {
        let command = command::read(reader, element, &format!("{pointer}/{index}"))?;
        if reader.right_so_far() {
            list.push(Hook::Command(command));
        }
    }
    list.shrink_to_fit();
    Ok(list)
}

/// A member that the spec doesn't know: a phase where it is a list of valid hooks, else kept as it is.
fn unknown<'a>(reader: &Reader<'_, 'a>, value: Node<'a>) -> Member {
    if value.kind() == Kind::Array {
        let mut trial = reader.afresh();
        // What can't be read as hooks at all, as a key that is no Unicode, is no list of them either.
        if let (Ok(list), true) = (phase(&mut trial, value, ""), trial.violations.is_empty()) {
            return Member::Phase(list);
        }
    }
    Member::Value(compact(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key that is half a pair is JSON by its grammar, and no text. What nobody knows may have it, with violations elsewhere or
    /// without.
    #[test]
    fn what_nobody_knows_is_kept_by_this_reader_too() {
        let text = br#"{"x":[{"path":"/a","\ud800":1}]}"#;
        let document = Document::new(text).expect("UTF-8");
        let root = document.root().expect("JSON");
        let read = hooks(&document, root, "", Dialect::Spec).expect("valid hooks");
        assert_eq!(crate::json::to_string(&read).as_bytes(), text);
    }
}
