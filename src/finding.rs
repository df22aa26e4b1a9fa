//! What is to be said of hook files, configs and CDI documents: findings, as data.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::Error;
use crate::hook::rule;
use crate::printable::Printable;
use crate::violation::{DUPLICATE_KEY, Position, Violation};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// The file or the value can't be used.
    Error = 0,
    /// It is used, and does something else than somebody may think.
    Warning = 1,
    /// It is worth knowing.
    Note = 2,
}

impl Severity {
    /// The name, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One value, or one file, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The stable name of the rule, in kebab case.
    pub rule: &'static str,
    /// The file or the directory; empty where the document has no name.
    pub file: String,
    /// The JSON pointer (RFC 6901) of the value; empty for the whole document.
    pub pointer: String,
    /// Where the value stands in the file.
    pub position: Option<Position>,
    /// The value as it was written, shortened.
    pub value: String,
    /// What is to be said of the value, to be read behind its place.
    pub message: String,
    /// What can be done about it; empty where nothing is to be added.
    pub hint: &'static str,
}

impl Finding {
    /// A finding of a whole file.
    pub(crate) fn of_file(
        severity: Severity,
        rule: &'static str,
        file: &str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            rule,
            file: file.to_owned(),
            pointer: String::new(),
            position: None,
            value: String::new(),
            message: message.into(),
            hint: "",
        }
    }

    /// The same with a hint.
    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// A violation of a document, by the stable name of its rule.
    pub(crate) fn of_violation(file: &str, violation: Violation) -> Self {
        let Violation { pointer, position, value, rule } = violation;
        let message = rule.to_owned();
        let named = Self::of_file(Severity::Error, rule_name(rule), file, message);
        Self { pointer, position, value, ..named }
    }

    /// A text that is no JSON, or no UTF-8.
    pub(crate) fn not_json(error: &Error, file: &str) -> Self {
        let (position, message) = match error {
            Error::InvalidJson { position, message } => (Some(*position), message.clone()),
            other => (None, other.to_string()),
        };
        let finding = Self::of_file(Severity::Error, "not-json", file, format!("is not JSON: {message}"));
        Self { position, ..finding }
    }

    /// The findings as one compact JSON list.
    pub fn list_to_json<'f>(findings: impl IntoIterator<Item = &'f Self>) -> String {
        let findings: Vec<_> = findings.into_iter().collect();
        // Every key is a string and no value can fail; there is no error to report.
        serde_json::to_string(&findings).unwrap_or_default()
    }
}

/// The stable name of a rule that hooks have to keep.
fn rule_name(sentence: &str) -> &'static str {
    match sentence {
        rule::PATH_PRESENT => "hook-path-missing",
        rule::PATH_NOT_EMPTY => "hook-path-empty",
        rule::PATH_ABSOLUTE => "hook-path-relative",
        rule::NO_NUL => "nul-in-text",
        rule::TIMEOUT_INTEGER => "hook-timeout-not-integer",
        rule::TIMEOUT_POSITIVE => "hook-timeout-not-positive",
        rule::TIMEOUT_TOO_LARGE => "hook-timeout-too-large",
        DUPLICATE_KEY => "duplicate-key",
        _ => "wrong-type",
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}", Printable(&self.file))?;
            if let Some(Position { line, column }) = self.position {
                write!(f, ":{line}:{column}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{}: ", self.severity.name())?;
        if !self.pointer.is_empty() {
            write!(f, "{} ", Printable(&self.pointer))?;
        }
        write!(f, "{}", Printable(&self.message))?;
        if !self.value.is_empty() {
            write!(f, ": {}", Printable(&self.value))?;
        }
        if !self.hint.is_empty() {
            write!(f, "; {}", self.hint)?;
        }
        write!(f, " [{}]", self.rule)
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("severity", self.severity.name())?;
        map.serialize_entry("rule", self.rule)?;
        map.serialize_entry("file", &self.file)?;
        map.serialize_entry("pointer", &self.pointer)?;
        map.serialize_entry("line", &self.position.map(|position| position.line))?;
        map.serialize_entry("column", &self.position.map(|position| position.column))?;
        map.serialize_entry("value", &self.value)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("hint", self.hint)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line() {
        let mut finding = Finding::of_file(Severity::Warning, "unknown-property", "a\n.json", "is unknown");
        finding.pointer = "/x".into();
        finding.position = Some(Position { line: 2, column: 3 });
        finding.value = "1".into();
        let finding = finding.hint("leave it out");
        assert_eq!(
            finding.to_string(),
            "a\\u000a.json:2:3: warning: /x is unknown: 1; leave it out [unknown-property]"
        );
        assert_eq!(
            Finding::list_to_json([&finding]),
            "[{\"severity\":\"warning\",\"rule\":\"unknown-property\",\"file\":\"a\\n.json\",\"pointer\":\"/x\",\"line\":2,\
             \"column\":3,\"value\":\"1\",\"message\":\"is unknown\",\"hint\":\"leave it out\"}]"
        );
    }
}
