//! Character classes: in brackets, and by name.

use super::class::{self, Class};
use super::escape;
use super::piece::Piece;
use super::refusal::Refusal;
use super::translate::{CLASS_RANGE, MISSING_BRACKET, Translator};

impl<'p> Translator<'p, '_> {
    /// Adds the class that the text begins with, where it begins with a class by name, and gives back what follows.
    pub(super) fn named(&mut self, text: &'p str, class: &mut Class) -> Result<Option<&'p str>, Refusal> {
        let found = if let Some(after) = text.strip_prefix("[:") {
            let Some((name, rest)) = after.split_once(":]") else { return Ok(None) };
            let named = class::posix(name);
            let part = &text[..text.len() - rest.len()];
            (named.ok_or_else(|| Refusal::invalid(CLASS_RANGE, part))?, rest)
        } else if text.starts_with("\\p") || text.starts_with("\\P") {
            self.unicode(text)?
        } else {
            let Some(after) = text.strip_prefix('\\') else { return Ok(None) };
            let Some(named) = after.chars().next().and_then(class::perl) else { return Ok(None) };
            (named, &after[1..])
        };
        class.add_named(&found.0, self.flags.any_case.then_some(&mut *self.folding));
        Ok(Some(found.1))
    }

    /// `\pN`, `\p{Name}` and their opposites: those that need no table of Unicode's.
    pub(super) fn unicode(&self, text: &'p str) -> Result<(class::Named, &'p str), Refusal> {
        let after = &text[2..];
        let Some(first) = after.chars().next() else {
            return Err(Refusal::invalid(CLASS_RANGE, text));
        };
        let (name, rest) = match after.strip_prefix('{') {
            Some(braced) => braced.split_once('}').ok_or_else(|| Refusal::invalid(CLASS_RANGE, text))?,
            None => after.split_at(first.len_utf8()),
        };
        let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
        let part = &text[..text.len() - rest.len()];
        // Without case, Go adds to ASCII what folds to it, in some versions.
        let known = class::unicode(name).filter(|_| name == "Any" || !self.flags.any_case);
        let named = known.ok_or_else(|| Refusal::unsupported("has an unsupported Unicode class", part))?;
        Ok((named.negated(negated != text.starts_with("\\P")), rest))
    }

    pub(super) fn class(&mut self) -> Result<(), Refusal> {
        let whole = self.rest;
        let mut class = Class::default();
        let mut rest = &whole[1..];
        let negated = rest.starts_with('^');
        if negated {
            rest = &rest[1..];
        }
        let mut first = true; // then a closing bracket is a character
        while first || !rest.starts_with(']') {
            first = false;
            if let Some(after) = self.named(rest, &mut class)? {
                rest = after;
                continue;
            }
            let (range, after) = class_range(rest, whole)?;
            class.add(range, self.flags.any_case.then_some(&mut *self.folding));
            rest = after;
        }
        if negated {
            class.negate();
        }
        self.rest = rest;
        self.take(1, Piece::class(class))
    }
}

/// A character of a class, or a range.
fn class_range<'p>(text: &'p str, whole: &str) -> Result<((u32, u32), &'p str), Refusal> {
    let (low, rest) = class_character(text, whole)?;
    // A hyphen before the closing bracket is a character.
    let Some(after) = rest.strip_prefix('-').filter(|after| !after.is_empty() && !after.starts_with(']'))
    else {
        return Ok(((low, low), rest));
    };
    let (high, rest) = class_character(after, whole)?;
    if high < low {
        return Err(Refusal::invalid(CLASS_RANGE, &text[..text.len() - rest.len()]));
    }
    Ok(((low, high), rest))
}

fn class_character<'p>(text: &'p str, whole: &str) -> Result<(u32, &'p str), Refusal> {
    match text.chars().next() {
        None => Err(Refusal::invalid(MISSING_BRACKET, whole)),
        Some('\\') => escape::character(text),
        Some(character) => Ok((u32::from(character), &text[character.len_utf8()..])),
    }
}
