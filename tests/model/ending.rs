//! How a hook ended, and how the report describes it.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::case::Broken;
use crate::kept::Kept;

/// How a hook ended.
pub struct Ending {
    pub outcome: &'static str,
    pub number: Option<(&'static str, i32)>,
    /// Why that is a failure, and its code; empty if it is none.
    pub cause: String,
    pub code: i32,
    /// Whether the hook was run at all, and whether that took a process.
    pub was_run: bool,
    pub process: bool,
    /// Whether it got to its end, or to the place where it waits for its end.
    pub arrived: bool,
    pub output: [Vec<u8>; 2],
    pub daemon_lives: Option<bool>,
}

impl Ending {
    pub fn new(outcome: &'static str, code: i32, cause: impl Into<String>) -> Self {
        Self {
            outcome,
            number: None,
            cause: cause.into(),
            code,
            was_run: false,
            process: false,
            arrived: false,
            output: Default::default(),
            daemon_lives: None,
        }
    }

    pub fn number(mut self, name: &'static str, number: i32) -> Self {
        self.number = Some((name, number));
        self
    }
}

/// A hook's entry in the report, with the names and spellings of its JSON.
pub fn members(index: usize, path: Option<String>, end: &Ending, kept: &[Kept; 2]) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |key: &str, value: Value| members.insert(key.to_owned(), value);
    put("index", index.into());
    put("kind", if path.is_some() { "command" } else { "callback" }.into());
    put("outcome", end.outcome.into());
    if let Some((key, number)) = end.number {
        put(key, number.into());
    }
    if !end.cause.is_empty() {
        put("message", end.cause.clone().into());
    }
    if end.process {
        put("pid", true.into());
    }
    if let (Some(_), true) = (&path, end.outcome != "skipped") {
        for (name, kept) in ["stdout", "stderr"].into_iter().zip(kept) {
            put(name, String::from_utf8_lossy(&kept.text).into());
            put(&format!("{name}Bytes"), kept.total.into());
            put(&format!("{name}Truncated"), kept.truncated.into());
        }
    }
    if let Some(path) = path {
        put("path", path.into());
    }
    members
}

pub fn budget_text(budget: Option<Duration>) -> String {
    format!("timed out: the phase's budget of {} s was used up", budget.unwrap_or_default().as_secs_f64())
}

pub fn spawn_failure(broken: Broken) -> Ending {
    let (step, words, errno) = match broken {
        Broken::Missing | Broken::InterpreterMissing => ("be executed", "No such file or directory", 2),
        Broken::ArgumentTooLong => ("be executed", "Argument list too long", 7),
        Broken::NotAProgram => ("be executed", "Exec format error", 8),
        Broken::NotExecutable | Broken::Directory => ("be executed", "Permission denied", 13),
        Broken::BelowAFile => ("be executed", "Not a directory", 20),
        Broken::NameTooLong => ("be executed", "File name too long", 36),
        Broken::LinkLoop => ("be executed", "Too many levels of symbolic links", 40),
        Broken::DirectoryMissing => ("enter its working directory", "No such file or directory", 2),
        Broken::DirectoryIsAFile => ("enter its working directory", "Not a directory", 20),
    };
    // What the errno alone leaves open.
    let obstacle = match broken {
        Broken::NotExecutable => ": its mode permits nobody to execute it",
        Broken::Directory => ": it is a directory",
        Broken::InterpreterMissing => ": its interpreter is missing",
        _ => "",
    };
    let end = Ending::new("spawnFailed", -6, format!("could not {step}: {words} (errno {errno}){obstacle}"))
        .number("errno", errno);
    Ending { was_run: true, process: true, ..end }
}

pub fn signal_text(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        6 => "SIGABRT",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        _ => return signal.to_string(),
    };
    format!("{signal} ({name})")
}
