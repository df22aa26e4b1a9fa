//! Hooks to JSON, in either dialect.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::dialect::Dialect;
use crate::hook::{Command, Hook};
use crate::hooks::Hooks;
use crate::members::Member;

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
fn commands(list: &[Hook], dialect: Dialect) -> Vec<CommandIn<'_>> {
    let commands = list.iter().filter_map(|hook| match hook {
        Hook::Command(command) => Some(CommandIn { command, dialect }),
        Hook::Callback(_) => None,
    });
    commands.collect()
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
        map.serialize_entry("path", path)?;
        if all || args.is_some() {
            map.serialize_entry("args", args)?;
        }
        if all || env.is_some() {
            map.serialize_entry("env", env)?;
        }
        if self.dialect.has_dir() {
            map.serialize_entry("dir", dir.as_deref().unwrap_or_default())?;
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
