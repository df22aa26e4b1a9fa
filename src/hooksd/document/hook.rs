//! The hook of a file: the library's own hook, by its own rules.

use std::borrow::Cow;

use super::properties::{self, Property, Unknown};
use crate::error::Error;
use crate::hook::{Command, broken_by_path, rule};
use crate::json::Collector;
use crate::json::{self, Member, Node};
use crate::json_pointer;

/// What a hook object has.
const KNOWN: [&str; 4] = ["path", "args", "env", "timeout"];

/// The hook object of version 1.0.0.
pub(super) fn object<'a>(
    reader: &mut Collector<'_, 'a>,
    root: Node<'a>,
    hook: Option<&Property<'a>>,
) -> Result<Option<Command>, Error> {
    let objects = hook.map(Property::objects).unwrap_or_default();
    let Some(first) = objects.first().copied() else {
        reader.error(root, "/hook", "hook-missing", "must be there: a hook file needs a hook");
        return Ok(None);
    };
    let pointer = hook.map_or("/hook", |hook| &hook.pointer);
    let members: Vec<Member<'a>> = properties::of(reader, &objects, pointer, &KNOWN, Unknown::Kept)?
        .into_iter()
        .map(|property| (property.name.clone(), property.value()))
        .collect();
    if reader.right_so_far() && !members.iter().any(|(name, _)| name == "path") {
        let pointer = json_pointer::step(pointer, "path");
        reader.error(first, &pointer, "hook-path-missing", rule::PATH_PRESENT);
        return Ok(None);
    }
    match json::hook(reader.document, &members, pointer) {
        Ok(command) => Ok(Some(command)),
        Err(violations) => {
            reader.violations(violations);
            Ok(None)
        }
    }
}

/// The path of version 0.1.0, and its arguments behind `argv[0]`.
pub(super) fn path<'a>(
    reader: &mut Collector<'_, 'a>,
    root: Node<'a>,
    hook: Option<&Property<'a>>,
    arguments: Option<&Property<'a>>,
) -> Option<Command> {
    let mut members: Vec<Member<'a>> = Vec::new();
    match hook.filter(|hook| !hook.objects().is_empty()) {
        None => reader.error(root, "/hook", "hook-missing", "must be there: a hook file needs a hook"),
        Some(hook) if hook.value().kind() == json::Kind::Object => {
            let hint = "add \"version\": \"1.0.0\" where that is meant";
            let message = "must be a string, a path, in a file without a version";
            let severity = crate::finding::Severity::Error;
            reader.find(severity, hook.value(), &hook.pointer, "version-missing", message, hint);
        }
        Some(hook) => members.push((Cow::Borrowed("path"), hook.value())),
    }
    if let Some(arguments) = arguments {
        members.push((Cow::Borrowed("args"), arguments.value()));
    }
    // The places are those of a hook object; this version has the two beside each other.
    let renamed = |pointer: &str| match pointer.strip_prefix("/args") {
        Some(rest) => format!("{}{rest}", arguments.map_or("/arguments", |arguments| &arguments.pointer)),
        None => hook.map_or_else(|| "/hook".to_owned(), |hook| hook.pointer.clone()),
    };
    match json::hook(reader.document, &members, "") {
        Ok(mut command) => {
            if let Some(args) = &mut command.args {
                args.insert(0, command.path.to_string_lossy().into_owned());
            }
            broken_by_path(&command.path).is_none().then_some(command)
        }
        Err(mut violations) => {
            violations.kept.iter_mut().for_each(|violation| violation.pointer = renamed(&violation.pointer));
            reader.violations(violations);
            None
        }
    }
}
