//! Reading never panics. A map survives writing and reading, member by member. Hooks within a config read like hooks
//! alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::{Error, Violations, Hooks, json};
use ocihooks_fuzz::model;

type Reader = fn(&[u8]) -> Result<Hooks, Error>;
type Writer = fn(&Hooks) -> String;

fuzz_target!(|text: &[u8]| {
    let dialects: [(Reader, Reader, Writer); 3] = [
        (json::parse, json::parse, json::to_string),
        (json::parse_config, json::parse, json::to_string),
        (json::parse_libcontainer, json::parse_libcontainer, json::to_libcontainer),
    ];
    for (first, again, write) in dialects {
        match first(text) {
            Ok(hooks) => round_trip(&hooks, again, write),
            Err(error) => explained(text, &error),
        }
    }
    within_config(text);
});

fn round_trip(hooks: &Hooks, read: Reader, write: Writer) {
    let written = write(hooks);
    let back = read(written.as_bytes()).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(shown(&back), shown(hooks), "{written}");
    assert_eq!(write(&back), written);
}

/// Every field of every hook, and the members that are kept verbatim, without warnings, because they name places in a
/// text.
fn shown(hooks: &Hooks) -> String {
    let shown = format!("{hooks:?}");
    shown.split_once(", lenient: ").map_or(shown.clone(), |(hooks, _)| hooks.to_owned())
}

/// Every error names the violation, a pointer, and a place in the text.
fn explained(text: &[u8], error: &Error) {
    assert!(!error.to_string().contains(['\n', '\0']) && !error.to_string().is_empty());
    match error {
        Error::InvalidJson { position, .. } => in_text(text, position.line, position.column),
        Error::InvalidHooks(violations) => {
            assert!(!violations.is_empty() && violations.kept.len() <= Violations::MOST_KEPT);
            for violation in &violations.kept {
                let position = violation.position.expect("a place in the text");
                in_text(text, position.line, position.column);
                assert!(violation.pointer.is_empty() || violation.pointer.starts_with('/'), "{violation}");
            }
        }
        other => panic!("reading hooks failed by {other}"),
    }
}

/// The place of a missing token is one behind the end.
fn in_text(text: &[u8], line: usize, column: usize) {
    let found = text.split(|byte| *byte == b'\n').nth(line - 1).expect("a line of the text");
    assert!((1..=found.len() + 1).contains(&column), "line {line}, column {column}");
}

fn within_config(text: &[u8]) {
    let alone = json::parse(text);
    let Some(object) = model::shallow(text).filter(|text| text.trim() != "null") else { return };
    if matches!(alone, Err(Error::InvalidJson { .. })) {
        return; // it could end the config and be valid there
    }
    let within =
        json::parse_config(format!("{{\"a\": [{{}}], \"hooks\": {object}, \"b\": null}}").as_bytes());
    assert_eq!(alone.is_ok(), within.is_ok(), "{alone:?} {within:?}");
    if let (Ok(alone), Ok(within)) = (alone, within) {
        assert_eq!(shown(&alone), shown(&within));
    }
}
