//! Patterns of hook files against Go's answers: tests/cases/hooksd/go-regexp.json.
#![cfg(feature = "hooksd")]

use std::collections::HashSet;

use ocihooks::hooksd::pattern::{Folding, Pattern};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    pattern: String,
    texts: Vec<String>,
    go: Answer,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Matches(Vec<bool>),
    Refused { error: String },
}

/// Patterns that Go accepts and the library refuses by name: Unicode classes that need tables.
const REFUSED_HERE: [&str; 6] = ["\\p{L}", "\\p{Greek}", "\\p{^L}", "\\p{Letter}", "[\\pL]", "\\p{Lu}"];

#[test]
fn no_answer_differs_from_gos() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("cases/hooksd/go-regexp.json")).expect("the cases' form");
    assert_eq!(cases.len(), 132);
    let mut refused = HashSet::new();
    let mut folding = Folding::default();
    for Case { pattern, texts, go } in &cases {
        match (Pattern::new(pattern, &mut folding), go) {
            (Ok(ours), Answer::Matches(go)) => {
                let answers: Vec<bool> = texts.iter().map(|text| ours.is_match(text)).collect();
                assert_eq!(&answers, go, "{pattern:?} on {texts:?}");
            }
            (Err(refusal), Answer::Refused { error }) => {
                assert_eq!(refusal.rule() == "pattern-unsupported", pattern.starts_with("\\p"), "{error}");
            }
            (Err(refusal), Answer::Matches(_)) => {
                assert_eq!(refusal.rule(), "pattern-unsupported", "{pattern:?}: {refusal}");
                refused.insert(pattern.as_str());
            }
            (Ok(_), Answer::Refused { error }) => panic!("{pattern:?} is taken, and Go says {error}"),
        }
    }
    assert!(refused.is_subset(&HashSet::from(REFUSED_HERE)), "{refused:?}");
}
