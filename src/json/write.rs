//! Hooks to JSON, in either dialect.

use std::borrow::Cow;
use std::path::Path;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::node;
use crate::dialect::Dialect;
use crate::hook::{Command, Hook};
use crate::hooks::Hooks;
use crate::members::Member;
use crate::refused::{Form, Refused};

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

/// A hook that was refused, as it came.
fn refused_in(refused: &Refused, dialect: Dialect) -> Cow<'_, RawValue> {
    match refused.form() {
        Form::Read(json, own) if *own == dialect => Cow::Borrowed(json),
        Form::Read(json, _) => translated(json, dialect).map_or(Cow::Borrowed(json), Cow::Owned),
        Form::Appended(command, seconds) => Cow::Owned(appended(command, *seconds, dialect)),
    }
}

/// A hook of the other dialect, where the number of a `timeout` means something else, and which alone may have a `dir`. `None` for
/// what is no object.
fn translated(hook: &RawValue, dialect: Dialect) -> Option<Box<RawValue>> {
    let members = node::members_of(hook.get()).ok()?;
    let members = members.iter().filter(|(key, _)| key != "dir").map(|(key, value)| {
        let written = value.text();
        let value = if key == "timeout" { dialect.rescaled(written) } else { written.to_owned() };
        format!("{}:{value}", serde_json::Value::from(&**key))
    });
    RawValue::from_string(format!("{{{}}}", members.collect::<Vec<_>>().join(","))).ok()
}

/// A command, perhaps with a limit in seconds that no [`crate::Timeout`] can be.
fn appended(command: &Command, seconds: Option<i64>, dialect: Dialect) -> Box<RawValue> {
    let limit = seconds.filter(|_| command.timeout.is_none()).map(|seconds| seconds.to_string());
    let command = CommandIn { command, dialect };
    let written = serde_json::to_string(&command).unwrap_or_else(|_| "{}".into());
    let text = match (limit, dialect) {
        (None, _) => written,
        (Some(limit), Dialect::Spec) => format!("{},\"timeout\":{limit}}}", &written[..written.len() - 1]),
        // This dialect wrote that there is none.
        (Some(limit), Dialect::Libcontainer) => {
            let limit = dialect.rescaled(&limit);
            written.replacen("\"timeout\":null", &format!("\"timeout\":{limit}"), 1)
        }
    };
    // It is JSON; the fallback is unreachable.
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
