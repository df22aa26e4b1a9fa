//! A hook that the spec forbids, as a lenient map keeps it.

use std::path::Path;

use serde_json::value::RawValue;

use crate::json::Dialect;
use crate::violation::Violations;

/// A hook that breaks a rule of the spec. It is written as it came, and fails when its turn comes.
///
/// ```
/// use ocihooks::{Hook, json};
///
/// # fn main() -> Result<(), ocihooks::Error> {
/// let text = br#"{"poststop": [{"path": "/bin/true", "timeout": 0}]}"#;
/// let hooks = json::read(json::Form::Hooks, json::Mode::Lenient, text)?;
/// let Some([Hook::Refused(refused)]) = hooks.get("poststop") else { unreachable!("one hook, which is wrong") };
/// assert_eq!(refused.path(), Some("/bin/true".as_ref()));
/// assert_eq!(refused.violations().to_string(), "/timeout must be greater than zero, not 0");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Refused {
    path: Option<Box<Path>>,
    json: Box<RawValue>,
    dialect: Dialect,
    violations: Violations,
}

impl Refused {
    /// Keeps a value that stands at `pointer`, with its violations.
    pub(crate) fn new(
        path: &Path,
        json: Box<RawValue>,
        dialect: Dialect,
        pointer: &str,
        violations: &Violations,
    ) -> Self {
        let path = (!path.as_os_str().is_empty()).then(|| path.into());
        Self { path, json, dialect, violations: violations.below(pointer) }
    }

    /// Its path, where it has one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The hook as it came, compact.
    pub fn json(&self) -> &str {
        self.json.get()
    }

    /// What is wrong with it, by JSON pointers below the hook.
    pub fn violations(&self) -> &Violations {
        &self.violations
    }

    pub(crate) fn raw(&self) -> &RawValue {
        &self.json
    }

    /// The dialect that it came in.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }
}
