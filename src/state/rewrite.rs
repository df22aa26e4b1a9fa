//! A state fitted to a phase: `status` and `pid` as the phase's hooks are to see them, all else byte for byte.

use super::State;
use crate::error::Error;
use crate::json::{Document, Member};
use crate::phase::Phase;

/// Rewrites a state for a phase: `status` becomes the first that the spec expects there, unless it is one of those
/// already; in a phase that the spec doesn't know it stays. `pid` becomes the given one; `None`: it stays. A
/// member that is missing is added. All else is kept byte for byte.
///
/// ```
/// let state = br#"{"ociVersion": "1.2.0", "id": "web-1", "status": "created", "pid": 7, "bundle": "/b", "x": 1.0}"#;
/// let inside = ocihooks::for_phase(state, "poststart", Some(1)).expect("a valid state");
/// assert_eq!(
///     inside,
///     r#"{"ociVersion": "1.2.0", "id": "web-1", "status": "running", "pid": 1, "bundle": "/b", "x": 1.0}"#
/// );
/// ```
///
/// # Errors
/// `InvalidState` with everything that the spec forbids in the state, as it comes out; `StateNotJson`.
pub fn for_phase(state: &[u8], phase: &str, pid: Option<i32>) -> Result<String, Error> {
    let document = Document::new(state).map_err(|_| why_not(state))?;
    let members = document.root_members().ok_or_else(|| why_not(state))?;
    let mut edits = Edits { document: &document, members: &members, list: Vec::new() };
    if let Some(status) = Phase::from_name(phase).and_then(|phase| edits.status_for(phase)) {
        edits.put("status", &format!("\"{status}\""));
    }
    if let Some(pid) = pid {
        edits.put("pid", &pid.to_string());
    }
    let rewritten = edits.apply();
    State::parse(rewritten.as_bytes())?;
    Ok(rewritten)
}

/// What keeps a text from being read keeps it from being a state.
fn why_not(state: &[u8]) -> Error {
    let error = State::parse(state).err();
    error.unwrap_or_else(|| Error::Internal("a valid state could not be read".into()))
}

/// Replacements of parts of a document.
struct Edits<'e, 'a> {
    document: &'e Document<'a>,
    members: &'e [Member<'a>],
    /// Where a part begins and ends, and what comes in its place; in the order of the text.
    list: Vec<(usize, usize, String)>,
}

impl Edits<'_, '_> {
    /// The status that the state has to be given; `None` where it suits the phase.
    fn status_for(&self, phase: Phase) -> Option<&'static str> {
        let now = self.members.iter().find(|(key, _)| key == "status").and_then(|(_, value)| value.string());
        let suits = now.is_some_and(|now| phase.statuses().contains(&now.as_str()));
        phase.statuses().first().copied().filter(|_| !suits)
    }

    /// Gives a member a value; one that is missing is added behind the last.
    fn put(&mut self, key: &str, value: &str) {
        if let Some((_, old)) = self.members.iter().find(|(name, _)| name == key) {
            let (start, end) = self.document.range(*old);
            return self.insert((start, end, value.to_owned()));
        }
        let Some((_, last)) = self.members.last() else {
            let inside = self.document.text().find('{').map_or(0, |brace| brace + 1);
            let comma = if self.list.is_empty() { "" } else { "," };
            return self.insert((inside, inside, format!("{comma}\"{key}\":{value}")));
        };
        let (_, end) = self.document.range(*last);
        self.insert((end, end, format!(",\"{key}\":{value}")));
    }

    fn insert(&mut self, edit: (usize, usize, String)) {
        let place = self.list.partition_point(|(start, ..)| *start <= edit.0);
        self.list.insert(place, edit);
    }

    fn apply(self) -> String {
        let text = self.document.text();
        let mut result = String::with_capacity(text.len());
        let mut done = 0;
        for (start, end, value) in &self.list {
            result.push_str(&text[done..*start]);
            result.push_str(value);
            done = *end;
        }
        result.push_str(&text[done..]);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;

    #[test]
    fn what_suits_the_phase_stays() {
        for (phase, status, expected) in [
            ("createRuntime", "created", "created"),
            ("createRuntime", "running", "creating"),
            ("startContainer", "creating", "created"),
            ("poststop", "running", "stopped"),
            ("x-own", "paused", "paused"),
        ] {
            let state = |status| {
                format!(
                    " {{\"ociVersion\":\"1\",\"id\":\"c\",\"bundle\":\"/b\" , \"pid\" : 3,\"status\":\"{status}\"\n}}\n"
                )
            };
            assert_eq!(
                for_phase(state(status).as_bytes(), phase, None),
                Ok(state(expected)),
                "{phase} {status}"
            );
        }
    }

    #[test]
    fn what_is_missing_is_added() {
        let state = br#"{"ociVersion":"1","id":"c","bundle":"/b","annotations":{"pid":"x"} }"#;
        assert_eq!(
            for_phase(state, "poststart", Some(9)).as_deref(),
            Ok(
                r#"{"ociVersion":"1","id":"c","bundle":"/b","annotations":{"pid":"x"},"status":"running","pid":9 }"#
            )
        );
    }

    #[test]
    fn what_is_no_state_is_refused() {
        for text in ["", "[]", "{}", "{\"id\":1}", "x", "{\"a\":1,}"] {
            let error = for_phase(text.as_bytes(), "poststop", Some(1)).expect_err(text);
            assert_eq!(error.code(), Code::InvalidState, "{text}");
        }
    }

    /// What is added to an object without members is no text that could not be read.
    #[test]
    fn an_empty_object_lacks_its_members() {
        let error = for_phase(b" { } ", "poststop", Some(1)).expect_err("no state");
        assert_eq!(
            error.to_string(),
            "invalid state: /ociVersion must be there; /id must be there; /bundle must be there"
        );
    }
}
