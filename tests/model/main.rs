//! Phases and hook maps against models: the library runs random ones, and a few plain lines predict the
//! results. `case` defines a phase to run, and `expect` its expected result.
//!
//! `PROPTEST_CASES` is the number of cases; `MODEL_SEED` repeats a run that failed.

mod case;
#[path = "../common/mod.rs"]
mod common;
mod ending;
mod expect;
mod generate;
mod hook;
mod kept;
mod map;
mod map_model;
mod outcome;
mod run;
mod world;

use std::fmt::Debug;
use std::process::ExitCode;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use case::Case;
use world::World;

/// The default number of cases of each kind, which takes a few seconds.
const CASES: u32 = 64;

/// A map takes no process.
const MAPS_A_CASE: u32 = 4;

/// How long a failing case is shrunk, in milliseconds.
const SHRINK_TIME: u32 = 60_000;

/// The default seed, so that `make check` is the same every time.
const SEED: u64 = 1;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    hook::main(&arguments);
    let cases = number("PROPTEST_CASES").map_or(CASES, |cases| u32::try_from(cases).expect("few enough"));
    let seed = number("MODEL_SEED").unwrap_or(SEED);
    let each = generate::one_of_each();
    let maps = cases.saturating_mul(MAPS_A_CASE);
    let failed = (each
        .iter()
        .find_map(|case| phase(case).err().map(|error| format!("{error}\n{}", shown(case)))))
    .or_else(|| random(cases, seed, generate::any(), phase, shown))
    .or_else(|| {
        random(maps, seed, map::operations(), |list: &Vec<_>| map::check(list), |list| format!("{list:?}"))
    });
    match failed {
        None => {
            let each = each.len();
            println!(
                "model: {each} phases, {cases} random phases, {maps} random maps, seed {seed}: as expected"
            );
            ExitCode::SUCCESS
        }
        Some(text) => {
            println!("{text}\nmodel: repeat it with PROPTEST_CASES={cases} MODEL_SEED={seed}");
            ExitCode::FAILURE
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}: {text:?} is no number")))
}

/// Runs a phase, and returns the differences from the model.
fn phase(case: &Case) -> Result<(), String> {
    let world = World::new(case);
    let came = run::run(case, &world);
    let expected = expect::expect(case, &world, &came);
    match outcome::differences(&expected, &came) {
        differences if differences.is_empty() => Ok(()),
        differences => Err(differences.join("\n")),
    }
}

/// A case: its options, and a line for each hook.
fn shown(case: &Case) -> String {
    let options = Case { hooks: Vec::new(), ..case.clone() };
    let hooks: String = case.hooks.iter().map(|hook| format!("\n  {hook:?}")).collect();
    format!("{options:?}{hooks}")
}

/// Tries `cases` values; returns the smallest one that was found to fail, and its failure. No file records
/// it, because each failure that is found becomes a test.
fn random<S: Strategy>(
    cases: u32,
    seed: u64,
    values: S,
    check: impl Fn(&S::Value) -> Result<(), String>,
    shown: impl Fn(&S::Value) -> String,
) -> Option<String>
where
    S::Value: Debug,
{
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 5000,
        max_shrink_time: SHRINK_TIME,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let result = TestRunner::new_with_rng(config, rng)
        .run(&values, |value| check(&value).map_err(TestCaseError::fail));
    match result {
        Ok(()) => None,
        Err(TestError::Fail(reason, value)) => Some(format!("{}\n{}", reason.message(), shown(&value))),
        Err(TestError::Abort(reason)) => Some(reason.to_string()),
    }
}
