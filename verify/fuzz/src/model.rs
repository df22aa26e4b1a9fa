//! Plain rules of the runtime-spec for JSON, hooks and states, with serde_json alone.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The library's limit on the nesting of arrays and objects.
pub const MAX_DEPTH: usize = 512;

const PHASES: [&str; 6] =
    ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

const MAX_SECONDS: u64 = (1 << 31) - 1;

/// The whole text as one value of a type.
pub fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit();
    let value = T::deserialize(&mut reader).ok()?;
    reader.end().ok().map(|()| value)
}

/// An upper bound of the depth, because brackets in strings count too.
pub fn brackets(text: &[u8]) -> usize {
    text.iter().filter(|byte| matches!(byte, b'[' | b'{')).count()
}

/// The text, if all rules below apply to it: its nesting stays clear of the limit.
pub fn shallow(text: &[u8]) -> Option<&str> {
    std::str::from_utf8(text).ok().filter(|_| brackets(text) < MAX_DEPTH)
}

/// The members of an object, in their order; `None` for anything else.
pub struct Members<'a>(pub Vec<(String, &'a RawValue)>);

/// The members of an object without duplicate keys.
pub fn members(text: &str) -> Option<Vec<(String, &RawValue)>> {
    let Members(members) = read(text)?;
    let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair[0] != pair[1]).then_some(members)
}

pub fn get<'a>(members: &[(String, &'a RawValue)], key: &str) -> Option<&'a str> {
    members.iter().find(|(name, _)| name == key).map(|(_, value)| value.get())
}

/// A `hooks` object, in the spec's form or in libcontainer's.
pub fn hooks(text: &str, libcontainer: bool) -> bool {
    let is_list = |value: &str| match read::<Option<Vec<&RawValue>>>(value) {
        Some(list) => list.into_iter().flatten().all(|hook| is_hook(hook.get(), libcontainer)),
        None => false,
    };
    let allowed =
        |(key, value): &(String, &RawValue)| !PHASES.contains(&key.as_str()) || is_list(value.get());
    members(text).is_some_and(|members| members.iter().all(allowed))
}

/// A config.json, whose hooks may be missing, or null.
pub fn config(text: &str) -> bool {
    members(text).is_some_and(|members| match get(&members, "hooks") {
        None | Some("null") => true,
        Some(object) => hooks(object, false),
    })
}

fn is_hook(text: &str, libcontainer: bool) -> bool {
    let Some(members) = members(text) else { return false };
    let strings = |key| match get(&members, key).map(read::<Option<Vec<String>>>) {
        None | Some(Some(None)) => true,
        Some(Some(Some(list))) => list.iter().all(|text| !text.contains('\0')),
        Some(None) => false,
    };
    let path = get(&members, "path").and_then(read::<String>);
    let unit = if libcontainer { 1_000_000_000 } else { 1 };
    let is_timeout = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text == "null"
            || (digits && text.parse().is_ok_and(|number| (1..=MAX_SECONDS * unit).contains(&number)))
    };
    let is_dir = |text: &str| match read::<Option<String>>(text) {
        Some(dir) => !dir.unwrap_or_default().contains('\0'),
        None => false,
    };
    path.is_some_and(|path| path.starts_with('/') && !path.contains('\0'))
        && strings("args")
        && strings("env")
        && get(&members, "timeout").is_none_or(is_timeout)
        && (!libcontainer || get(&members, "dir").is_none_or(is_dir))
}

/// A container's state.
pub fn state(text: &str) -> bool {
    let Some(members) = members(text) else { return false };
    let string = |key| get(&members, key).and_then(read::<String>).filter(|text| !text.is_empty());
    let pid = get(&members, "pid");
    let number = pid.and_then(|pid| pid.parse::<i32>().ok());
    let pid_allowed = match string("status").as_deref() {
        Some("created" | "running") => number.is_some_and(|pid| pid > 0),
        _ => pid.is_none_or(|pid| pid == "null") || number.is_some_and(|pid| pid >= 0),
    };
    let strings = |object| {
        read::<Members<'_>>(object).is_some_and(|Members(all)| all.iter().all(|(_, value)| value.get().starts_with('"')))
    };
    let annotations_allowed = get(&members, "annotations").is_none_or(|text| text == "null" || strings(text));
    pid_allowed && annotations_allowed && ["ociVersion", "id", "status", "bundle"].into_iter().all(|key| string(key).is_some())
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
