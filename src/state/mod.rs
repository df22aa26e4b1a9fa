//! The container's state, as hooks get it on their stdin: validated, and passed on byte for byte.
//!
//! `one_pass` reads one that is right, and `reader` any other, to say what is wrong. `parts` writes one, `rewrite` fits one to a
//! phase.

mod one_pass;
mod parts;
mod reader;
mod rewrite;

pub use parts::StateParts;
pub use rewrite::for_phase;

use std::borrow::Cow;

use crate::error::Error;
use crate::json::{self, Document, Kind};
use crate::phase::Phase;
use crate::printable::quoted;
use crate::violation::Violations;
use reader::Reader;

/// The statuses in which the spec requires a `pid`.
const STATUSES_WITH_PID: [&str; 2] = ["created", "running"];

const OBJECT: &str = "must be an object";

/// The largest number of a process: Linux's `pid_t` is an int.
const MAX_PID: u32 = i32::MAX as u32;

/// A state that the spec allows.
#[derive(Debug, Clone)]
pub struct State<'a> {
    json: &'a [u8],
    status: Cow<'a, str>,
    bundle: Cow<'a, str>,
}

impl<'a> State<'a> {
    /// Checks that a text is a state of the spec's: a JSON object with `ociVersion`, `id`, `status` and
    /// `bundle`, and with `pid` where the status is `created` or `running`. `annotations`, where there are any, are an object
    /// of strings. Other properties, and other statuses, are the runtime's own affair.
    ///
    /// # Errors
    /// `InvalidState` with the violations; `StateNotJson`.
    pub fn parse(json: &'a [u8]) -> Result<Self, Error> {
        match one_pass::members(json) {
            Some(one_pass::Members { status, bundle }) => Ok(State { json, status, bundle }),
            None => State::read(json),
        }
    }

    /// Reads a state value by value, so that an error says where and why.
    fn read(json: &'a [u8]) -> Result<Self, Error> {
        let document = Document::new(json).map_err(of_state)?;
        let members = members(&document).map_err(of_state)?;
        let mut reader = Reader { document: &document, members: &members, violations: Violations::default() };
        let (status, bundle) = reader.read().map_err(of_state)?;
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

/// Checks that a text is JSON.
///
/// # Errors
/// `StateNotJson`.
pub(crate) fn check_json(json: &[u8]) -> Result<(), Error> {
    Document::new(json).and_then(|document| document.root().map(drop)).map_err(of_state)
}

/// Whatever is wrong with the text, it is the state that is wrong, not some hooks.
fn of_state(error: Error) -> Error {
    match error {
        Error::InvalidJson { position, message } => Error::StateNotJson { position, message },
        other => other,
    }
}

fn members<'a>(document: &Document<'a>) -> Result<Vec<json::Member<'a>>, Error> {
    let root = document.root()?;
    match root.kind() {
        Kind::Object => document.members(root),
        _ => Err(Error::InvalidState(document.violation(root, "", OBJECT).into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;

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
            for bad in ["", r#","pid":0"#, r#","pid":null"#] {
                assert!(State::parse(state(status, bad).as_bytes()).is_err(), "{status} {bad}");
            }
        }
        for status in ["creating", "created", "running", "stopped", "paused"] {
            assert!(State::parse(state(status, r#","pid":2147483647"#).as_bytes()).is_ok(), "{status}");
            for bad in
                ["-1", "\"7\"", "1.5", "1e3", "2147483648", "4294967296", "1".repeat(60).as_str(), "[]"]
            {
                let state = state(status, &format!(",\"pid\":{bad}"));
                assert!(State::parse(state.as_bytes()).is_err(), "{state}");
            }
        }
    }

    #[test]
    fn annotations_are_an_object_of_strings() {
        let state = |annotations: &str| {
            format!(
                r#"{{"ociVersion":"1","id":"c","status":"stopped","bundle":"/b","annotations":{annotations}}}"#
            )
        };
        for good in ["{}", "null", r#"{"a":"","":"b\u0000","\u0061":"twice"}"#, r#"{"a":"\ud800"}"#] {
            assert!(State::parse(state(good).as_bytes()).is_ok(), "{good}");
        }
        for bad in ["[]", "1", "\"a\"", r#"{"a":1}"#, r#"{"a":"b","c":null}"#, r#"{"a":["b"]}"#] {
            assert!(State::parse(state(bad).as_bytes()).is_err(), "{bad}");
        }
        assert_eq!(
            violations(&state(r#"{"a/b":1,"c":null}"#)),
            "invalid state: /annotations/a~1b (line 1, column 82) must be a string, not 1; \
             /annotations/c (line 1, column 88) must be a string, not null"
        );
    }

    /// What is read in one pass is read value by value to the same; what is not, is unusual or wrong.
    #[test]
    fn one_pass_reads_nothing_that_the_slow_way_refuses() {
        const PARTS: [(&str, &[&str]); 7] = [
            ("ociVersion", &["\"1.2.0\"", "\"\"", "1"]),
            ("id", &["\"c\\u00e9\"", "\"\\ud800\"", "null"]),
            ("status", &["\"running\"", "\"creating\"", "\"paus\\u0065d\"", "[]"]),
            ("pid", &["7", "0", "-1", "1.0", "2147483648", "null", "\"7\"", "01"]),
            ("bundle", &["\"/b\"", "{}"]),
            ("annotations", &["{}", "{\"a\":\"\\u00e9\"}", "{\"a\":1}", "{\"a\":\"\\ud800\"}", "[]", "null"]),
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
            let error = State::parse(json.as_bytes()).expect_err(json);
            assert_eq!(error.code(), Code::InvalidState, "{json}");
            assert_eq!(matches!(error, Error::InvalidState(_)), json == "[]", "{json}");
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
