//! An object's properties as Go's `encoding/json` sees them: names without case, the last of several wins.

use std::borrow::Cow;

use crate::error::Error;
use crate::finding::Severity;
use crate::json::Collector;
use crate::json::{Kind, Node};
use crate::json_pointer;
use crate::limits;

/// A property: all values that it was given, in their order.
pub(super) struct Property<'a> {
    /// The known name that it stands for, or an unknown one as it was written.
    pub name: Cow<'a, str>,
    /// Where its last value stands.
    pub pointer: String,
    values: Vec<Node<'a>>,
}

impl<'a> Property<'a> {
    /// The value that counts.
    pub fn value(&self) -> Node<'a> {
        self.values[self.values.len() - 1]
    }

    /// The values that count where objects merge: null says nothing.
    pub fn objects(&self) -> Vec<Node<'a>> {
        self.values.iter().copied().filter(|value| value.kind() != Kind::Null).collect()
    }

    /// The values that count where a map is filled: null empties it.
    pub fn maps(&self) -> &[Node<'a>] {
        let start =
            self.values.iter().rposition(|value| value.kind() == Kind::Null).map_or(0, |null| null + 1);
        &self.values[start..]
    }
}

/// What becomes of a name that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It is kept.
    Kept,
    /// It does nothing.
    Ignored,
    /// It would have restricted the hook, and does nothing.
    Condition,
}

/// The properties of an object, or of several that merge into one; values that are no objects are violations.
pub(super) fn of<'a>(
    reader: &mut Collector<'_, 'a>,
    objects: &[Node<'a>],
    pointer: &str,
    known: &[&'static str],
    unknown: Unknown,
) -> Result<Vec<Property<'a>>, Error> {
    let mut properties: Vec<Property<'a>> = Vec::new();
    for object in objects {
        if object.kind() != Kind::Object {
            reader.error(*object, pointer, "wrong-type", "must be an object");
            continue;
        }
        for (key, value) in reader.document.members(*object)? {
            let pointer = json_pointer::step(pointer, &key);
            let name = canonical(reader, key, value, &pointer, known, unknown);
            if let Some(property) = properties.iter_mut().find(|property| property.name == name) {
                let message = "is there more than once: the last value counts, and objects are merged";
                reader.warning(value, &pointer, "duplicate-key", message, "");
                property.values.push(value);
                property.pointer = pointer;
            } else if properties.len() == limits::PROPERTIES {
                let message = format!("is one of more than {} properties of an object", limits::PROPERTIES);
                reader.error(value, &pointer, "too-many-properties", message);
                return Ok(properties);
            } else {
                properties.push(Property { name, pointer, values: vec![value] });
            }
        }
    }
    Ok(properties)
}

/// The known name that a key stands for, or the key.
fn canonical<'a>(
    reader: &mut Collector<'_, 'a>,
    key: Cow<'a, str>,
    value: Node<'a>,
    pointer: &str,
    known: &[&'static str],
    unknown: Unknown,
) -> Cow<'a, str> {
    if known.contains(&&*key) {
        return key;
    }
    if let Some(name) = known.iter().find(|name| same_name(&key, name)) {
        let message = format!("is read as \"{name}\": names match without case");
        reader.warning(value, pointer, "property-case", message, "write the name as it is documented");
        return Cow::Borrowed(name);
    }
    let (rule, message) = match unknown {
        Unknown::Kept => return key,
        Unknown::Ignored => ("unknown-property", "is unknown, and does nothing"),
        Unknown::Condition => (
            "unknown-condition",
            "is an unknown condition and does nothing: the hook runs in more containers",
        ),
    };
    reader.find(Severity::Warning, value, pointer, rule, message, "");
    key
}

/// Whether a key stands for a name, as Go compares them: by simple case folding. The names are ASCII; two letters beyond it
/// fold to letters of it, the long s and the Kelvin sign.
pub(super) fn same_name(key: &str, name: &str) -> bool {
    let folded = key.chars().map(|character| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    });
    folded.eq(name.chars().map(|character| character.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_by_simple_folding() {
        for key in ["hook", "HOOK", "Hoo\u{212a}"] {
            assert!(same_name(key, "hook"), "{key}");
        }
        assert!(same_name("\u{17f}tages", "stages"));
        assert!(!same_name("hoo", "hook") && !same_name("hooks", "hook") && !same_name("höok", "hook"));
    }
}
