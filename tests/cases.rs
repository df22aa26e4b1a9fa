//! The shared cases (`tests/cases/README.md`), through the crate's own API.

mod common;

use std::fs;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use ocihooks::{
    Environment, Error, FailurePolicy, HookReport, Hooks, Kind, Output, Report, Resource, Runner, StateCheck,
    Stream, json,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "description")]
    _description: String,
    #[serde(default)]
    read: Option<String>,
    lenient: Option<bool>,
    hooks: Box<RawValue>,
    phase: Option<String>,
    state: Option<Box<RawValue>>,
    #[serde(default)]
    options: Map<String, Value>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Expect {
    code: i32,
    #[serde(default)]
    message: String,
    hooks: Option<Vec<Map<String, Value>>>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    read_warnings: Vec<String>,
    phases: Option<Vec<String>>,
    json: Option<String>,
    libcontainer: Option<String>,
}

fn main() -> ExitCode {
    // SAFETY: no other thread runs yet.
    unsafe {
        std::env::set_var("CASE_HOST", "host");
        std::env::set_var("LD_CASE_HOST", "loader");
    }
    let files = files();
    let failed = files.iter().filter(|file| !passes(file)).count();
    println!("shared cases (Rust): {} of {} passed", files.len() - failed, files.len());
    if failed == 0 && !files.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(folder).expect("tests/cases").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    files
}

fn passes(file: &Path) -> bool {
    let text = fs::read_to_string(file).expect("a case");
    let faults = match serde_json::from_str::<Case>(&text) {
        Ok(case) => run(&case),
        Err(error) => vec![error.to_string()],
    };
    for fault in &faults {
        println!("{}: {fault}", file.display());
    }
    faults.is_empty()
}

/// Runs a case; returns the differences from the expected result.
fn run(case: &Case) -> Vec<String> {
    let mut faults = Faults::default();
    match read(case) {
        Err(error) => faults.outcome(&case.expect, Some(&error), None),
        Ok(hooks) => {
            faults.text("json", case.expect.json.as_deref(), || json::to_string(&hooks));
            faults
                .text("libcontainer", case.expect.libcontainer.as_deref(), || json::to_libcontainer(&hooks));
            faults.compare("warnings of reading", case.expect.read_warnings.as_slice(), hooks.warnings());
            if let Some(expected) = &case.expect.phases {
                let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
                faults.compare("phases", expected, hooks.phases().collect());
            }
            match &case.phase {
                None => faults.outcome(&case.expect, None, None),
                Some(phase) => run_phase(case, &hooks, phase, &mut faults),
            }
        }
    }
    faults.0
}

fn run_phase(case: &Case, hooks: &Hooks, phase: &str, faults: &mut Faults) {
    let (reader, mut writer) = UnixStream::pair().expect("a socket pair");
    let mut runner = Runner::new();
    for (name, value) in &case.options {
        set(&mut runner, name, value);
    }
    if case.options.contains_key("canceled") {
        runner.cancel(Some(reader.as_fd()));
        writer.write_all(b"!").expect("a byte in the socket");
    }
    let state = text(case.state.as_deref().expect("a state"));
    match runner.run(hooks, phase, state.as_bytes()) {
        Ok(report) => faults.outcome(&case.expect, None, Some(&report)),
        Err(failed) => faults.outcome(&case.expect, Some(&failed.error), failed.report.as_ref()),
    }
}

fn read(case: &Case) -> Result<Hooks, Error> {
    let hooks = text(&case.hooks);
    let (parse, form): (fn(&[u8]) -> _, _) = match case.read.as_deref() {
        None | Some("hooks") => (json::parse, json::Form::Hooks),
        Some("config") => (json::parse_config, json::Form::Config),
        Some("libcontainer") => (json::parse_libcontainer, json::Form::Libcontainer),
        Some(other) => panic!("no way to read {other:?}"),
    };
    match case.lenient {
        None => parse(hooks.as_bytes()),
        Some(true) => json::read(form, json::Mode::Lenient, hooks.as_bytes()),
        Some(false) => json::read(form, json::Mode::Strict, hooks.as_bytes()),
    }
}

/// A string is the text itself; any other value is passed as JSON.
fn text(raw: &RawValue) -> String {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
}

