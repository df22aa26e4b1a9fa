//! The committed include/ocihooks.h must equal the header that the source generates. `make header` writes it
//! anew.

/// The header that build.rs generated from src/capi.
const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/ocihooks.h"));

#[test]
fn the_committed_header_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/include/ocihooks.h");
    if std::env::var_os("OCIHOOKS_WRITE_HEADER").is_some() {
        std::fs::write(path, GENERATED).expect("include/ocihooks.h can be written");
    }
    let committed = std::fs::read_to_string(path).expect("include/ocihooks.h is there");
    let differs = committed.lines().zip(GENERATED.lines()).position(|(old, new)| old != new);
    assert!(
        committed == GENERATED,
        "differs from line {:?} on: run `make header`",
        differs.map(|line| line + 1)
    );
}

/// The contents name every function once, in the order of the declarations, which is the order of use.
#[test]
fn functions_come_in_the_order_of_use() {
    let (comment, rest) = GENERATED.split_once("*/").expect("a comment comes first");
    let words = |text: &'static str| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let contents = comment.split_once("Contents").and_then(|(_, text)| text.split_once("Errors:"));
    let (contents, _) = contents.expect("there are contents");
    let listed: Vec<&str> = words(contents).filter(|word| word.starts_with("ocihooks_")).collect();
    let code: String = rest.split("/*").map(|part| part.rsplit("*/").next().unwrap_or_default()).collect();
    let calls = code.split('(').filter_map(|part| part.rsplit([' ', '*', '\n']).next());
    let functions = calls.filter(|name| name.starts_with("ocihooks_") && !name.ends_with(')'));
    let declared: Vec<&str> = functions.collect(); // without callback types, such as (*ocihooks_callback)(
    assert_eq!(listed, declared);
    let uses = ["_version", "_new", "_parse", "_state_new", "_runner_new", "_run", "_report_json"];
    let place = |end: &str| declared.iter().position(|name| name.strip_prefix("ocihooks") == Some(end));
    assert!(uses.map(place).is_sorted() && uses.map(place).iter().all(Option::is_some), "{declared:?}");
}

#[test]
fn nothing_of_rust_leaks_into_the_header() {
    for rust in ["# Safety", "[`", "::", "Option", "&mut", "usize", "Runner_", "@CONTENTS@"] {
        assert!(!GENERATED.contains(rust), "the header says {rust:?}");
    }
}
