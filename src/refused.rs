//! A hook that the spec forbids, as a lenient map keeps it.

use std::path::Path;

use serde_json::value::RawValue;

use crate::dialect::Dialect;
use crate::hook::Command;
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
    form: Form,
    violations: Violations,
}

/// What there is to be written of it.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// It was read: the hook as it came, compact.
    Read(Box<RawValue>, Dialect),
    /// It was appended, perhaps with a limit in seconds that no [`crate::Timeout`] can be.
    Appended(Box<Command>, Option<i64>),
}

impl Refused {
    /// Keeps a hook that stands at `pointer`, with its violations.
    pub(crate) fn new(path: &Path, form: Form, pointer: &str, violations: &Violations) -> Self {
        let path = (!path.as_os_str().is_empty()).then(|| path.into());
        Self { path, form, violations: violations.below(pointer) }
    }

    /// Its path, where it has one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What is wrong with it, by JSON pointers below the hook.
    pub fn violations(&self) -> &Violations {
        &self.violations
    }

    pub(crate) fn form(&self) -> &Form {
        &self.form
    }
}
