//! Version 1.0.0: a hook object, and a `when` of which every condition has to be met.

use super::properties::{self, Property, Unknown};
use super::{HookFile, hook, patterns, stages};
use crate::error::Error;
use crate::hooksd::document::condition::{Condition, Conditions};
use crate::hooksd::pattern::{Folding, Pattern};
use crate::json::Collector;
use crate::json::{Kind, Node};

const KNOWN: [&str; 4] = ["version", "hook", "when", "stages"];
const KNOWN_WHEN: [&str; 4] = ["always", "annotations", "commands", "hasBindMounts"];

pub(super) fn read<'a>(
    reader: &mut Collector<'_, 'a>,
    root: Node<'a>,
    offered: &[String],
    folding: &mut Folding,
) -> Result<Option<HookFile>, Error> {
    let properties = properties::of(reader, &[root], "", &KNOWN, Unknown::Ignored)?;
    let get = |name: &str| properties.iter().find(|property| property.name == name);
    let hook = hook::object(reader, root, get("hook"))?;
    let conditions = conditions(reader, root, get("when"), folding)?;
    let phases = stages::phases(reader, root, get("stages"), offered);
    let file = hook.zip(phases).map(|(hook, phases)| HookFile { hook, phases, conditions });
    Ok(file)
}

fn conditions<'a>(
    reader: &mut Collector<'_, 'a>,
    root: Node<'a>,
    when: Option<&Property<'a>>,
    folding: &mut Folding,
) -> Result<Conditions, Error> {
    let objects = when.map(Property::objects).unwrap_or_default();
    let pointer = when.map_or("/when", |when| &when.pointer);
    let properties = properties::of(reader, &objects, pointer, &KNOWN_WHEN, Unknown::Condition)?;
    let get = |name: &str| properties.iter().find(|property| property.name == name);
    let mut conditions = Conditions::all();
    for (name, condition) in
        [("always", Condition::Always as fn(bool) -> Condition), ("hasBindMounts", Condition::HasBindMounts)]
    {
        let Some(value) = patterns::flag(reader, get(name)) else { continue };
        if let (false, Some(property)) = (value, get(name)) {
            let message = "can never be met: the hook matches no container";
            reader.warning(property.value(), &property.pointer, "never-matches", message, "");
        }
        conditions.add(condition(value));
    }
    for (key, value) in annotations(reader, get("annotations"), folding)? {
        conditions.add(Condition::Annotation { key, value });
    }
    let commands = patterns::list(reader, get("commands"), folding);
    if !commands.is_empty() {
        conditions.add(Condition::Command(commands));
    }
    if conditions.is_empty() && reader.right_so_far() {
        let value = objects.first().copied().unwrap_or(root);
        let message = "has no condition: the hook matches no container";
        reader.warning(value, pointer, "never-matches", message, "\"always\": true matches every container");
    }
    Ok(conditions)
}

/// The pairs of patterns; objects merge, and null takes away what was before it.
fn annotations<'a>(
    reader: &mut Collector<'_, 'a>,
    property: Option<&Property<'a>>,
    folding: &mut Folding,
) -> Result<Vec<(Pattern, Pattern)>, Error> {
    let Some(property) = property.filter(|property| property.value().kind() != Kind::Null) else {
        return Ok(Vec::new());
    };
    let mut pairs = Vec::new();
    for pair in properties::of(reader, property.maps(), &property.pointer, &[], Unknown::Kept)? {
        let value = pair.value();
        let key = patterns::compile(reader, value, &pair.pointer, &pair.name, folding);
        let Some(text) = value.string() else {
            reader.error(value, &pair.pointer, "wrong-type", "must be a string");
            continue;
        };
        let value = patterns::compile(reader, value, &pair.pointer, &text, folding);
        pairs.extend(key.zip(value));
    }
    Ok(pairs)
}
