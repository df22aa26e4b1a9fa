//! The container's state, as hooks get it on their stdin: validated, and passed on byte for byte.
//!
//! `one_pass` reads one that is right, and this file any other, to say what is wrong. `parts` writes one, `rewrite` fits one to a
//! phase.

mod one_pass;
mod parts;
mod rewrite;

pub use parts::StateParts;
pub use rewrite::for_phase;

use std::borrow::Cow;

use crate::error::Error;
use crate::json::{self, Document, Kind, Node};
use crate::json_pointer;
use crate::phase::Phase;
use crate::printable::quoted;
use crate::violation::{Violation, Violations};

/// The statuses in which the spec requires a `pid`.
const STATUSES_WITH_PID: [&str; 2] = ["created", "running"];

const MISSING: &str = "must be there";
const TEXT: &str = "must be a string that is not empty";
const PID: &str = "must be an integer above zero";
const OBJECT: &str = "must be an object";

/// A state that the spec allows.
#[derive(Debug, Clone)]
pub struct State<'a> {
    json: &'a [u8],
    status: Cow<'a, str>,
    bundle: Cow<'a, str>,
}

impl<'a> State<'a> {
    /// Checks that a text is a state of the spec's: a JSON object with `ociVersion`, `id`, `status` and
    /// `bundle`, and with `pid` where the status is `created` or `running`. Other properties, and other
    /// statuses, are the runtime's own affair.
    ///
    /// # Errors
    /// `InvalidState` with the violations.
    pub fn parse(json: &'a [u8]) -> Result<Self, Error> {
        match one_pass::members(json) {
            Some(one_pass::Members { status, bundle }) => Ok(State { json, status, bundle }),
            None => State::read(json),
        }
    }

    /// Reads a state value by value, so that an error says where and why.
    fn read(json: &'a [u8]) -> Result<Self, Error> {
        // Whatever is wrong with the text, it is the state that is wrong, not some hooks.
        let as_state = |error| match error {
            Error::InvalidJson { position, message } => {
                let violation = Violation::new("", "", "must be JSON");
                Error::InvalidState(
                    Violation { position: Some(position), value: message, ..violation }.into(),
                )
            }
            other => other,
        };
        let document = Document::new(json).map_err(as_state)?;
        let members = members(&document).map_err(as_state)?;
        let mut reader = Reader { document: &document, members: &members, violations: Violations::default() };
        let (status, bundle) = reader.read();
        if !reader.violations.is_empty() {
            return Err(Error::InvalidState(reader.violations));
        }
        Ok(State { json, status: status.into(), bundle: bundle.into() })
    }

    /// The text, byte for byte.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.json
    }

    /// The value of `status`.
    pub fn status(&self) -> &str {
        &self.status
    }

    /// What is unusual about this state in a phase of the spec's, though it does not stop a run.
    pub(crate) fn warnings(&self, phase: Option<Phase>) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(phase) = phase {
            let expected = phase.statuses();
            if !expected.contains(&self.status()) {
                let expected: Vec<_> = expected.iter().map(|status| quoted(status)).collect();
                warnings.push(format!(
                    "state: status is {}; the spec expects {} in {}",
                    quoted(&self.status),
                    expected.join(" or "),
                    phase.name()
                ));
            }
        }
        if !self.bundle.starts_with('/') {
            warnings.push(format!(
                "state: bundle is {}; the spec expects an absolute path",
                quoted(&self.bundle)
            ));
        }
        warnings
    }
}

fn members<'a>(document: &Document<'a>) -> Result<Vec<json::Member<'a>>, Error> {
    let root = document.root()?;
    match root.kind() {
        Kind::Object => document.members(root),
        _ => Err(Error::InvalidState(document.violation(root, "", OBJECT).into())),
    }
}

struct Reader<'r, 'a> {
    document: &'r Document<'a>,
    members: &'r [json::Member<'a>],
    violations: Violations,
}

