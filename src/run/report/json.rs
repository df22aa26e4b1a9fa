//! The report as JSON.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Captured, HookReport, Kind, Report, nanoseconds};
use crate::errno::{Errno, Signal};
use crate::outcome::Outcome;

impl Report {
    /// The report as one compact JSON object.
    pub fn to_json(&self) -> String {
        // Every key is a string and no value can fail; there is no error to report.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("phase", &self.phase)?;
        map.serialize_entry("code", &self.code().as_raw())?;
        if let Some(error) = self.error() {
            map.serialize_entry("message", &error.to_string())?;
        }
        map.serialize_entry("durationNs", &nanoseconds(self.duration))?;
        let hooks: Vec<_> =
            self.hooks.iter().enumerate().map(|(index, hook)| Entry { index, hook }).collect();
        map.serialize_entry("hooks", &hooks)?;
        map.serialize_entry("warnings", &self.warnings)?;
        map.end()
    }
}

/// A hook with its place.
struct Entry<'a> {
    index: usize,
    hook: &'a HookReport,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Entry { index, hook } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("index", index)?;
        map.serialize_entry("kind", kind_name(hook.kind))?;
        if let Some(path) = &hook.path {
            map.serialize_entry("path", &path.to_string_lossy())?;
        }
        map.serialize_entry("outcome", outcome_name(&hook.outcome))?;
        outcome_detail(&mut map, hook)?;
        if hook.outcome == Outcome::Skipped {
            return map.end();
        }
        if let Some(pid) = hook.pid {
            map.serialize_entry("pid", &pid)?;
        }
        map.serialize_entry("durationNs", &nanoseconds(hook.duration))?;
        if hook.kind == Kind::Command {
            stream(&mut map, ["stdout", "stdoutBytes", "stdoutTruncated"], &hook.stdout)?;
            stream(&mut map, ["stderr", "stderrBytes", "stderrTruncated"], &hook.stderr)?;
            map.serialize_entry("userTimeNs", &nanoseconds(hook.user_time))?;
            map.serialize_entry("systemTimeNs", &nanoseconds(hook.system_time))?;
        }
        map.end()
    }
}

/// The number that goes with the outcome, and the cause as text.
fn outcome_detail<M: SerializeMap>(map: &mut M, hook: &HookReport) -> Result<(), M::Error> {
    if let Some(status) = hook.outcome.exit_code() {
        map.serialize_entry("exitCode", &status)?;
    }
    if let Some(Signal(signal)) = hook.outcome.signal() {
        map.serialize_entry("signal", &signal)?;
    }
    if hook.outcome.core_dumped() {
        map.serialize_entry("coreDumped", &true)?;
    }
    if let Some(Errno(errno)) = hook.outcome.errno() {
        map.serialize_entry("errno", &errno)?;
    }
    match hook.cause() {
        Some(cause) => map.serialize_entry("message", &cause.to_string()),
        None => Ok(()),
    }
}

fn stream<M: SerializeMap>(map: &mut M, keys: [&str; 3], captured: &Captured) -> Result<(), M::Error> {
    let [text, bytes, truncated] = keys;
    map.serialize_entry(text, &String::from_utf8_lossy(&captured.bytes()))?;
    map.serialize_entry(bytes, &captured.total())?;
    map.serialize_entry(truncated, &captured.truncated())
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Command => "command",
        Kind::Callback => "callback",
    }
}

fn outcome_name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Exited(_) => "exited",
        #[cfg(feature = "hooksd")]
        Outcome::WroteNoConfig(_) => "exited",
        Outcome::Signaled { .. } => "signaled",
        Outcome::TimedOut { .. } => "timedOut",
        Outcome::SpawnFailed { .. } | Outcome::SystemFailed { started: false, .. } => "spawnFailed",
        Outcome::Canceled(_) => "canceled",
        Outcome::Callback(_) => "callback",
        Outcome::Skipped => "skipped",
        Outcome::Stopped(_) => "stopped",
        Outcome::Lost | Outcome::SystemFailed { started: true, .. } => "lost",
        Outcome::Invalid(_) => "invalid",
    }
}
