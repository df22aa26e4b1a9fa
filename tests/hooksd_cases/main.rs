//! Hook files and filters against podman's package: every case in tests/cases/hooksd/cases.json.
#![cfg(feature = "hooksd")]

mod expected;
mod files;
mod filters;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    name: String,
    kind: String,
    #[serde(default)]
    files: BTreeMap<String, Value>,
    #[serde(default)]
    dirs: Vec<String>,
    #[serde(default)]
    extension_stages: Vec<String>,
    config: Value,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(default)]
    has_bind_mounts: bool,
    #[serde(default)]
    filter_hooks: Value,
    peer: Vec<Value>,
    #[serde(default)]
    better: Value,
    verdict: String,
}

fn cases(kind: &str) -> Vec<Case> {
    let Cases { cases } =
        serde_json::from_str(include_str!("../cases/hooksd/cases.json")).expect("the cases' form");
    assert_eq!(cases.len(), 86);
    cases.into_iter().filter(|case| case.kind == kind).collect()
}

/// Runs all cases of a kind, and names those that differ.
fn run_all(kind: &str, count: usize, run: fn(&Case) -> Result<(), String>) {
    let cases = cases(kind);
    assert_eq!(cases.len(), count);
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| run(case).err().map(|why| format!("{} ({}): {why}", case.name, case.verdict)))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
