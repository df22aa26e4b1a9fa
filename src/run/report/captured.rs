//! What was kept of a hook's output.

use std::borrow::Cow;

/// What was kept of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// The first part.
    pub(in crate::run) head: Vec<u8>,
    /// The last part; empty where the first part is all there is.
    pub(in crate::run) tail: Vec<u8>,
    /// How much was written in all, in bytes.
    pub(in crate::run) total: u64,
}

impl Captured {
    /// How much was written in all, in bytes.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How much of it was not kept, in bytes.
    pub fn left_out(&self) -> u64 {
        self.total - self.kept() as u64
    }

    /// How much of it was kept, in bytes.
    pub(in crate::run) fn kept(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// Whether something was not kept.
    pub fn truncated(&self) -> bool {
        self.left_out() > 0
    }

    /// What was kept, raw: where something was left out, a line between the two parts says how much.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        if self.tail.is_empty() && !self.truncated() {
            return Cow::Borrowed(&self.head);
        }
        let mut bytes = self.head.clone();
        if self.truncated() {
            if bytes.last().is_some_and(|byte| *byte != b'\n') {
                bytes.push(b'\n');
            }
            bytes.extend_from_slice(format!("[... {} bytes left out ...]\n", self.left_out()).as_bytes());
        }
        bytes.extend_from_slice(&self.tail);
        Cow::Owned(bytes)
    }
}
