//! Lists of patterns in a file.

use super::properties::Property;
use crate::hooksd::pattern::{Folding, Pattern};
use crate::json::Collector;
use crate::json::{Kind, Node};

/// Reads a list of patterns; absent, null and empty are the same.
pub(super) fn list<'a>(
    reader: &mut Collector<'_, 'a>,
    property: Option<&Property<'a>>,
    folding: &mut Folding,
) -> Vec<Pattern> {
    let Some(property) = property.filter(|property| property.value().kind() != Kind::Null) else {
        return Vec::new();
    };
    let Some(elements) = property.value().elements() else {
        reader.error(property.value(), &property.pointer, "wrong-type", "must be an array of strings");
        return Vec::new();
    };
    let elements = elements.into_iter().enumerate();
    elements
        .filter_map(|(index, element)| {
            let pointer = format!("{}/{index}", property.pointer);
            let Some(text) = element.string() else {
                reader.error(element, &pointer, "wrong-type", "must be a string");
                return None;
            };
            compile(reader, element, &pointer, &text, folding)
        })
        .collect()
}

/// Compiles the pattern that a value has, or is the key of.
pub(super) fn compile<'a>(
    reader: &mut Collector<'_, 'a>,
    value: Node<'a>,
    pointer: &str,
    text: &str,
    folding: &mut Folding,
) -> Option<Pattern> {
    match Pattern::new(text, folding) {
        Ok(pattern) => Some(pattern),
        Err(refusal) => {
            reader.error(value, pointer, refusal.rule(), refusal.to_string());
            None
        }
    }
}

/// A flag; absent and null are the same.
pub(super) fn flag<'a>(reader: &mut Collector<'_, 'a>, property: Option<&Property<'a>>) -> Option<bool> {
    let property = property.filter(|property| property.value().kind() != Kind::Null)?;
    if property.value().kind() != Kind::Bool {
        reader.error(property.value(), &property.pointer, "wrong-type", "must be true or false");
        return None;
    }
    Some(property.value().text() == "true")
}
