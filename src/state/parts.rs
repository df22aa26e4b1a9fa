//! A state from its parts.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::State;
use crate::error::Error;
use crate::json::{Document, Kind, compact};
use crate::violation::Violations;

/// What a state is made of (runtime.md, "State").
///
/// ```
/// use ocihooks::StateParts;
///
/// # fn main() -> Result<(), ocihooks::Error> {
/// let parts = StateParts {
///     oci_version: "1.2.0",
///     id: "web-1",
///     status: "created",
///     pid: Some(4242),
///     bundle: "/run/web-1",
///     annotations: &[("note", "a \"b\"")],
///     members: Some(br#"{"root": "/run/c"}"#),
/// };
/// assert_eq!(
///     parts.to_json()?,
///     r#"{"ociVersion":"1.2.0","id":"web-1","status":"created","pid":4242,"bundle":"/run/web-1","annotations":{"note":"a \"b\""},"root":"/run/c"}"#
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct StateParts<'a> {
    /// The version of the runtime-spec.
    pub oci_version: &'a str,
    /// The container's id.
    pub id: &'a str,
    /// `creating`, `created`, `running`, `stopped`, or one of the runtime's own.
    pub status: &'a str,
    /// The container's process; required where it is `created` or `running`.
    pub pid: Option<i32>,
    /// The absolute path of the bundle.
    pub bundle: &'a str,
    /// Keys and values, in their order; of none, the member is left out. All are written, also two of one key.
    pub annotations: &'a [(&'a str, &'a str)],
    /// A JSON object, whose members are written behind the others, to the letter but for white space.
    pub members: Option<&'a [u8]>,
}

impl StateParts<'_> {
    /// Writes the state, compact.
    ///
    /// # Errors
    /// `InvalidState` with everything that the spec forbids in it; `InvalidArgument` where `members` is no JSON object.
    pub fn to_json(&self) -> Result<String, Error> {
        // Strings and numbers only: there is nothing that could not be written.
        let mut json = serde_json::to_string(self).unwrap_or_default();
        if let Some(members) = self.members {
            append(&mut json, members)?;
        }
        match State::parse(json.as_bytes()) {
            Ok(_) => Ok(json),
            Err(Error::InvalidState(violations)) => Err(Error::InvalidState(without_places(violations))),
            Err(other) => Err(other),
        }
    }
}

/// Puts the members of an object behind those of another, which has some.
fn append(json: &mut String, object: &[u8]) -> Result<(), Error> {
    let refused = |why: Cow<'_, str>| Error::InvalidArgument(format!("members must be a JSON object: {why}"));
    let document = Document::new(object).map_err(|error| refused(error.to_string().into()))?;
    let root = document.root().map_err(|error| refused(error.to_string().into()))?;
    if root.kind() != Kind::Object {
        return Err(refused("it is another value".into()));
    }
    let inside = compact(root);
    let inside = &inside.get()[1..inside.get().len() - 1];
    if !inside.is_empty() {
        json.truncate(json.len() - 1);
        json.extend([",", inside, "}"]);
    }
    Ok(())
}

/// The caller has not seen the text in which the places would be.
fn without_places(mut violations: Violations) -> Violations {
    violations.kept.iter_mut().for_each(|violation| violation.position = None);
    violations
}

impl Serialize for StateParts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ociVersion", self.oci_version)?;
        map.serialize_entry("id", self.id)?;
        map.serialize_entry("status", self.status)?;
        if let Some(pid) = self.pid {
            map.serialize_entry("pid", &pid)?;
        }
        map.serialize_entry("bundle", self.bundle)?;
        if !self.annotations.is_empty() {
            map.serialize_entry("annotations", &Annotations(self.annotations))?;
        }
        map.end()
    }
}

struct Annotations<'a>(&'a [(&'a str, &'a str)]);

impl Serialize for Annotations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}
