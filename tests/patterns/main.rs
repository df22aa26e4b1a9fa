//! Random patterns against Go's `regexp`: no answer may differ. Run by `make patterns`, because it needs Go.
#![cfg(feature = "hooksd")]

mod generate;

use std::io::Write;
use std::process::{Command, Stdio};

use generate::Random;
use ocihooks::hooksd::pattern::{Folding, Pattern};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Question {
    pattern: String,
    texts: Vec<String>,
}

#[derive(Deserialize)]
struct Answer {
    error: Option<String>,
    matches: Option<Vec<bool>>,
}

/// Go's answers to all questions: one line of JSON each.
fn ask_go(questions: &[Question]) -> Vec<Answer> {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/patterns/answer.go");
    let mut go = Command::new("go")
        .args(["run", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("go can be executed");
    let mut stdin = go.stdin.take().expect("a pipe");
    let lines: String =
        questions.iter().map(|question| serde_json::to_string(question).expect("JSON") + "\n").collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = go.wait_with_output().expect("Go's answers");
    writer.join().expect("no panic").expect("Go reads all questions");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let answers: Vec<Answer> =
        text.lines().map(|line| serde_json::from_str(line).expect("an answer")).collect();
    assert_eq!(answers.len(), questions.len(), "{}", output.status);
    answers
}

/// The number of patterns, and the seed of the random numbers.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |value| value.parse().expect("a number"))
}

#[test]
#[ignore = "wants Go: make patterns"]
fn random_patterns_mean_what_they_mean_in_go() {
    let count = setting("PATTERNS", 60_000);
    let seed = setting("PATTERNS_SEED", 1);
    println!("PATTERNS_SEED={seed}");
    let mut random = Random::new(seed);
    let questions: Vec<Question> = (0..count)
        .map(|_| {
            let pattern = random.pattern();
            let texts = (0..8).map(|_| random.text(&pattern)).collect();
            Question { pattern, texts }
        })
        .collect();
    let mut folding = Folding::default();
    let (mut compared, mut matched, mut refused_by_both, mut unsupported, mut newer) = (0, 0, 0, 0, 0);
    for (Question { pattern, texts }, go) in questions.iter().zip(ask_go(&questions)) {
        match (Pattern::new(pattern, &mut folding), go) {
            (Ok(ours), Answer { matches: Some(go), .. }) => {
                let answers: Vec<bool> = texts.iter().map(|text| ours.is_match(text)).collect();
                assert_eq!(answers, go, "{pattern:?} on {texts:?}");
                compared += 1;
                matched += answers.iter().filter(|answer| **answer).count();
            }
            // Go accepts this spelling of a name since 1.22.
            (_, Answer { error: Some(error), .. }) if error.ends_with("`(?<`") => newer += 1,
            (Err(_), Answer { error: Some(_), .. }) => refused_by_both += 1,
            (Err(refusal), _) => {
                assert_ne!(refusal.rule(), "pattern-invalid", "{pattern:?}: {refusal}");
                unsupported += 1;
            }
            (Ok(_), Answer { error, .. }) => panic!("{pattern:?} is taken, and Go says {error:?}"),
        }
    }
    println!(
        "{count} patterns: {compared} compared ({matched} texts matched), {refused_by_both} refused by both, \
         {unsupported} refused by name, {newer} newer than this Go"
    );
    // A generator that makes only refused patterns would find nothing.
    assert!(
        compared > count / 3
            && matched as u64 > count
            && refused_by_both > count / 20
            && unsupported < count / 10
    );
}

/// Exactly the characters that Go's `unicode.SimpleFold` joins with another one are joined here.
#[test]
#[ignore = "wants Go: make patterns"]
fn case_folds_as_in_go() {
    let cased: Vec<char> = ('\0'..=char::MAX).filter(|one| generate::may_have_case(*one)).collect();
    let questions: Vec<Question> = cased
        .iter()
        .map(|one| {
            let near =
                [one.to_lowercase().next(), one.to_uppercase().next(), char::from_u32(*one as u32 ^ 8)];
            let texts =
                near.into_iter().flatten().chain("kKsSiIßẞµμſKÅåΩω\u{345}\u{1fbe}\u{131}\u{130}".chars());
            Question {
                pattern: format!("(?i)^[\\x{{{:X}}}]$", *one as u32),
                texts: texts.map(String::from).collect(),
            }
        })
        .collect();
    let mut folding = Folding::default();
    let mut different: Vec<(char, &String)> = Vec::new();
    for ((one, question), go) in cased.iter().zip(&questions).zip(ask_go(&questions)) {
        let ours = Pattern::new(&question.pattern, &mut folding).expect("a pattern");
        let go = go.matches.expect("a pattern for Go");
        different.extend(
            question
                .texts
                .iter()
                .zip(go)
                .filter(|(text, go)| ours.is_match(text) != *go)
                .map(|(text, _)| (*one, text)),
        );
    }
    // Go may have an older Unicode version: characters that it does not know at all are ignored.
    let unknown = "[^\\p{L}\\p{N}\\p{M}\\p{S}\\p{P}\\p{Z}\\p{C}]".to_owned();
    let texts = different.iter().map(|(one, text)| format!("{one}{text}")).collect();
    let answers = ask_go(&[Question { pattern: unknown, texts }]).remove(0).matches.unwrap_or_default();
    let known: Vec<_> = different.iter().zip(answers).filter(|(_, unknown)| !unknown).collect();
    println!(
        "{} characters compared; {} pairs are newer than this Go",
        cased.len(),
        different.len() - known.len()
    );
    assert!(known.is_empty(), "{known:?}");
}
