//! One hook object: properties to a command, each checked where it stands.

use std::path::PathBuf;

use super::compact::compact;
use super::looks;
use super::node::{Kind, Member, Node};
use super::reader::Reader;
use crate::error::Error;
use crate::hook::{Command, Timeout, broken_by_path, broken_by_text, rule};
use crate::json_pointer;

const NO_HOOK: &str = "must be an object";
const NO_STRINGS: &str = "must be an array of strings";
const NO_STRING: &str = "must be a string";
const NO_UNICODE: &str = "must be Unicode, whose escapes come in pairs";

/// Reads the hook object that stands at `pointer`.
pub(super) fn read<'a>(
    reader: &mut Reader<'_, 'a>,
    object: Node<'a>,
    pointer: &str,
) -> Result<Command, Error> {
    let members = reader.members(object, pointer, NO_HOOK)?;
    let command = of_members(reader, &members, pointer);
    let is_object = object.kind() == Kind::Object; // else there is a worse violation already
    if is_object && !members.iter().any(|(key, _)| key == "path") {
        let meant = members.iter().any(|(key, _)| looks::meant_property(key, reader.dialect) == Some("path"));
        let rule = if meant { rule::PATH_IN_CASE } else { rule::PATH_PRESENT };
        reader.missing(object, &json_pointer::step(pointer, "path"), rule);
    }
    Ok(command)
}

/// Reads the members of a hook object, of which none comes twice. Whether there is a path is the caller's to ask.
pub(super) fn of_members<'a>(reader: &mut Reader<'_, 'a>, members: &[Member<'a>], pointer: &str) -> Command {
    let mut command = Command::new("");
    for (key, value) in members {
        let value = *value;
        let at = || json_pointer::step(pointer, key);
        match &**key {
            "path" => command.path = path(reader, value, &at()),
            "args" => command.args = strings(reader, value, &at()),
            "env" => command.env = strings(reader, value, &at()),
            "timeout" => command.timeout = timeout(reader, value, &at()),
            "dir" if reader.dialect.has_dir() => command.dir = dir(reader, value, &at()),
            _ => unknown(reader, &mut command, key, value, at),
        }
    }
    command.unknown.shrink_to_fit();
    command
}

/// A property that the spec doesn't know.
fn unknown<'a>(
    reader: &mut Reader<'_, 'a>,
    command: &mut Command,
    key: &str,
    value: Node<'a>,
    pointer: impl Fn() -> String,
) {
    if let Some(meant) = looks::meant_property(key, reader.dialect) {
        reader.warn_of_case(value, &pointer(), meant);
    }
    if reader.right_so_far() {
        command.unknown.push((key.into(), compact(value)));
    }
}

fn path<'a>(reader: &mut Reader<'_, 'a>, value: Node<'a>, pointer: &str) -> PathBuf {
    string(reader, value, pointer, |path| broken_by_path(path)).unwrap_or_default().into()
}

/// A string that keeps a rule; a violation where it is no string, or breaks it.
fn string<'a>(
    reader: &mut Reader<'_, 'a>,
    value: Node<'a>,
    pointer: &str,
    broken_by: fn(&str) -> Option<&'static str>,
) -> Option<String> {
    let text = value.string();
    let broken = match &text {
        Some(text) => broken_by(text),
        None if value.kind() == Kind::String => Some(NO_UNICODE),
        None => Some(NO_STRING),
    };
    if let Some(rule) = broken {
        reader.violation(value, pointer, rule);
    }
    text
}

/// `args` or `env`; `null` is as absent.
fn strings<'a>(reader: &mut Reader<'_, 'a>, value: Node<'a>, pointer: &str) -> Option<Vec<String>> {
    if value.kind() == Kind::Null {
        return None;
    }
    let Some(elements) = value.elements() else {
        reader.violation(value, pointer, NO_STRINGS);
        return None;
    };
    let mut list = Vec::with_capacity(elements.len());
    for (index, element) in elements.into_iter().enumerate() {
        let text = string(reader, element, &format!("{pointer}/{index}"), |text| broken_by_text(text));
        if reader.right_so_far() {
            list.extend(text);
        }
    }
    Some(list)
}

/// `timeout`, in the dialect's unit; `null` is as absent.
fn timeout<'a>(reader: &mut Reader<'_, 'a>, value: Node<'a>, pointer: &str) -> Option<Timeout> {
    let broken = match (value.kind(), value.text()) {
        (Kind::Null, _) => return None,
        (Kind::Number, text) if text.bytes().skip(1).all(|byte| byte.is_ascii_digit()) => {
            if text.starts_with('-') || text == "0" {
                rule::TIMEOUT_POSITIVE
            } else if let Some(timeout) = text.parse().ok().and_then(|number| reader.dialect.timeout(number))
            {
                return Some(timeout);
            } else {
                rule::TIMEOUT_TOO_LARGE
            }
        }
        _ => rule::TIMEOUT_INTEGER,
    };
    reader.violation(value, pointer, broken);
    None
}

/// libcontainer's `dir`; empty is as absent.
fn dir<'a>(reader: &mut Reader<'_, 'a>, value: Node<'a>, pointer: &str) -> Option<PathBuf> {
    if value.kind() == Kind::Null {
        return None;
    }
    string(reader, value, pointer, |dir| broken_by_text(dir)).filter(|dir| !dir.is_empty()).map(PathBuf::from)
}
