//! Parsing in Rust: `WHICH FILE KIND`. WHICH is `value` for serde_json's untyped tree and `oci-spec` for that
//! crate's types; KIND is `config` for a whole config.json and `hooks` for the hooks object alone.

use std::hint::black_box;

use oci_spec::runtime::{Hooks, Spec};
use ocihooks_bench_contestant::{Outcome, serve};
use serde::de::DeserializeOwned;
use serde_json::Value;

fn measure<T: DeserializeOwned>(json: &[u8]) -> Outcome {
    serve(|count| {
        for _ in 0..count {
            drop(black_box(serde_json::from_slice::<T>(black_box(json))?));
        }
        Ok(())
    })
}

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [which, file, kind] = args.as_slice() else {
        return Err("arguments: value|oci-spec FILE config|hooks".into());
    };
    let json = std::fs::read(file)?;
    match (which.as_str(), kind.as_str()) {
        ("value", _) => measure::<Value>(&json),
        ("oci-spec", "config") => measure::<Spec>(&json),
        ("oci-spec", "hooks") => measure::<Hooks>(&json),
        _ => Err("WHICH is value or oci-spec, KIND is config or hooks".into()),
    }
}
