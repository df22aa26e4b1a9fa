//! The result of a phase, actual or expected. Both have the same form, so that they can be compared.

use std::fmt::Debug;

use serde_json::{Map, Value};

/// Everything that is known of a phase that was run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The error, if no hook was considered.
    pub refused: Option<String>,
    pub code: i32,
    pub message: Option<String>,
    pub warnings: Vec<String>,
    pub hooks: Vec<Hook>,
    /// The log in order: each hook and each event adds a line.
    pub log: Vec<String>,
    /// Children and descriptors that did not exist before.
    pub leftovers: Vec<String>,
}

/// One hook of the phase.
#[derive(Debug, Clone, Default)]
pub struct Hook {
    /// The entry of the report's JSON, without times; `pid` is whether there is one.
    pub json: Map<String, Value>,
    /// The same entry, from the report's fields.
    pub fields: Map<String, Value>,
    pub streams: [Vec<u8>; 2],
    /// The data that an output callback got.
    pub seen: [Vec<u8>; 2],
    /// Whether the daemon that the hook left running lives; `None` if it left none.
    pub daemon_lives: Option<bool>,
}

/// The differences between the two; empty if there are none.
pub fn differences(expected: &Outcome, got: &Outcome) -> Vec<String> {
    let mut list = List::default();
    list.compare("refused", &expected.refused, &got.refused);
    list.compare("code", &expected.code, &got.code);
    list.compare("message", &expected.message, &got.message);
    list.compare("warnings", &expected.warnings, &got.warnings);
    list.compare("log", &expected.log, &got.log);
    list.compare("leftovers", &expected.leftovers, &got.leftovers);
    list.compare("the number of hooks", &expected.hooks.len(), &got.hooks.len());
    for (index, (expected, got)) in expected.hooks.iter().zip(&got.hooks).enumerate() {
        list.hook(index, expected, got);
    }
    list.0
}

#[derive(Default)]
struct List(Vec<String>);

impl List {
    fn compare<T: PartialEq + Debug>(&mut self, what: &str, expected: &T, got: &T) {
        if expected != got {
            let (expected, got) = (format!("{expected:?}"), format!("{got:?}"));
            let same = expected.chars().zip(got.chars()).take_while(|(one, other)| one == other).count();
            self.0.push(format!(
                "{what}:\n    expected {}\n    got      {}",
                around(&expected, same),
                around(&got, same)
            ));
        }
    }

    fn hook(&mut self, index: usize, expected: &Hook, got: &Hook) {
        let at = |what: &str| format!("hook {index}: {what}");
        for (form, seen) in [("", &got.fields), (" in JSON", &got.json)] {
            let keys =
                expected.json.keys().chain(seen.keys().filter(|key| !expected.json.contains_key(*key)));
            for key in keys {
                self.compare(&at(&format!("{key}{form}")), &expected.json.get(key), &seen.get(key));
            }
        }
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        for (stream, name) in ["stdout", "stderr"].into_iter().enumerate() {
            self.compare(
                &at(&format!("{name}, raw")),
                &text(&expected.streams[stream]),
                &text(&got.streams[stream]),
            );
            self.compare(
                &at(&format!("{name}, as it came")),
                &text(&expected.seen[stream]),
                &text(&got.seen[stream]),
            );
        }
        self.compare(&at("what it left running lives"), &expected.daemon_lives, &got.daemon_lives);
    }
}

/// The part of a long text around a place in it.
fn around(text: &str, place: usize) -> String {
    let start = place.saturating_sub(200);
    let shown: String = text.chars().skip(start).take(400).collect();
    if start > 0 { format!("[{start}] ...{shown}") } else { shown }
}
