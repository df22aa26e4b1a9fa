//! What reading has to say about a document that it took.

use std::fmt::Display;

use crate::limits;
use crate::printable::Printable;

/// Warnings in the order in which they came: the first [`limits::WARNINGS`], and one about the rest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warnings(Vec<String>);

impl Warnings {
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Adds a warning, as a single line that is safe to print.
    pub fn push(&mut self, warning: impl Display) {
        if self.0.len() < limits::WARNINGS {
            self.0.push(Printable(warning).to_string());
        } else if self.0.len() == limits::WARNINGS {
            self.0.push("there are more warnings".into());
        }
    }

    /// Adds those of another list.
    pub fn extend(&mut self, other: &Self) {
        other.0.iter().for_each(|warning| self.push(warning));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_warning_says_that_there_are_more() {
        let mut warnings = Warnings::default();
        (0..limits::WARNINGS + 3).for_each(|number| warnings.push(number));
        let mut both = warnings.clone();
        both.extend(&warnings);
        for list in [warnings, both] {
            assert_eq!(list.as_slice().len(), limits::WARNINGS + 1);
            assert_eq!(list.as_slice()[limits::WARNINGS - 1], (limits::WARNINGS - 1).to_string());
            assert_eq!(list.as_slice()[limits::WARNINGS], "there are more warnings");
        }
    }
}
