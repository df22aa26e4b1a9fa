//! A hook's outcome in the spelling of the report's JSON, for the tests that read a report by its fields.

use ocihooks::{HookReport, Outcome};
use serde_json::Value;

/// The outcome's name, and the member with its number if it has one.
pub fn outcome(outcome: &Outcome) -> (&'static str, Option<(&'static str, i32)>) {
    match outcome {
        Outcome::Exited(status) => ("exited", Some(("exitCode", *status))),
        Outcome::Signaled { signal, .. } => ("signaled", Some(("signal", signal.0))),
        Outcome::TimedOut { signal, .. } => ("timedOut", signal.map(|signal| ("signal", signal.0))),
        Outcome::SpawnFailed { errno, .. } | Outcome::SystemFailed { errno, started: false, .. } => {
            ("spawnFailed", Some(("errno", errno.0)))
        }
        Outcome::Canceled(signal) => ("canceled", signal.map(|signal| ("signal", signal.0))),
        Outcome::Callback(result) => {
            let code = result.as_ref().err().map_or(0, |failure| failure.code);
            ("callback", Some(("exitCode", code)))
        }
        Outcome::Skipped => ("skipped", None),
        Outcome::Stopped(_) => ("stopped", None),
        Outcome::Invalid(_) => ("invalid", None),
        Outcome::Lost | Outcome::SystemFailed { started: true, .. } => ("lost", None),
        other => unreachable!("{other:?}"),
    }
}

/// Puts the members of both streams.
pub fn put_streams(hook: &HookReport, mut put: impl FnMut(&str, Value)) {
    for (name, captured) in [("stdout", &hook.stdout), ("stderr", &hook.stderr)] {
        put(name, String::from_utf8_lossy(&captured.bytes()).into());
        put(&format!("{name}Bytes"), captured.total().into());
        put(&format!("{name}Truncated"), captured.truncated().into());
    }
}
