//! The parser: Go's grammar (`regexp/syntax`, with its Perl flags), without recursion.

use super::class::Class;
use super::escape;
use super::fold::Folding;
use super::piece::{Joined, Piece, Repeat};
use super::refusal::Refusal;
use super::{MAX_BYTES, MAX_GROUPS};

/// The most repetitions, counted ones within each other multiplied.
const MOST_REPEATS: u32 = 1000;

const MISSING_ARGUMENT: &str = "missing argument to repetition operator";
const INVALID_COUNT: &str = "invalid repeat count";
const NESTED_REPETITION: &str = "invalid nested repetition operator";
const PERL_SYNTAX: &str = "invalid or unsupported Perl syntax";
pub(super) const CLASS_RANGE: &str = "invalid character class range";
pub(super) const MISSING_BRACKET: &str = "missing closing ]";

/// Writes a pattern of Go's anew for the engine.
pub(super) fn translate(pattern: &str, folding: &mut Folding) -> Result<String, Refusal> {
    debug_assert!(pattern.len() <= MAX_BYTES);
    let flags = Flags::default();
    let mut translator = Translator {
        whole: pattern,
        rest: pattern,
        flags,
        folding,
        outer: Vec::new(),
        group: Group::new(flags),
    };
    translator.run()
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) any_case: bool,
    pub(super) multi_line: bool,
    pub(super) dot_takes_newline: bool,
}

/// A group that is being read.
#[derive(Debug)]
pub(super) struct Group {
    /// The flags outside, which come back at its end.
    pub(super) flags: Flags,
    pub(super) alternatives: Joined,
    pub(super) sequence: Joined,
    /// The last piece, which an operator behind it repeats.
    pub(super) last: Option<Piece>,
}

impl Group {
    fn new(flags: Flags) -> Self {
        Self { flags, alternatives: Joined::default(), sequence: Joined::default(), last: None }
    }

    fn push(&mut self, piece: Piece) -> Result<(), Refusal> {
        match self.last.replace(piece) {
            Some(before) => self.sequence.behind(before),
            None => Ok(()),
        }
    }

    fn end_alternative(&mut self) -> Result<(), Refusal> {
        if let Some(last) = self.last.take() {
            self.sequence.behind(last)?;
        }
        self.alternatives.or(std::mem::take(&mut self.sequence).finish()?)
    }

    fn finish(mut self) -> Result<Piece, Refusal> {
        self.end_alternative()?;
        self.alternatives.finish()
    }
}

pub(super) struct Translator<'p, 'f> {
    pub(super) whole: &'p str,
    pub(super) rest: &'p str,
    pub(super) flags: Flags,
    pub(super) folding: &'f mut Folding,
    /// The groups around the one that is being read.
    pub(super) outer: Vec<Group>,
    pub(super) group: Group,
}