impl<'a> Reader<'_, 'a> {
    /// Reads what the spec requires; returns the status and the bundle.
    fn read(&mut self) -> (String, String) {
        if let Some(violation) = self.document.duplicate(self.members, "") {
            self.violations.push(violation);
        }
        self.text("ociVersion");
        self.text("id");
        let status = self.text("status");
        self.pid(STATUSES_WITH_PID.contains(&status.as_str()));
        (status, self.text("bundle"))
    }

    fn text(&mut self, key: &str) -> String {
        let Some(value) = self.member(key, true) else { return String::new() };
        let text = value.string().unwrap_or_default();
        if text.is_empty() {
            self.violation(value, key, TEXT);
        }
        text
    }

    fn pid(&mut self, required: bool) {
        let Some(value) = self.member("pid", required) else { return };
        let written = value.text();
        let integer = written.parse::<i64>().is_ok();
        let allowed = if required { integer && !written.starts_with('-') && written != "0" } else { integer };
        if !allowed && (required || value.kind() != Kind::Null) {
            self.violation(value, "pid", PID);
        }
    }

    fn member(&mut self, key: &str, required: bool) -> Option<Node<'a>> {
        let found = self.members.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
        if found.is_none() && required {
            self.violations.push(Violation::new(json_pointer::step("", key), "", MISSING));
        }
        found
    }

    fn violation(&mut self, value: Node<'a>, key: &str, rule: &'static str) {
        self.violations.push(self.document.violation(value, &json_pointer::step("", key), rule));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(json: &str) -> String {
        State::parse(json.as_bytes()).expect_err("must be refused").to_string()
    }

    #[test]
    fn every_violation_is_named() {
        assert_eq!(
            violations(r#"{"ociVersion":1,"id":"","status":"running"}"#),
            "invalid state: /ociVersion (line 1, column 15) must be a string that is not empty, not 1; \
             /id (line 1, column 22) must be a string that is not empty, not \"\"; /pid must be there; \
             /bundle must be there"
        );
    }

    #[test]
    fn a_pid_is_asked_for_where_the_spec_does() {
        let state = |status: &str, pid: &str| {
            format!(r#"{{"ociVersion":"1.2.0","id":"c","status":"{status}","bundle":"/b"{pid}}}"#)
        };
        for status in ["creating", "stopped", "paused"] {
            assert!(State::parse(state(status, "").as_bytes()).is_ok(), "{status}");
            assert!(State::parse(state(status, r#","pid":0"#).as_bytes()).is_ok(), "{status}");
        }
        for status in ["created", "running"] {
            assert!(State::parse(state(status, r#","pid":7"#).as_bytes()).is_ok(), "{status}");
            for bad in ["", r#","pid":0"#, r#","pid":-1"#, r#","pid":"7""#, r#","pid":null"#, r#","pid":1.5"#]
            {
                assert!(State::parse(state(status, bad).as_bytes()).is_err(), "{status} {bad}");
            }
        }
    }

    /// What is read in one pass is read value by value to the same; what is not, is unusual or wrong.
    #[test]
    fn one_pass_reads_nothing_that_the_slow_way_refuses() {
        const PARTS: [(&str, &[&str]); 6] = [
            ("ociVersion", &["\"1.2.0\"", "\"\"", "1"]),
            ("id", &["\"c\\u00e9\"", "\"\\ud800\"", "null"]),
            ("status", &["\"running\"", "\"creating\"", "\"paus\\u0065d\"", "[]"]),
            ("pid", &["7", "0", "-1", "1.0", "4294967296", "null", "\"7\"", "01"]),
            ("bundle", &["\"/b\"", "{}"]),
            ("x", &["[1,{\"a\":[]}]", "tru"]),
        ];
        let mut fast = 0;
        let choices: usize = PARTS.iter().map(|(_, values)| values.len() + 1).product();
        for mut choice in 0..choices {
            let mut members = Vec::new();
            for (key, values) in PARTS {
                let value = values.get(choice % (values.len() + 1));
                choice /= values.len() + 1;
                members.extend(value.map(|value| format!("\"{key}\":{value}")));
            }
            let json = format!("{{{}}}", members.join(","));
            if let Some(quick) = one_pass::members(json.as_bytes()) {
                let slow = State::read(json.as_bytes()).unwrap_or_else(|error| panic!("{error}: {json}"));
                assert_eq!((slow.status, slow.bundle), (quick.status, quick.bundle), "{json}");
                fast += 1;
            }
        }
        assert!(fast > 10, "only {fast} of {choices} were read in one pass");
    }

    #[test]
    fn what_is_no_json_is_an_invalid_state() {
        for json in ["", "{", "nul", "{\"id\":1}x", "[]"] {
            assert!(matches!(State::parse(json.as_bytes()), Err(Error::InvalidState(_))), "{json}");
        }
    }

    #[test]
    fn an_unexpected_status_is_a_warning() {
        let json = r#"{"ociVersion":"1.2.0","id":"c","status":"running","pid":1,"bundle":"b"}"#;
        let state = State::parse(json.as_bytes()).expect("valid");
        assert_eq!(
            state.warnings(Some(Phase::CreateRuntime)),
            [
                "state: status is \"running\"; the spec expects \"creating\" or \"created\" in createRuntime",
                "state: bundle is \"b\"; the spec expects an absolute path",
            ]
        );
        assert_eq!(state.warnings(None).len(), 1);
    }
}
