//! run-phase CONFIG.json PHASE STATE.json
//!
//! Runs the hooks of one phase of an OCI runtime configuration, like a container runtime, and prints the result of each
//! hook. A file named "-" is stdin.
//!
//! Exit status: 0 success, 1 the phase failed or a file could not be read, 2 wrong usage.

use std::io::{Read, stdin};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use ocihooks::{Captured, Error, HookReport, Outcome, Report, Runner, json};

const USAGE: &str = "usage: run-phase CONFIG.json PHASE STATE.json   (- for STATE.json: stdin)";
const TAIL_LINES: usize = 5;
const LINE_BYTES: usize = 200;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [config, phase, state] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(config, phase, state) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(config: &str, phase: &str, state: &str) -> Result<(), String> {
    let (text, state) = (read_file(config)?, read_file(state)?);
    let hooks = json::parse_config(&text).map_err(|error| format!("run-phase: {config}: {error}"))?;
    // The defaults, which capture the hooks' output.
    let (report, error) = match Runner::new().run(&hooks, phase, &state) {
        Ok(report) => (Some(report), None),
        // A failed run has a report too, unless it ended before its first hook: bad state, unknown phase.
        Err(failed) => (failed.report, Some(failed.error)),
    };
    if let Some(report) = &report {
        print_report(report);
    }
    finish(report.as_ref(), error)
}

fn finish(report: Option<&Report>, error: Option<Error>) -> Result<(), String> {
    match (report, error) {
        (_, Some(error)) => Err(error.to_string()),
        (report, None) => {
            println!("ok, {}", duration(report.map_or(Duration::ZERO, |report| report.duration)));
            Ok(())
        }
    }
}

/// "-" is stdin.
fn read_file(path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    if path == "-" {
        let read = stdin().read_to_end(&mut bytes);
        return read
            .map(|_| bytes)
            .map_err(|error| format!("run-phase: cannot read stdin: {}", reason(&error)));
    }
    let mut file = std::fs::File::open(path)
        .map_err(|error| format!("run-phase: cannot open {path}: {}", reason(&error)))?;
    let read = file.read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|error| format!("run-phase: cannot read {path}: {}", reason(&error)))
}

/// The system's message, without the number that Rust adds.
fn reason(error: &std::io::Error) -> String {
    error.to_string().split(" (os error").next().unwrap_or_default().to_owned()
}

fn print_report(report: &Report) {
    let count = report.hooks.len();
    println!("{}: {count} {}", report.phase, if count == 1 { "hook" } else { "hooks" });
    for (index, hook) in report.hooks.iter().enumerate() {
        print_hook(index, hook);
        print_output("stdout", &hook.stdout);
        print_output("stderr", &hook.stderr);
    }
    for warning in &report.warnings {
        println!("  warning: {}", harmless(warning.text.as_bytes()));
    }
}

fn print_hook(index: usize, hook: &HookReport) {
    let path = harmless(hook.path.as_deref().unwrap_or(Path::new("")).as_os_str().as_bytes());
    let took = duration(hook.duration);
    match (hook.cause(), &hook.outcome) {
        (_, Outcome::Skipped) => println!("  skip  #{index} {path}: skipped"),
        // Exactly the failed hooks have a cause.
        (Some(cause), _) => {
            println!("  FAIL  #{index} {path}: {}, {took}", harmless(cause.to_string().as_bytes()))
        }
        (None, _) => println!("  ok    #{index} {path}: exited 0, {took}"),
    }
}

/// The last few lines of a hook's output.
fn print_output(label: &str, captured: &Captured) {
    let bytes = captured.bytes();
    let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let lines: Vec<&[u8]> =
        if bytes.is_empty() { Vec::new() } else { text.split(|byte| *byte == b'\n').collect() };
    let first = lines.len().saturating_sub(TAIL_LINES);
    if first > 0 {
        println!("          {label}: [... the end of {} bytes:]", captured.total());
    }
    for line in &lines[first..] {
        println!("          {label}: {}", shortened(line));
    }
}

fn shortened(line: &[u8]) -> String {
    if line.len() <= LINE_BYTES {
        return harmless(line);
    }
    // Cuts between UTF-8 characters, whose later bytes are 10xxxxxx.
    let end = (0..=LINE_BYTES).rev().find(|&at| line[at] & 0xc0 != 0x80).unwrap_or(0);
    format!("{}...", harmless(&line[..end]))
}

/// Hooks may write any bytes, so control characters are kept from the terminal.
fn harmless(bytes: &[u8]) -> String {
    let plain = |byte: &u8| if *byte == b'\t' || (*byte >= 0x20 && *byte != 0x7f) { *byte } else { b'?' };
    String::from_utf8_lossy(&bytes.iter().map(plain).collect::<Vec<_>>()).into_owned()
}

fn duration(time: Duration) -> String {
    match time.as_nanos() {
        ns if ns < 1_000_000 => format!("{} us", ns / 1000),
        ns if ns < 1_000_000_000 => format!("{:.2} ms", ns as f64 / 1e6),
        ns => format!("{:.2} s", ns as f64 / 1e9),
    }
}
