//! Strings as they are read in one pass: borrowed where they can be; and keys, of which none may come twice.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// A string, borrowed from the document where it has no escapes.
pub(crate) struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

/// Any error will do where a document is read in one pass: it is read again for the true one.
pub(crate) fn wrong<E: de::Error>() -> E {
    E::custom("")
}

/// The keys of an object so far. Objects of the spec are small; a large one is left to the reader that is slow.
#[derive(Default)]
pub(crate) struct Keys<'a> {
    keys: [Cow<'a, str>; Keys::MOST],
    count: usize,
}

impl<'a> Keys<'a> {
    pub const MOST: usize = 24;

    /// The keys that were noted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.keys[..self.count].iter().map(|key| &**key)
    }

    /// Notes a key that is not there yet.
    pub fn note<E: de::Error>(&mut self, key: Cow<'a, str>) -> Result<&str, E> {
        if self.count == Self::MOST || self.keys[..self.count].contains(&key) {
            return Err(wrong());
        }
        self.count += 1;
        self.keys[self.count - 1] = key;
        Ok(&self.keys[self.count - 1])
    }
}
