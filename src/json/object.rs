//! The frame that serde wants around the reading of an object: one for all of them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

/// What is read from an object.
pub(crate) trait FromObject<'de>: Sized {
    /// What comes of it.
    type Value;

    /// Reads the members.
    fn read<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error>;
}

/// Has serde read an object.
pub(crate) struct Object<R>(pub R);

impl<'de, R: FromObject<'de>> DeserializeSeed<'de> for Object<R> {
    type Value = R::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<R::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, R: FromObject<'de>> Visitor<'de> for Object<R> {
    type Value = R::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<R::Value, A::Error> {
        self.0.read(members)
    }
}

/// Reads a text that is one object and nothing else.
pub(crate) fn read<'de, R: FromObject<'de>>(text: &'de str, reader: R) -> serde_json::Result<R::Value> {
    whole(text, Object(reader))
}

/// Reads a text that is one value and nothing else.
pub(super) fn whole<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> serde_json::Result<S::Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end().map(|()| value)
}
