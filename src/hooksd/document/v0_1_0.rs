//! Version 0.1.0, which has no `version`: a path, and conditions of which one has to be met.

use super::properties::{self, Property, Unknown};
use super::{HookFile, hook, patterns, stages};
use crate::error::Error;
use crate::hooksd::document::condition::{Condition, Conditions};
use crate::hooksd::pattern::Folding;
use crate::json::Collector;
use crate::json::{Kind, Node};

const KNOWN: [&str; 10] = [
    "version",
    "hook",
    "arguments",
    "stages",
    "stage",
    "cmds",
    "cmd",
    "annotations",
    "annotation",
    "hasbindmounts",
];

pub(super) fn read<'a>(
    reader: &mut Collector<'_, 'a>,
    root: Node<'a>,
    offered: &[String],
    folding: &mut Folding,
) -> Result<Option<HookFile>, Error> {
    let properties = properties::of(reader, &[root], "", &KNOWN, Unknown::Ignored)?;
    let get = |name: &str| properties.iter().find(|property| property.name == name);
    let command = hook::path(reader, root, get("hook"), get("arguments"));
    let mut conditions = Conditions::any();
    let commands = either(reader, get("cmds"), get("cmd"));
    let commands = patterns::list(reader, commands, folding);
    let values = either(reader, get("annotations"), get("annotation"));
    let values = patterns::list(reader, values, folding);
    if let Some(value) = patterns::flag(reader, get("hasbindmounts")) {
        conditions.add(Condition::HasBindMounts(value));
    }
    if !values.is_empty() {
        conditions.add(Condition::AnnotationValue(values));
    }
    if !commands.is_empty() {
        conditions.add(Condition::Command(commands));
    }
    if conditions.is_empty() && reader.right_so_far() {
        reader.warning(root, "", "never-matches", "has no condition: the hook matches no container", "");
    }
    let stages = either(reader, get("stages"), get("stage"));
    let phases = stages::phases(reader, root, stages, offered);
    let file = command.zip(phases).map(|(hook, phases)| HookFile { hook, phases, conditions });
    Ok(file)
}

/// The one that is there of two names for the same; both are a violation, and null is as absent.
fn either<'p, 'a>(
    reader: &mut Collector<'_, 'a>,
    one: Option<&'p Property<'a>>,
    other: Option<&'p Property<'a>>,
) -> Option<&'p Property<'a>> {
    let there = |property: &&'p Property<'a>| property.value().kind() != Kind::Null;
    match (one.filter(there), other.filter(there)) {
        (Some(one), Some(other)) => {
            let message = format!("must not be there beside \"{}\", which says the same", one.name);
            reader.error(other.value(), &other.pointer, "both-names", message);
            Some(one)
        }
        (one, other) => one.or(other),
    }
}
