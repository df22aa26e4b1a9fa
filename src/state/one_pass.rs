//! A state that is right, read in one pass, as every run does.
//!
//! Whatever is not, or is unusual, is `None` here without a word: then the state is taken apart value by value, and what is
//! wrong is said.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{MAX_PID, STATUSES_WITH_PID};
use crate::json::{FromObject, Keys, Object, Text, check_depth, read_object, wrong};

/// What is kept of a state.
pub(super) struct Members<'a> {
    pub status: Cow<'a, str>,
    pub bundle: Cow<'a, str>,
}

pub(super) fn members(json: &[u8]) -> Option<Members<'_>> {
    let text = std::str::from_utf8(json).ok()?;
    check_depth(json).ok()?;
    read_object(text, StateReader).ok()
}

/// Reads the members that every state has.
struct StateReader;

impl<'de> FromObject<'de> for StateReader {
    type Value = Members<'de>;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut keys = Keys::default();
        let [mut version, mut id, mut status, mut bundle] = [const { Cow::Borrowed("") }; 4];
        let mut pid = 0;
        while let Some(Text(key)) = map.next_key()? {
            let place = match keys.note(key)? {
                "ociVersion" => &mut version,
                "id" => &mut id,
                "status" => &mut status,
                "bundle" => &mut bundle,
                "pid" => {
                    pid = map.next_value::<u32>()?;
                    continue;
                }
                "annotations" => {
                    map.next_value_seed(Object(AnnotationsReader))?;
                    continue;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *place = map.next_value::<Text<'_>>()?.0;
        }
        let empty = [&version, &id, &status, &bundle].into_iter().any(|text| text.is_empty());
        if empty || pid > MAX_PID || (pid == 0 && STATUSES_WITH_PID.contains(&&*status)) {
            return Err(wrong());
        }
        Ok(Members { status, bundle })
    }
}

/// Reads an object of strings, and keeps none.
struct AnnotationsReader;

impl<'de> FromObject<'de> for AnnotationsReader {
    type Value = ();

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<SomeString, SomeString>()?.is_some() {}
        Ok(())
    }
}

struct SomeString;

impl<'de> Deserialize<'de> for SomeString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Self)
    }
}

impl Visitor<'_> for SomeString {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(Self)
    }
}
