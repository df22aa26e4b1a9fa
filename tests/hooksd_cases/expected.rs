//! What the library makes of every case, in tests/cases/hooksd/expected.json: other languages have to give the same. The tests
//! beside this one compare the library with podman's package and with Go. `OCIHOOKS_WRITE_EXPECTED=1` writes the file anew.

use std::collections::BTreeMap;
use std::fs;

use ocihooks::Runner;
use ocihooks::hooksd::pattern::{Folding, Pattern};
use serde_json::{Value, json};

use super::{Case, cases, files, filters};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/hooksd/expected.json");

#[test]
fn the_cases_give_what_is_written_down() {
    let whole = json!({
        "hooks": all("hooks", of_files),
        "filter": all("filter", of_filter),
        "refusedPatterns": refused_patterns(),
    });
    let text = serde_json::to_string_pretty(&whole).expect("JSON") + "\n";
    if std::env::var_os("OCIHOOKS_WRITE_EXPECTED").is_some() {
        fs::write(PATH, &text).expect("the file can be written");
    }
    let written = fs::read_to_string(PATH).expect("the file is there");
    for (number, (ours, there)) in text.lines().zip(written.lines()).enumerate() {
        assert_eq!(ours, there, "line {} of expected.json", number + 1);
    }
    assert_eq!(text.len(), written.len());
}

fn all(kind: &str, of: fn(&Case) -> Value) -> BTreeMap<String, Value> {
    cases(kind).iter().map(|case| (case.name.clone(), of(case))).collect()
}

/// The hooks of the container, its own first, and the violations: severity, rule, file.
fn of_files(case: &Case) -> Value {
    let root = files::tempdir(&format!("expected-{}", case.name));
    files::write_files(case, &root);
    let rootless = |text: &str| text.replace(root.to_str().expect("UTF-8"), "$ROOT");
    let read = files::read(case, &root);
    let container = files::container(case).expect("a config");
    let mut hooks = ocihooks::json::parse_config(case.config.to_string().as_bytes()).expect("a config");
    hooks.merge(&read.match_container(&container).expect("tolerant")).expect("no conflict");
    let violations = read
        .violations()
        .map(|it| rootless(&format!("{} {} {}", it.severity.name(), it.rule, it.file)))
        .collect::<Vec<_>>();
    let expected = json!({"hooks": rootless(&ocihooks::json::to_string(&hooks)), "violations": violations});
    fs::remove_dir_all(&root).expect("the directory is ours");
    expected
}

/// The new config, or the error.
fn of_filter(case: &Case) -> Value {
    let hooks = filters::hooks(&case.filter_hooks);
    match Runner::new().filter(&hooks, "precreate", case.config.to_string().as_bytes()) {
        Ok(report) => json!({"config": String::from_utf8(report.config.expect("a config")).expect("UTF-8")}),
        Err(failed) => {
            json!({"code": failed.error.code().as_raw(), "message": failed.error.to_string()})
        }
    }
}

/// The patterns that are refused, each with the rule.
fn refused_patterns() -> BTreeMap<String, &'static str> {
    let patterns: Vec<Value> =
        serde_json::from_str(include_str!("../cases/hooksd/go-regexp.json")).expect("JSON");
    let mut folding = Folding::default();
    let text = |pattern: &Value| pattern["pattern"].as_str().expect("a pattern").to_owned();
    patterns
        .iter()
        .map(text)
        .filter_map(|pattern| Some((pattern.clone(), Pattern::new(&pattern, &mut folding).err()?.rule())))
        .collect()
}
