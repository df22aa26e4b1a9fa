//! A state that is right, read in one pass, as every run does.
//!
//! Whatever is not, or is unusual, is `None` here without a word: then the state is taken apart value by value, and what is
//! wrong is said.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::STATUSES_WITH_PID;
use crate::json::{Keys, Text, check_depth, wrong};

/// What is kept of a state.
pub(super) struct Members<'a> {
    pub status: Cow<'a, str>,
    pub bundle: Cow<'a, str>,
}

pub(super) fn members(json: &[u8]) -> Option<Members<'_>> {
    let text = std::str::from_utf8(json).ok()?;
    check_depth(json).ok()?;
    serde_json::from_str(text).ok()
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
        f.write_str("a state")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
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
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *place = map.next_value::<Text<'_>>()?.0;
        }
        let empty = [&version, &id, &status, &bundle].into_iter().any(|text| text.is_empty());
        if empty || (pid == 0 && STATUSES_WITH_PID.contains(&&*status)) {
            return Err(wrong());
        }
        Ok(Members { status, bundle })
    }
}
