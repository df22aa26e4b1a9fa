//! One value of a document, as the text it is: its kind, and its parts.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::object::{self, FromObject};
use super::text::Text;

/// How many members are compared pair by pair before a set pays.
const FEW_MEMBERS: usize = 16;

/// A member of an object: its key, and its value.
pub(crate) type Member<'a> = (Cow<'a, str>, Node<'a>);

/// A value, as its text. That the text is JSON was checked when the document was read.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a>(&'a RawValue);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl<'a> Node<'a> {
    pub fn new(raw: &'a RawValue) -> Self {
        Node(raw)
    }

    pub fn text(self) -> &'a str {
        self.0.get()
    }

    /// The first byte of a JSON value tells what it is.
    pub fn kind(self) -> Kind {
        match self.text().as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The elements of an array; `None` for anything else.
    pub fn elements(self) -> Option<Vec<Self>> {
        let elements: Vec<&RawValue> = serde_json::from_str(self.text()).ok()?;
        Some(elements.into_iter().map(Node).collect())
    }

    /// The value of a string; `None` for anything else, and for escapes that are not Unicode.
    pub fn string(self) -> Option<String> {
        serde_json::from_str(self.text()).ok()
    }
}

/// The members of an object, in their order, duplicates and all.
pub(super) fn members<'a>(node: Node<'a>) -> Result<Vec<Member<'a>>, serde_json::Error> {
    members_of(node.text())
}

/// The same, of a text that may be no object at all.
pub(super) fn members_of(text: &str) -> Result<Vec<Member<'_>>, serde_json::Error> {
    object::read(text, EveryMember)
}

/// The first key that stands for the second time, with its second value.
pub(super) fn duplicate<'m, 'a>(members: &'m [Member<'a>]) -> Option<(&'m str, Node<'a>)> {
    let again = if members.len() <= FEW_MEMBERS {
        (1..members.len()).find(|&at| members[..at].iter().any(|(key, _)| *key == members[at].0))
    } else {
        let mut seen = HashSet::with_capacity(members.len());
        members.iter().position(|(key, _)| !seen.insert(key))
    };
    again.map(|at| (members[at].0.as_ref(), members[at].1))
}

/// Keeps the members as they are.
struct EveryMember;

impl<'de> FromObject<'de> for EveryMember {
    type Value = Vec<Member<'de>>;

    fn read<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Member<'de>>, A::Error> {
        let mut members = Vec::new();
        while let Some(Text(key)) = map.next_key()? {
            members.push((key, Node(map.next_value()?)));
        }
        Ok(members)
    }
}
