//! Hooks to JSON, in either dialect.

use std::borrow::Cow;
use std::path::Path;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::dialect::Dialect;
use super::node;
use crate::hook::{Command, Hook};
use crate::hooks::Hooks;
use crate::members::Member;
use crate::refused::Refused;

/// Writes the `hooks` object, compact.
pub(super) fn hooks(hooks: &Hooks, dialect: Dialect) -> String {
    // Every key is a string and no value can fail; there is no error to report.
    serde_json::to_string(&HooksIn { hooks, dialect }).unwrap_or_default()
}

struct HooksIn<'a> {
    hooks: &'a Hooks,
    dialect: Dialect,
}

impl Serialize for HooksIn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let dialect = self.dialect;
        let mut map = serializer.serialize_map(None)?;
        for (phase, list) in self.hooks.known() {
            let commands = commands(list, dialect);
            if !commands.is_empty() {
                map.serialize_entry(phase.name(), &commands)?;
            } else if dialect.writes_all() {
                map.serialize_entry(phase.name(), &())?;
            }
        }
        for (name, member) in self.hooks.unknown().iter() {
            match member {
                Member::Phase(list) => map.serialize_entry(name, &commands(list, dialect))?,
                Member::Value(value) => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

/// The hooks of a list that can be written: callbacks are functions of this process.
fn commands(list: &[Hook], dialect: Dialect) -> Vec<HookIn<'_>> {
    let commands = list.iter().filter_map(|hook| match hook {
        Hook::Command(command) => Some(HookIn::Command(CommandIn { command, dialect })),
        Hook::Refused(refused) => Some(HookIn::Refused(refused_in(refused, dialect))),
        Hook::Callback(_) => None,
    });
    commands.collect()
}

enum HookIn<'a> {
    Command(CommandIn<'a>),
    Refused(Cow<'a, RawValue>),
}

impl Serialize for HookIn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            HookIn::Command(command) => command.serialize(serializer),
            HookIn::Refused(refused) => refused.serialize(serializer),
        }
    }
}

/// A hook that was refused, as it came. In the other dialect the number of its `timeout` means something else, and `dir`
/// belongs to one of them only.
fn refused_in(refused: &Refused, dialect: Dialect) -> Cow<'_, RawValue> {
    let members = node::members_of(refused.json());
    let (Ok(members), true) = (members, refused.dialect() != dialect) else {
        return Cow::Borrowed(refused.raw());
    };
    let members = members.iter().filter(|(key, _)| key != "dir").map(|(key, value)| {
        let written = value.text();
        let value = if key == "timeout" { dialect.rescaled(written) } else { written.to_owned() };
        format!("{}:{value}", serde_json::Value::from(&**key))
    });
    let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    RawValue::from_string(text).map_or(Cow::Borrowed(refused.raw()), Cow::Owned)
}

/// Writes a command that the spec forbids, perhaps for a limit that no [`crate::Timeout`] can be.
pub(crate) fn refused_command(command: &Command, seconds: Option<i64>, dialect: Dialect) -> Box<RawValue> {
    let mut text = serde_json::to_string(&CommandIn { command, dialect }).unwrap_or_else(|_| "{}".into());
    if let (Some(seconds), None) = (seconds, command.timeout) {
        text.truncate(text.len() - 1);
        text.push_str(&format!(",\"timeout\":{seconds}}}"));
    }
    // An object with one member more is JSON; the fallback is unreachable.
    RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

struct CommandIn<'a> {
    command: &'a Command,
    dialect: Dialect,
}

impl Serialize for CommandIn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Command { path, args, env, timeout, dir, unknown } = self.command;
        let all = self.dialect.writes_all();
        let mut map = serializer.serialize_map(None)?;
        // In a map every path is UTF-8.
        map.serialize_entry("path", &path.to_string_lossy())?;
        if all || args.is_some() {
            map.serialize_entry("args", args)?;
        }
        if all || env.is_some() {
            map.serialize_entry("env", env)?;
        }
        if self.dialect.has_dir() {
            map.serialize_entry("dir", &dir.as_deref().unwrap_or(Path::new("")).to_string_lossy())?;
        }
        if all || timeout.is_some() {
            map.serialize_entry("timeout", &timeout.map(|timeout| self.dialect.number(timeout)))?;
        }
        // A property `dir` of a spec's hook does nothing; in libcontainer's dialect it would.
        for (key, value) in unknown.iter().filter(|(key, _)| !(self.dialect.has_dir() && &**key == "dir")) {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
