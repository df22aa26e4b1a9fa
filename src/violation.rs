//! Violations of the spec in a document: the place, the value and the rule that it breaks.

use std::fmt;

use crate::limits::{self, QUOTED_VALUE_CHARS};
use crate::printable::{Printable, quoted};

/// The rule that no key appears twice in an object.
pub(crate) const DUPLICATE_KEY: &str = "must not be there twice";

/// A place in a JSON text. Both numbers count from 1, and columns count bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The byte within the line.
    pub column: usize,
}

/// One value that breaks one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The JSON pointer (RFC 6901) of the value; empty for the whole document.
    pub pointer: String,
    /// The value's position in the text, if there is a text.
    pub position: Option<Position>,
    /// The value as it was written, shortened.
    pub value: String,
    /// The spec's requirement for the value.
    pub rule: &'static str,
}

impl Violation {
    /// A violation without a position; readers add theirs.
    pub(crate) fn new(pointer: impl Into<String>, value: &str, rule: &'static str) -> Self {
        Self { pointer: pointer.into(), position: None, value: shorten(value), rule }
    }

    /// A violation by a text that is part of no document: quoted as it would be in one.
    pub(crate) fn of_text(pointer: impl Into<String>, text: &str, rule: &'static str) -> Self {
        // One character more than is quoted, so that `shorten` marks the cut.
        let end = text.char_indices().nth(QUOTED_VALUE_CHARS + 1).map_or(text.len(), |(end, _)| end);
        Self::new(pointer, &quoted(&text[..end]), rule)
    }
}

/// With `#`, the whole document is a hook.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = if f.alternate() { "the hook" } else { "the document" };
        let pointer = if self.pointer.is_empty() { whole } else { &self.pointer };
        write!(f, "{}", Printable(pointer))?;
        if let Some(Position { line, column }) = self.position {
            write!(f, " (line {line}, column {column})")?;
        }
        if self.value.is_empty() {
            write!(f, " {}", self.rule)
        } else {
            write!(f, " {}, not {}", self.rule, Printable(&self.value))
        }
    }
}

/// The violations of a document, in document order: the first [`Violations::MOST_KEPT`], and the number of
/// the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Violations {
    /// The first ones.
    pub kept: Vec<Violation>,
    /// The number of the rest.
    pub left_out: usize,
}

impl Violations {
    /// How many violations are kept.
    pub const MOST_KEPT: usize = limits::VIOLATIONS;

    /// Whether the document has no violation.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The same violations, by pointers below `parent`, and without their places in the text.
    pub(crate) fn below(&self, parent: &str) -> Self {
        let below = |pointer: &str| pointer.strip_prefix(parent).unwrap_or(pointer).to_owned();
        let kept = self.kept.iter().map(|violation| Violation {
            pointer: below(&violation.pointer),
            position: None,
            value: violation.value.clone(),
            rule: violation.rule,
        });
        Self { kept: kept.collect(), left_out: self.left_out }
    }

    pub(crate) fn extend(&mut self, violations: impl IntoIterator<Item = Violation>) {
        violations.into_iter().for_each(|violation| self.push(violation));
    }

    /// Leaves out all but the first `most`; they are counted only.
    pub(crate) fn truncate(&mut self, most: usize) {
        self.left_out += self.kept.len().saturating_sub(most);
        self.kept.truncate(most);
        self.kept.shrink_to_fit();
    }

    /// Adds a violation; beyond [`Violations::MOST_KEPT`] it is only counted.
    pub(crate) fn push(&mut self, violation: Violation) {
        if self.kept.len() < Self::MOST_KEPT {
            self.kept.push(violation);
        } else {
            self.left_out += 1;
        }
    }

    /// Adds those of another part of the document.
    pub(crate) fn append(&mut self, others: Self) {
        self.left_out += others.left_out;
        self.extend(others.kept);
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self { kept: vec![violation], left_out: 0 }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.kept.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "; " })?;
            violation.fmt(f)?;
        }
        match self.left_out {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

/// The value, cut at [`QUOTED_VALUE_CHARS`].
pub(crate) fn shorten(value: &str) -> String {
    match value.char_indices().nth(QUOTED_VALUE_CHARS) {
        Some((end, _)) => format!("{}...", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_pointer;

    #[test]
    fn long_values_are_cut_between_characters() {
        let violation = Violation::new("/x", &"ä".repeat(200), "must be short");
        assert!(violation.value.ends_with("ä..."));
        assert_eq!(violation.value.chars().count(), QUOTED_VALUE_CHARS + 3);
    }

    #[test]
    fn a_message_is_one_line_whatever_the_keys_are() {
        let violation = Violation::new(json_pointer::step("/x", "a\0b\nc"), "", "must not be there twice");
        assert_eq!(violation.to_string(), "/x/a\\u0000b\\u000ac must not be there twice");
    }
}
