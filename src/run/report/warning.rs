//! Warnings of a run: text, and what a program can tell them apart by.

use std::fmt;

use serde::ser::{Serialize, Serializer};

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// The state is odd for the phase.
    State = 0,
    /// A hook failed, and did not end the phase. The text is the error's.
    HookFailed = 1,
    /// A hook did not die of SIGKILL, and was left behind.
    LeftBehind = 2,
    /// A signal stopped a hook, and the runner continued it.
    Continued = 3,
    /// A part of a hook's output could not be read, or not be written on.
    Output = 4,
    /// The kernel or a seccomp profile refused a step before the hook that is no condition for it, and the hook ran without.
    StepSkipped = 5,
}

/// What the caller should know though it did not stop the phase.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// The hook's place in the phase's list, from 0; `None` where it is about the whole phase.
    pub hook: Option<usize>,
    /// One line that is safe to print, as errors are.
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq<str> for Warning {
    fn eq(&self, text: &str) -> bool {
        self.text == text
    }
}

impl PartialEq<&str> for Warning {
    fn eq(&self, text: &&str) -> bool {
        self.text == *text
    }
}

impl PartialEq<String> for Warning {
    fn eq(&self, text: &String) -> bool {
        self.text == *text
    }
}

/// The text alone.
impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
