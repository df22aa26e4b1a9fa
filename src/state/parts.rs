//! A state from its parts.

use std::collections::HashSet;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::State;
use crate::error::Error;
use crate::json_pointer;
use crate::violation::{Violation, Violations};

const TWICE: &str = "must not be there twice";

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
/// };
/// assert_eq!(
///     parts.to_json()?,
///     r#"{"ociVersion":"1.2.0","id":"web-1","status":"created","pid":4242,"bundle":"/run/web-1","annotations":{"note":"a \"b\""}}"#
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
    /// Keys and values, in their order; of none, the member is left out.
    pub annotations: &'a [(&'a str, &'a str)],
}

impl StateParts<'_> {
    /// Writes the state, compact.
    ///
    /// # Errors
    /// `InvalidState` with everything that the spec forbids in it.
    pub fn to_json(&self) -> Result<String, Error> {
        // Strings and numbers only: there is nothing that could not be written.
        let json = serde_json::to_string(self).unwrap_or_default();
        match State::parse(json.as_bytes()) {
            Err(Error::InvalidState(violations)) => Err(Error::InvalidState(without_places(violations))),
            Err(other) => Err(other),
            Ok(_) => match self.duplicate_annotation() {
                Some(violation) => Err(Error::InvalidState(violation.into())),
                None => Ok(json),
            },
        }
    }

    fn duplicate_annotation(&self) -> Option<Violation> {
        let mut seen = HashSet::new();
        let (twice, _) = self.annotations.iter().find(|(key, _)| !seen.insert(*key))?;
        Some(Violation::new(json_pointer::step("/annotations", twice), "", TWICE))
    }
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
