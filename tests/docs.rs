//! The documents name tests, such as `30-timeouts/a_hook_that_is_stopped_is_killed`. Each of them must exist
//! and be run.

use std::fs;
use std::path::Path;

/// The names in a text: of a C test program, and of a case in it.
fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('`').skip(1).step_by(2).filter_map(|code| {
        let (program, case) = code.split_once('/')?;
        let numbered = program.get(..3).is_some_and(|number| number.ends_with('-'))
            && program.as_bytes()[0].is_ascii_digit();
        let is_name =
            case.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        (numbered && is_name).then_some((program, case))
    })
}

#[test]
fn every_test_that_a_document_names_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for document in ["README.md", "SECURITY.md", "docs/testing.md", "docs/runner.md"] {
        let text =
            fs::read_to_string(root.join(document)).unwrap_or_else(|error| panic!("{document}: {error}"));
        for (program, case) in named(&text) {
            let source = fs::read_to_string(root.join("c-tests").join(program).with_extension("c"));
            let source = source.unwrap_or_else(|error| panic!("{document} names {program}: {error}"));
            assert!(source.contains(&format!("RUN({case})")), "{document}: {program} runs no {case}");
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} names were found: has their form changed?");
}