fn set(runner: &mut Runner<'_>, name: &str, value: &Value) {
    let string = || value.as_str().expect("a string").to_owned();
    let time = || value.as_u64().map(Duration::from_millis);
    let yes = || value.as_bool().expect("a boolean");
    match name {
        "cwd" => runner.working_directory(Some(string().into())),
        "cwdMayFail" => runner.working_directory_may_fail(yes()),
        "environment" => runner.environment(environment(value)),
        "phaseVariable" => runner.phase_variable(Some(string())),
        "stateCheck" => runner.state_check(state_check(&string())),
        "failurePolicy" => runner.failure_policy(failure_policy(&string())),
        "stdout" => runner.output(Stream::Stdout, output(&string())),
        "stderr" => runner.output(Stream::Stderr, output(&string())),
        "captureLimit" => runner.capture_limit(bytes(value)),
        "phaseCaptureLimit" => runner.phase_capture_limit(bytes(value)),
        "defaultTimeoutMs" => runner.default_timeout(time()),
        "budgetMs" => runner.budget(time()),
        "graceMs" => runner.grace(time()),
        "noNewPrivileges" => runner.no_new_privileges(yes()),
        "rlimits" => set_limits(runner, value),
        "canceled" => runner,
        _ => panic!("no option {name:?}"),
    };
}

fn environment(value: &Value) -> Environment {
    match value.as_str() {
        Some("inherit") => Environment::Inherit,
        Some("inheritWithoutLoader") => Environment::InheritWithoutLoader,
        _ => Environment::List(serde_json::from_value(value.clone()).expect("a list of strings")),
    }
}

fn failure_policy(name: &str) -> FailurePolicy {
    match name {
        "spec" => FailurePolicy::Spec,
        "specBefore1.3" => FailurePolicy::SpecBefore13,
        "failFast" => FailurePolicy::FailFast,
        "keepGoing" => FailurePolicy::KeepGoing,
        _ => panic!("no failure policy {name:?}"),
    }
}

fn state_check(name: &str) -> StateCheck {
    match name {
        "spec" => StateCheck::Spec,
        "json" => StateCheck::Json,
        "off" => StateCheck::Off,
        _ => panic!("no check of the state {name:?}"),
    }
}

fn output(name: &str) -> Output<'static> {
    match name {
        "capture" => Output::Capture,
        "discard" => Output::Discard,
        _ => panic!("no output {name:?}"),
    }
}

fn set_limits<'r, 'a>(runner: &'r mut Runner<'a>, value: &Value) -> &'r mut Runner<'a> {
    for (name, limits) in value.as_object().expect("limits by name") {
        let resource = match name.as_str() {
            "nofile" => libc::RLIMIT_NOFILE,
            "core" => libc::RLIMIT_CORE,
            "fsize" => libc::RLIMIT_FSIZE,
            _ => panic!("no resource {name:?}"),
        };
        let [soft, hard] = serde_json::from_value(limits.clone()).expect("soft and hard");
        runner.resource(Resource { resource: i32::try_from(resource).expect("a small number"), soft, hard });
    }
    runner
}

fn bytes(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("bytes")).expect("it fits memory")
}

/// The differences from the expected result.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, expected: T, seen: T) {
        if expected != seen {
            self.0.push(format!("{what}: expected {expected:?}, got {seen:?}"));
        }
    }

    fn text(&mut self, what: &str, expected: Option<&str>, seen: impl Fn() -> String) {
        if let Some(expected) = expected {
            self.compare(what, expected, &seen());
        }
    }

    fn outcome(&mut self, expect: &Expect, error: Option<&Error>, report: Option<&Report>) {
        self.compare("code", expect.code, error.map_or(0, |error| error.code().as_raw()));
        self.compare("message", &expect.message, &error.map(ToString::to_string).unwrap_or_default());
        self.compare("a report", expect.hooks.is_some(), report.is_some());
        let (Some(expected), Some(report)) = (&expect.hooks, report) else { return };
        let warnings: Vec<_> = report.warnings.iter().map(ToString::to_string).collect();
        self.compare("warnings", &expect.warnings, &warnings);
        self.compare("the number of hooks", expected.len(), report.hooks.len());
        for (index, (expected, hook)) in expected.iter().zip(&report.hooks).enumerate() {
            let seen = members(hook);
            for (key, value) in expected {
                let what = format!("hook {index}: {key}");
                self.compare(&what, Some(value), seen.get(key));
            }
        }
    }
}

/// A hook's entry, with the names and spellings of the report's JSON.
fn members(hook: &HookReport) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |key: &str, value: Value| members.insert(key.to_owned(), value);
    put("kind", if hook.kind == Kind::Command { "command" } else { "callback" }.into());
    put("path", hook.path.as_ref().map(|path| path.to_string_lossy()).into());
    put("message", hook.cause().map(ToString::to_string).unwrap_or_default().into());
    let outcome = common::outcome(&hook.outcome);
    put("outcome", outcome.0.into());
    if let Some((key, number)) = outcome.1 {
        put(key, number.into());
    }
    common::put_streams(hook, |key, value| drop(put(key, value)));
    members
}
