//! Hooks that are right, read in one pass.
//!
//! Most hooks are. Whatever is not, by any rule, or deserves a warning, is `None` here without a word: `read` then takes
//! the text apart value by value, and says what is wrong and where. Both ask `hook`, `dialect` and `looks` for the rules.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Form;
use super::compact::compact;
use super::document::{check_depth, opening_brackets};
use super::looks;
use super::node::Node;
use super::object::{self, FromObject, Object};
use super::text::{Keys, Text, wrong};
use crate::dialect::Dialect;
use crate::hook::{Command, Hook, broken_by_path, broken_by_text};
use crate::hooks::Hooks;
use crate::limits::JSON_DEPTH;
use crate::members::Member;
use crate::phase::Phase;

/// A text that is a document of a form. Of a config.json, all but the `hooks` is only checked to be JSON, by a reader that
/// has no limit of depth of its own.
pub(super) fn hooks(text: &str, form: Form) -> Option<Hooks> {
    if form == Form::Config {
        check_depth(text.as_bytes()).ok()?;
        return object::read(text, ConfigReader).ok();
    }
    object::read(text, HooksReader(form)).ok()
}

struct ConfigReader;

impl<'de> FromObject<'de> for ConfigReader {
    type Value = Hooks;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Hooks, A::Error> {
        let mut hooks = Hooks::new();
        let mut keys = Keys::default();
        while let Some(Text(key)) = map.next_key()? {
            if keys.note(key)? == "hooks" {
                hooks = map.next_value_seed(Object(HooksReader(Form::Hooks)))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if keys.iter().any(|key| looks::meant_member(key).is_some()) {
            return Err(wrong());
        }
        unless_of_another_form(hooks, Form::Config, |name| keys.iter().any(|key| key == name))
    }
}

struct HooksReader(Form);

impl<'de> FromObject<'de> for HooksReader {
    type Value = Hooks;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Hooks, A::Error> {
        let dialect = self.0.dialect();
        let mut hooks = Hooks::new();
        let mut keys = Keys::default();
        while let Some(Text(key)) = map.next_key()? {
            let key = keys.note(key)?;
            match Phase::from_name(key) {
                Some(phase) => hooks.set_known(phase, map.next_value_seed(ListSeed(dialect))?),
                None if looks::meant_phase(key).is_some() => return Err(wrong()),
                None => {
                    let value: &RawValue = map.next_value()?;
                    let kept = shallow(value)?;
                    hooks.push_unknown(key, member(kept, dialect)?);
                }
            }
        }
        unless_of_another_form(hooks, self.0, |name| keys.iter().any(|key| key == name))
    }
}

/// Gives the hooks back, unless there are none in a document with the looks of another form.
fn unless_of_another_form<E: de::Error>(
    hooks: Hooks,
    form: Form,
    has: impl Fn(&str) -> bool,
) -> Result<Hooks, E> {
    let other = hooks.phases().next().is_none() && looks::other_form(form, has).is_some();
    if other { Err(wrong()) } else { Ok(hooks) }
}

/// A value that is kept as text, which no recursion limit has seen: one that could be deep is left to the
/// reader that counts. Half of the limit is more than what stands around it leaves.
fn shallow<E: de::Error>(value: &RawValue) -> Result<&RawValue, E> {
    if opening_brackets(value.get().as_bytes()) > JSON_DEPTH / 2 { Err(wrong()) } else { Ok(value) }
}

/// A member that the spec doesn't know: a phase where it is a list of valid hooks, else kept as it is. Whether another
/// list is wrong, or only too large for this reader, the other one can tell.
fn member<E: de::Error>(value: &RawValue, dialect: Dialect) -> Result<Member, E> {
    if !value.get().starts_with('[') {
        return Ok(Member::Value(compact(Node::new(value))));
    }
    object::whole(value.get(), ListSeed(dialect)).map(Member::Phase).map_err(|_| wrong())
}

/// A phase's list; `null` reads as empty.
struct ListSeed(Dialect);

impl<'de> DeserializeSeed<'de> for ListSeed {
    type Value = Vec<Hook>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Hook>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ListSeed {
    type Value = Vec<Hook>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of hooks")
    }

    fn visit_unit<E>(self) -> Result<Vec<Hook>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<Hook>, A::Error> {
        let mut list = Vec::new();
        while let Some(command) = elements.next_element_seed(Object(CommandReader(self.0)))? {
            list.push(Hook::Command(command));
        }
        Ok(list)
    }
}

struct CommandReader(Dialect);

impl<'de> FromObject<'de> for CommandReader {
    type Value = Command;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Command, A::Error> {
        let mut command = Command::new("");
        let mut keys = Keys::default();
        while let Some(Text(key)) = map.next_key()? {
            let key = keys.note(key)?;
            match key {
                "path" => command.path = map.next_value::<String>()?.into(),
                "args" => command.args = map.next_value()?,
                "env" => command.env = map.next_value()?,
                "timeout" => {
                    let number: Option<i64> = map.next_value()?;
                    let timeout = |number| self.0.timeout(number).ok_or_else(wrong);
                    command.timeout = number.map(timeout).transpose()?;
                }
                "dir" if self.0.has_dir() => {
                    let dir: Option<String> = map.next_value()?;
                    command.dir = dir.filter(|dir| !dir.is_empty()).map(Into::into);
                }
                _ if looks::meant_property(key, self.0).is_some() => return Err(wrong()),
                _ => {
                    let value: &RawValue = map.next_value()?;
                    command.unknown.push((key.into(), compact(Node::new(shallow(value)?))));
                }
            }
        }
        // Room that is left would be most of what a hook with such properties takes.
        command.unknown.shrink_to_fit();
        if valid(&command) { Ok(command) } else { Err(wrong()) }
    }
}

fn valid(command: &Command) -> bool {
    let mut texts = command.args.iter().chain(&command.env).flatten();
    broken_by_path(&command.path).is_none()
        && texts.all(|text| broken_by_text(text).is_none())
        && command.dir.as_ref().is_none_or(|dir| broken_by_text(dir).is_none())
}

#[cfg(test)]
mod tests {
    use super::super::{parse, to_string};
    use super::*;

    /// Hooks with more properties than [`Keys`] has room for are hooks, in any phase.
    #[test]
    fn large_hooks_make_a_phase() {
        let properties: String = (0..Keys::MOST).map(|number| format!(",\"x-{number}\":[]")).collect();
        for phase in ["prestart", "x-own"] {
            let text = format!("{{\"{phase}\":[{{\"path\":\"/a\"{properties}}}]}}");
            let read = parse(text.as_bytes()).expect("valid hooks");
            assert_eq!(read.count(phase), 1, "{phase}");
            assert_eq!(to_string(&read), text);
        }
    }
}
