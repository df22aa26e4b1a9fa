//! The one-pass reader and the violation-collecting reader agree on every text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::json::{self, Form};
use ocihooks::{Error, Hooks};
use ocihooks_fuzz::model::{self, brackets};

/// The one-pass reader has to finish texts with fewer members and levels than this. It may leave larger ones to the
/// other.
const MEMBERS: usize = 24;
const LEVELS: usize = 100;

fuzz_target!(|text: &[u8]| {
    for form in [Form::Hooks, Form::Config, Form::Libcontainer] {
        if let Some((quickly, slowly)) = json::both_readers(form, text) {
            compare(text, quickly, slowly);
        }
    }
});

fn compare(text: &[u8], quickly: Option<Hooks>, slowly: Result<Hooks, Error>) {
    let colons = text.iter().filter(|byte| **byte == b':').count();
    match (quickly, slowly) {
        (Some(quickly), Ok(slowly)) => assert_eq!(format!("{quickly:?}"), format!("{slowly:?}")),
        (Some(_), Err(error)) => panic!("an invalid text was accepted: {error}"),
        (None, Ok(slowly)) => assert!(
            colons > MEMBERS
                || brackets(text) > LEVELS
                || holds_a_list(&slowly)
                || is_null(text)
                || !slowly.warnings().is_empty(),
            "a valid text was left to the other reader"
        ),
        (None, Err(_)) => {}
    }
}

/// A config that says it has no hooks: rare enough for the slow reader.
fn is_null(config: &[u8]) -> bool {
    let members = model::shallow(config).and_then(model::members);
    members.is_some_and(|members| model::get(&members, "hooks") == Some("null"))
}

/// A list with other elements than hooks is left to the reader that names violations.
fn holds_a_list(hooks: &Hooks) -> bool {
    format!("{hooks:?}").contains("Value(RawValue([")
}
