//! Parsing with this library's crate: `FILE KIND`, where KIND is `config` for a whole config.json and `hooks` for
//! the hooks object alone.

use std::hint::black_box;

use ocihooks::json::{parse, parse_config};
use ocihooks_bench_contestant::{Outcome, serve};

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, kind] = args.as_slice() else {
        return Err("arguments: FILE config|hooks".into());
    };
    let json = std::fs::read(file)?;
    let read = if kind == "config" { parse_config } else { parse };
    serve(|count| {
        for _ in 0..count {
            drop(black_box(read(black_box(&json))?));
        }
        Ok(())
    })
}
