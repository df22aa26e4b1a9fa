//! A JSON text as a whole: what makes it one, and where in it a value stands.

use std::cell::OnceCell;

use serde_json::value::RawValue;

use super::node::{self, Member, Node};
use crate::error::Error;
use crate::json_pointer;
use crate::limits::JSON_DEPTH;
use crate::violation::{DUPLICATE_KEY, Position, Violation};

/// A text that is UTF-8; whether it is JSON is found on the way.
pub(crate) struct Document<'a> {
    text: &'a str,
    /// Where each line but the first begins: found once, when the first place is asked for.
    line_starts: OnceCell<Vec<usize>>,
}

impl<'a> Document<'a> {
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(bytes).map_err(|error| Error::InvalidJson {
            position: position(bytes, error.valid_up_to()),
            message: "not UTF-8".into(),
        })?;
        Ok(Document { text, line_starts: OnceCell::new() })
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The document's one value; what is not JSON, or nested too deep, is refused here.
    pub fn root(&self) -> Result<Node<'a>, Error> {
        check_depth(self.text.as_bytes())?;
        serde_json::from_str::<&RawValue>(self.text).map(Node::new).map_err(|error| self.syntax(&error, 0))
    }

    /// The members of a document that is an object, read in one pass; `None` where it is anything else, or no
    /// JSON that may be: then [`Document::root`] says what it is.
    pub fn root_members(&self) -> Option<Vec<Member<'a>>> {
        check_depth(self.text.as_bytes()).ok()?;
        node::members_of(self.text).ok()
    }

    /// The members of an object, in their order.
    pub fn members(&self, node: Node<'a>) -> Result<Vec<Member<'a>>, Error> {
        node::members(node).map_err(|error| self.syntax(&error, self.offset(node)))
    }

    /// A violation of a value, with its place.
    pub fn violation(&self, node: Node<'a>, pointer: &str, rule: &'static str) -> Violation {
        Violation { position: Some(self.position(node)), ..Violation::new(pointer, node.text(), rule) }
    }

    /// The violation of an object, at `pointer`, that has a key twice.
    pub fn duplicate(&self, members: &[Member<'a>], pointer: &str) -> Option<Violation> {
        let (key, second) = node::duplicate(members)?;
        let violation = self.violation(second, &json_pointer::step(pointer, key), DUPLICATE_KEY);
        Some(Violation { value: String::new(), ..violation })
    }

    /// Where a value stands.
    pub fn position(&self, node: Node<'a>) -> Position {
        self.position_of(self.offset(node))
    }

    /// As [`position`], for a document with a great many violations: a binary search each.
    fn position_of(&self, offset: usize) -> Position {
        let starts = self.line_starts.get_or_init(|| line_starts(self.text));
        let line = starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).map_or(0, |above| starts[above]);
        Position { line: line + 1, column: offset - start + 1 }
    }

    /// Where a value begins and ends in the text.
    pub fn range(&self, node: Node<'a>) -> (usize, usize) {
        let start = self.offset(node);
        (start, start + node.text().len())
    }

    fn offset(&self, node: Node<'a>) -> usize {
        node.text().as_ptr() as usize - self.text.as_ptr() as usize
    }

    /// A reader's error, whose line and column count from the value that was read.
    fn syntax(&self, error: &serde_json::Error, offset: usize) -> Error {
        let Position { line, column } = self.position_of(offset);
        let position = match error.line() {
            0 | 1 => Position { line, column: column - 1 + error.column().max(1) },
            more => Position { line: line + more - 1, column: error.column().max(1) },
        };
        let text = error.to_string();
        let message = text.split(" at line ").next().unwrap_or_default().to_owned();
        Error::InvalidJson { position, message }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(place, _)| place + 1).collect()
}

/// Line and column of a byte, both from 1.
fn position(bytes: &[u8], offset: usize) -> Position {
    let before = &bytes[..offset];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    Position { line, column: offset - line_start + 1 }
}

/// Refuses a text whose brackets, outside of strings, nest deeper than [`JSON_DEPTH`].
pub(crate) fn check_depth(bytes: &[u8]) -> Result<(), Error> {
    // Most texts are told at a glance: without many brackets there is no depth.
    if opening_brackets(bytes) <= JSON_DEPTH {
        return Ok(());
    }
    let mut depth = 0_usize;
    let mut place = 0;
    while let Some(plain) = bytes[place..].iter().position(|byte| STRUCTURE[usize::from(*byte)]) {
        place += plain;
        match bytes[place] {
            b'"' => place = end_of_string(bytes, place + 1),
            b'[' | b'{' => depth += 1,
            _ => depth = depth.saturating_sub(1),
        }
        if depth > JSON_DEPTH {
            let message = format!("nested deeper than {JSON_DEPTH} levels");
            return Err(Error::InvalidJson { position: position(bytes, place), message });
        }
        place = bytes.len().min(place + 1);
    }
    Ok(())
}

/// How many brackets open, those in strings as well. A glance: it looks at many bytes at once.
pub(super) fn opening_brackets(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'[', bytes).count() + memchr::memchr_iter(b'{', bytes).count()
}

/// The bytes that strings and nesting begin and end with.
const STRUCTURE: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"\"[]{}";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// The place of the quote that ends a string, or the end of the text.
fn end_of_string(bytes: &[u8], mut place: usize) -> usize {
    while place < bytes.len() {
        match bytes[place] {
            b'"' => return place,
            b'\\' => place += 2,
            _ => place += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(json: &[u8]) -> String {
        let root = Document::new(json).and_then(|document| document.root().map(drop));
        root.expect_err("must be refused").to_string()
    }

    #[test]
    fn violations_of_the_text_have_line_and_column() {
        assert_eq!(error(b"{\n  \"a\": x}"), "invalid JSON at line 2, column 8: expected value");
        assert_eq!(error(b"[\"ab\xff\"]"), "invalid JSON at line 1, column 5: not UTF-8");
        assert!(error(b"").starts_with("invalid JSON at line 1, column 1: EOF"), "{}", error(b""));
    }

    #[test]
    fn a_hundred_thousand_levels_are_refused() {
        for open in ["[", "{\"a\":"] {
            let text = open.repeat(100_000);
            assert!(error(text.as_bytes()).contains("nested deeper than 512 levels"));
        }
    }

    #[test]
    fn brackets_in_strings_are_no_depth() {
        let text = format!("[\"\\\"{}\"]", "[".repeat(1000));
        assert!(Document::new(text.as_bytes()).is_ok_and(|document| document.root().is_ok()));
    }
}
