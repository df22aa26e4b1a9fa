//! Why a pattern is refused.

use std::fmt;

/// How much of a pattern is quoted, in characters.
const QUOTED_CHARS: usize = 60;

/// Why a pattern can't be used, and the part that is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    kind: Kind,
    reason: &'static str,
    part: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Go refuses it too.
    Invalid,
    /// Go takes it, and the library can't match it exactly as Go does.
    Unsupported,
    /// It goes over a limit of the library's.
    TooLarge,
}

impl Refusal {
    /// Go refuses it too: the reason in the words of Go's errors.
    pub(super) fn invalid(reason: &'static str, part: &str) -> Self {
        Self::new(Kind::Invalid, reason, part)
    }

    pub(super) fn unsupported(reason: &'static str, part: &str) -> Self {
        Self::new(Kind::Unsupported, reason, part)
    }

    pub(super) fn too_long() -> Self {
        Self::new(Kind::TooLarge, "is longer than 32768 bytes", "")
    }

    pub(super) fn too_large() -> Self {
        Self::new(Kind::TooLarge, "is too large when its repetitions are written out", "")
    }

    pub(super) fn too_deep() -> Self {
        Self::new(Kind::TooLarge, "nests too deep", "")
    }

    fn new(kind: Kind, reason: &'static str, part: &str) -> Self {
        let part = match part.char_indices().nth(QUOTED_CHARS) {
            Some((end, _)) => format!("{}...", &part[..end]),
            None => part.to_owned(),
        };
        Self { kind, reason, part }
    }

    /// The stable name of the rule that the pattern breaks.
    pub fn rule(&self) -> &'static str {
        match self.kind {
            Kind::Invalid => "pattern-invalid",
            Kind::Unsupported => "pattern-unsupported",
            Kind::TooLarge => "pattern-too-large",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == Kind::Invalid {
            f.write_str("is not a pattern of RE2: ")?;
        }
        f.write_str(self.reason)?;
        if self.part.is_empty() { Ok(()) } else { write!(f, ": {}", self.part) }
    }
}
