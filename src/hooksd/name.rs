//! Names of hook files: which count, and in which order they are injected.

use std::borrow::Cow;

/// The end that a hook file's name has, exactly so.
const SUFFIX: &[u8] = b".json";

/// The name of a hook file, in the order in which hooks are injected: without case by code point, equal ones by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    lower: Box<str>,
    bytes: Box<[u8]>,
}

impl Name {
    /// The name, if it is one of a hook file.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        bytes.ends_with(SUFFIX).then(|| Self { lower: lower(bytes).into(), bytes: bytes.into() })
    }

    /// The name as text.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

/// Whether the name would be one of a hook file if case didn't count.
pub(crate) fn differs_by_case(bytes: &[u8]) -> bool {
    let end = bytes.len().saturating_sub(SUFFIX.len());
    !bytes.ends_with(SUFFIX) && bytes[end..].eq_ignore_ascii_case(SUFFIX)
}

/// In lower case, character by character, as Go does it: without the rules for words, as of the final sigma, and with one
/// character for each. Each byte that is not UTF-8 counts as U+FFFD.
fn lower(bytes: &[u8]) -> String {
    let mut lower = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        // The one character that becomes two is the dotted capital I, whose first is its simple mapping.
        lower.extend(chunk.valid().chars().filter_map(|character| character.to_lowercase().next()));
        lower.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> Name {
        Name::new(bytes).expect("a name")
    }

    #[test]
    fn names_end_in_json() {
        for other in [b"a.JSON".as_slice(), b"a.json~", b"json", b"a.json.bak", b""] {
            assert!(Name::new(other).is_none());
        }
        assert!(Name::new(b".json").is_some());
        assert!(differs_by_case(b"a.Json") && !differs_by_case(b"a.json") && !differs_by_case(b"son"));
    }

    #[test]
    fn every_character_has_one_lower_case() {
        for character in '\0'..=char::MAX {
            let count = character.to_lowercase().count();
            assert!(count == 1 || character == '\u{130}', "{character:?}");
        }
        assert_eq!(lower("ΑΣ\u{130}".as_bytes()), "ασi");
        assert_eq!(lower(b"A\xe2\x82B"), "a\u{fffd}\u{fffd}b");
    }

    #[test]
    fn order_is_by_lower_case_then_by_bytes() {
        let sorted = ["A.json", "a.json", "B.json", "b.json", "z.json", "\u{e9}.json"]
            .map(|text| name(text.as_bytes()));
        assert!(sorted.is_sorted_by(|one, other| one < other));
    }
}
