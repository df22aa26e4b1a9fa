//! The `hooks` object: members to phases, with the violations of the document collected.

use super::command;
use super::compact::compact;
use super::document::Document;
use super::looks;
use super::node::{Kind, Member as Named, Node};
use super::reader::Reader;
use super::{Form, Mode, NO_OBJECT};
use crate::dialect::Dialect;
use crate::error::Error;
use crate::hook::Hook;
use crate::hooks::Hooks;
use crate::json_pointer;
use crate::members::Member;
use crate::phase::Phase;
use crate::refused::{self, Refused};

const NO_LIST: &str = "must be an array of hooks";

/// Reads a document of a form.
pub(super) fn document(document: &Document<'_>, form: Form, mode: Mode) -> Result<Hooks, Error> {
    let mut reader = Reader::new(document, form.dialect(), mode);
    let root = document.root()?;
    let mut hooks = Hooks::new();
    match form {
        Form::Config => config(&mut reader, &mut hooks, root)?,
        Form::Hooks | Form::Libcontainer => object(&mut reader, &mut hooks, root, "", form)?,
    }
    if reader.refused_too_many() {
        // A strict reader names the first of them, and counts the others.
        drop((reader, hooks));
        return self::document(document, form, Mode::Strict);
    }
    hooks.set_lenient(mode == Mode::Lenient);
    finished(reader, hooks)
}

/// Reads a `hooks` object that stands at `pointer` in a document of any form, strictly.
#[cfg(feature = "hooksd")]
pub(super) fn hooks(document: &Document<'_>, node: Node<'_>, pointer: &str) -> Result<Hooks, Error> {
    let mut reader = Reader::new(document, Dialect::Spec, Mode::Strict);
    let mut hooks = Hooks::new();
    object(&mut reader, &mut hooks, node, pointer, Form::Hooks)?;
    finished(reader, hooks)
}

fn finished(reader: Reader<'_, '_>, mut hooks: Hooks) -> Result<Hooks, Error> {
    if !reader.violations.is_empty() {
        return Err(Error::InvalidHooks(reader.violations));
    }
    hooks.add_warnings(&reader.warnings);
    Ok(hooks)
}

/// A config.json: its `hooks`, if there are any.
fn config<'a>(reader: &mut Reader<'_, 'a>, hooks: &mut Hooks, root: Node<'a>) -> Result<(), Error> {
    let members = reader.members(root, "", NO_OBJECT)?;
    if !reader.right_so_far() {
        return Ok(());
    }
    for (key, value) in &members {
        if key == "hooks" && value.kind() != Kind::Null {
            object(reader, hooks, *value, "/hooks", Form::Hooks)?;
        }
        if let Some(meant) = looks::meant_member(key) {
            reader.warn_of_case(*value, &json_pointer::step("", key), meant);
        }
    }
    warn_of_form(reader, hooks, (root, ""), &members, Form::Config);
    Ok(())
}

/// The `hooks` object that stands at `pointer`.
fn object<'a>(
    reader: &mut Reader<'_, 'a>,
    hooks: &mut Hooks,
    object: Node<'a>,
    pointer: &str,
    form: Form,
) -> Result<(), Error> {
    let members = reader.members(object, pointer, NO_OBJECT)?;
    for (key, value) in &members {
        let at = || json_pointer::step(pointer, key);
        match Phase::from_name(key) {
            Some(known) => hooks.set_known(known, phase(reader, *value, &at(), known.name())?),
            None if reader.right_so_far() => {
                if let Some(meant) = looks::meant_phase(key) {
                    reader.warn_of_case(*value, &at(), meant);
                }
                hooks.push_unknown(key, unknown(reader, *value, at, key));
            }
            None => {}
        }
    }
    warn_of_form(reader, hooks, (object, pointer), &members, form);
    Ok(())
}

/// Warns of a document that has no hooks, and the looks of another form.
fn warn_of_form<'a>(
    reader: &mut Reader<'_, 'a>,
    hooks: &Hooks,
    (object, pointer): (Node<'a>, &str),
    members: &[Named<'a>],
    form: Form,
) {
    if hooks.phases().next().is_none() {
        let looks = looks::other_form(form, |name| members.iter().any(|(key, _)| key == name));
        reader.warn_of_form(object, pointer, looks);
    }
}

/// One of the six; `null` reads as empty.
fn phase<'a>(
    reader: &mut Reader<'_, 'a>,
    value: Node<'a>,
    pointer: &str,
    name: &str,
) -> Result<Vec<Hook>, Error> {
    if value.kind() == Kind::Null {
        return Ok(Vec::new());
    }
    let Some(elements) = value.elements() else {
        reader.violation(value, pointer, NO_LIST);
        return Ok(Vec::new());
    };
    let mut list = Vec::new();
    for (index, element) in elements.into_iter().enumerate() {
        let at = format!("{pointer}/{index}");
        let hook = match reader.mode {
            Mode::Strict => Hook::Command(command::read(reader, element, &at)?),
            Mode::Lenient => hook(reader, element, &at, format_args!("{name} hook #{index}"))?,
        };
        if reader.refused_too_many() {
            return Ok(Vec::new());
        }
        if reader.right_so_far() {
            list.push(hook);
        }
    }
    list.shrink_to_fit();
    Ok(list)
}

/// A hook, right or wrong.
fn hook<'a>(
    reader: &mut Reader<'_, 'a>,
    value: Node<'a>,
    pointer: &str,
    name: std::fmt::Arguments<'_>,
) -> Result<Hook, Error> {
    let mut trial = reader.afresh();
    let command = command::read(&mut trial, value, pointer)?;
    reader.warnings.extend(&trial.warnings);
    let mut violations = trial.violations;
    if violations.is_empty() {
        return Ok(Hook::Command(command));
    }
    // The first one of each hook is always kept.
    violations.truncate(reader.room.max(1));
    reader.room = reader.room.saturating_sub(violations.kept.len());
    reader.refused += 1;
    reader.warnings.push(format_args!("{name} is kept, and will fail: {violations}"));
    let form = refused::Form::Read(compact(value), reader.dialect);
    let refused = Refused::new(&command.path, form, pointer, &violations);
    Ok(Hook::Refused(Box::new(refused)))
}

/// A member that the spec doesn't know: a phase where it is a list of valid hooks, else kept as it is.
fn unknown<'a>(
    reader: &mut Reader<'_, 'a>,
    value: Node<'a>,
    pointer: impl Fn() -> String,
    name: &str,
) -> Member {
    if value.kind() == Kind::Array {
        let mut trial = reader.afresh();
        // What can't be read as hooks at all, as a key that is no Unicode, is no list of them either.
        if let (Ok(list), true) = (phase(&mut trial, value, &pointer(), name), trial.violations.is_empty()) {
            reader.warnings.extend(&trial.warnings);
            return Member::Phase(list);
        }
    }
    Member::Value(compact(value))
}

impl Form {
    /// The dialect of its hooks.
    pub(super) fn dialect(self) -> Dialect {
        match self {
            Self::Hooks | Self::Config => Dialect::Spec,
            Self::Libcontainer => Dialect::Libcontainer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key that is half a pair is JSON by its grammar, and no text. What nobody knows may have it, with violations elsewhere or
    /// without.
    #[test]
    fn what_nobody_knows_is_kept_by_this_reader_too() {
        let text = br#"{"x":[{"path":"/a","\ud800":1}]}"#;
        let text_as_document = Document::new(text).expect("UTF-8");
        let read = document(&text_as_document, Form::Hooks, Mode::Strict).expect("valid hooks");
        assert_eq!(crate::json::to_string(&read).as_bytes(), text);
    }
}