impl<'p> Translator<'p, '_> {
    fn run(&mut self) -> Result<String, Refusal> {
        // Where the operator before began, if that was just before.
        let mut operator: Option<&'p str> = None;
        while let Some(next) = self.rest.chars().next() {
            let before = self.rest;
            operator = match next {
                '*' | '+' | '?' => {
                    self.rest = &self.rest[1..];
                    self.repeat(before, operator, Repeat::Operator(next))?
                }
                '{' => match self.counted()? {
                    Some(repeat) => self.repeat(before, operator, repeat)?,
                    None => self.single(next)?,
                },
                _ => self.single(next)?,
            };
        }
        if !self.outer.is_empty() {
            return Err(Refusal::invalid("missing closing )", self.whole));
        }
        let group = std::mem::replace(&mut self.group, Group::new(self.flags));
        Ok(group.finish()?.into_text())
    }

    /// Reads anything but an operator.
    fn single(&mut self, next: char) -> Result<Option<&'p str>, Refusal> {
        match next {
            '(' => self.open()?,
            ')' => self.close()?,
            '[' => self.class()?,
            '\\' => self.escape()?,
            '|' => {
                self.rest = &self.rest[1..];
                self.group.end_alternative()?;
            }
            '^' => self.look(if self.flags.multi_line { "(?m:^)" } else { "\\A" })?,
            '$' => self.look(if self.flags.multi_line { "(?m:$)" } else { "\\z" })?,
            '.' => {
                let excluded: &[(u32, u32)] = if self.flags.dot_takes_newline { &[] } else { &[(10, 10)] };
                let mut class = Class::of(excluded);
                class.negate();
                self.take(1, Piece::class(class))?;
            }
            character => {
                self.rest = &self.rest[character.len_utf8()..];
                self.character(u32::from(character))?;
            }
        }
        Ok(None)
    }

    fn look(&mut self, text: &'static str) -> Result<(), Refusal> {
        self.take(1, Piece::look(text))
    }

    /// Goes on behind so many bytes, which were this piece.
    pub(super) fn take(&mut self, bytes: usize, piece: Piece) -> Result<(), Refusal> {
        self.rest = &self.rest[bytes..];
        self.group.push(piece)
    }

    fn character(&mut self, character: u32) -> Result<(), Refusal> {
        let mut class = Class::default();
        class.add((character, character), self.flags.any_case.then_some(&mut *self.folding));
        self.group.push(Piece::class(class))
    }

    /// Repeats the last piece. `before` begins with the operator, `operator` with the one just before.
    fn repeat(
        &mut self,
        before: &'p str,
        operator: Option<&'p str>,
        repeat: Repeat,
    ) -> Result<Option<&'p str>, Refusal> {
        // Which of several matches is taken makes no difference here.
        self.rest = self.rest.strip_prefix('?').unwrap_or(self.rest);
        let part = |from: &'p str, rest: &str| &from[..from.len() - rest.len()];
        if let Some(operator) = operator {
            return Err(Refusal::invalid(NESTED_REPETITION, part(operator, self.rest)));
        }
        let Some(last) = self.group.last.take() else {
            return Err(Refusal::invalid(MISSING_ARGUMENT, part(before, self.rest)));
        };
        let repeated = last.repeated(repeat)?;
        let counts = match repeat {
            Repeat::Operator(_) => false,
            Repeat::Counted { least, most } => least >= 2 || most.is_some_and(|most| most >= 2),
        };
        if counts && !repeated.repeats_within(MOST_REPEATS) {
            return Err(Refusal::invalid(INVALID_COUNT, part(before, self.rest)));
        }
        self.group.last = Some(repeated);
        Ok(Some(before))
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; a brace that begins anything else is a character.
    fn counted(&mut self) -> Result<Option<Repeat>, Refusal> {
        let before = self.rest;
        let Some((least, most, rest)) = counts(before) else { return Ok(None) };
        let too_many = |count: Option<u32>| count.is_none_or(|count| count > MOST_REPEATS);
        let invalid = match most {
            None => too_many(least),
            Some(most) => too_many(least) || too_many(most) || least > most,
        };
        self.rest = rest;
        match (least, invalid) {
            (Some(least), false) => Ok(Some(Repeat::Counted { least, most: most.flatten() })),
            _ => Err(Refusal::invalid(INVALID_COUNT, &before[..before.len() - rest.len()])),
        }
    }

    /// Reads `(`, `(?P<name>`, `(?<name>`, `(?flags:` or `(?flags)`.
    fn open(&mut self) -> Result<(), Refusal> {
        let Some(after) = self.rest.strip_prefix("(?") else {
            self.rest = &self.rest[1..];
            return self.begin_group();
        };
        let named = after.strip_prefix("P<").or_else(|| after.strip_prefix('<'));
        if let Some(named) = named.filter(|_| after.len() > 2) {
            let name = named.split_once('>');
            let Some((name, rest)) = name.filter(|(name, _)| is_name(name)) else {
                let part = name.map_or(self.rest, |(_, rest)| &self.rest[..self.rest.len() - rest.len()]);
                return Err(Refusal::invalid("invalid named capture", part));
            };
            debug_assert!(!name.is_empty());
            self.rest = rest;
            return self.begin_group();
        }
        self.flags(after)
    }

    fn begin_group(&mut self) -> Result<(), Refusal> {
        if self.outer.len() == MAX_GROUPS {
            return Err(Refusal::too_deep());
        }
        self.outer.push(std::mem::replace(&mut self.group, Group::new(self.flags)));
        Ok(())
    }

    /// Reads flags from behind `(?` to the colon or the parenthesis.
    fn flags(&mut self, after: &'p str) -> Result<(), Refusal> {
        let before = self.rest;
        let mut flags = self.flags;
        let (mut on, mut seen) = (true, false);
        let mut rest = after.chars();
        while let Some(letter) = rest.next() {
            match letter {
                'i' => flags.any_case = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_takes_newline = on,
                'U' => {} // which of several matches is taken
                '-' if on => {
                    (on, seen) = (false, false);
                    continue;
                }
                ':' | ')' if on || seen => {
                    self.rest = rest.as_str();
                    if letter == ':' {
                        self.begin_group()?;
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
            seen = true;
        }
        let part = &before[..before.len() - rest.as_str().len()];
        Err(Refusal::invalid(PERL_SYNTAX, part))
    }

    fn close(&mut self) -> Result<(), Refusal> {
        let Some(outer) = self.outer.pop() else {
            return Err(Refusal::invalid("unexpected )", self.whole));
        };
        let group = std::mem::replace(&mut self.group, outer);
        self.flags = group.flags;
        self.take(1, group.finish()?)
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        match self.rest[1..].chars().next() {
            Some('A') => self.take(2, Piece::look("\\A")),
            Some('z') => self.take(2, Piece::look("\\z")),
            Some('b') => self.take(2, Piece::look("\\b")),
            Some('B') => self.take(2, Piece::look("\\B")),
            Some('Q') => self.quoted(),
            Some('p' | 'P' | 'd' | 'D' | 's' | 'S' | 'w' | 'W') => {
                let mut class = Class::default();
                self.rest = self.named(self.rest, &mut class)?.unwrap_or("");
                self.group.push(Piece::class(class))
            }
            _ => {
                let (character, rest) = escape::character(self.rest)?;
                self.rest = rest;
                self.character(character)
            }
        }
    }

    /// Reads `\Q`, and characters that stand for themselves, up to `\E` or the end.
    fn quoted(&mut self) -> Result<(), Refusal> {
        let after = &self.rest[2..];
        let (literal, rest) = after.split_once("\\E").unwrap_or((after, ""));
        self.rest = rest;
        literal.chars().try_for_each(|character| self.character(u32::from(character)))
    }
}

/// A name of a group.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A count: `None` for one that is too large for any purpose.
type Count = Option<u32>;

/// What stands between braces that open `text`, as counts: the least, and the most where there is a comma and a number, or
/// the same number without a comma; and what follows.
fn counts(text: &str) -> Option<(Count, Option<Count>, &str)> {
    let (least, rest) = count(text.strip_prefix('{')?)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((least, Some(least), rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((least, None, rest));
    }
    let (most, rest) = count(rest)?;
    Some((least, Some(most), rest.strip_prefix('}')?))
}

/// A decimal number without leading zeroes.
fn count(text: &str) -> Option<(Count, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || (digits > 1 && text.starts_with('0')) {
        return None;
    }
    Some((text[..digits].parse().ok(), &text[digits..]))
}
