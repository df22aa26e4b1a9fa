//! What a pattern is written anew from: parts that mean the same wherever they stand.

use super::class::Class;
use super::refusal::Refusal;
use super::{MAX_COMPILED, MAX_DEPTH};

/// A part of the new pattern.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    text: String,
    form: Form,
    /// How deep repetitions, sequences and alternatives nest in it.
    depth: usize,
    /// The least count that Go's check of nested repetitions needs for it; 0 without a counted repetition.
    repeats: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// It can be repeated as it is.
    Atom,
    /// It can stand in a sequence as it is.
    Sequence,
    /// It can stand among alternatives as it is.
    Branches,
}

/// How often something is repeated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Repeat {
    /// `*`, `+` or `?`.
    Operator(char),
    /// `{least,most}`; without a most, any number.
    Counted { least: u32, most: Option<u32> },
}

impl Piece {
    fn atom(text: impl Into<String>) -> Self {
        Self { text: text.into(), form: Form::Atom, depth: 0, repeats: 0 }
    }

    /// Nothing at all, which matches everywhere.
    pub fn empty() -> Self {
        Self::atom("(?:)")
    }

    /// A look at the place, by one of the engine's names.
    pub fn look(text: &'static str) -> Self {
        Self::atom(text)
    }

    /// One character.
    pub fn character(character: char) -> Self {
        let mut text = String::new();
        push_character(&mut text, character);
        Self::atom(text)
    }

    /// One character of a class.
    pub fn class(class: Class) -> Self {
        let ranges = class.characters();
        match ranges.as_slice() {
            [] => return Self::atom("[^\\x{0}-\\x{10FFFF}]"), // never
            [(low, high)] if low == high => return Self::character(*low),
            _ => {}
        }
        let mut text = String::from("[");
        for (low, high) in ranges {
            push_character(&mut text, low);
            if low != high {
                text.push('-');
                push_character(&mut text, high);
            }
        }
        text.push(']');
        Self::atom(text)
    }

    /// The piece, repeated.
    pub fn repeated(mut self, repeat: Repeat) -> Result<Self, Refusal> {
        if self.form != Form::Atom {
            self.group();
        }
        match repeat {
            Repeat::Operator(operator) => self.text.push(operator),
            Repeat::Counted { least, most } => {
                self.text.push_str(&match most {
                    Some(most) => format!("{{{least},{most}}}"),
                    None => format!("{{{least},}}"),
                });
                self.repeats = match most {
                    Some(0) => 0,
                    most => {
                        let times = most.unwrap_or(least);
                        self.repeats.saturating_mul(times.max(1)).max(times)
                    }
                };
            }
        }
        self.form = Form::Sequence;
        self.deeper()
    }

    /// Whether Go takes so many repetitions in each other.
    pub fn repeats_within(&self, most: u32) -> bool {
        self.repeats <= most
    }

    /// The new pattern.
    pub fn into_text(self) -> String {
        self.text
    }

    fn group(&mut self) {
        self.text.insert_str(0, "(?:");
        self.text.push(')');
        self.form = Form::Atom;
    }

    fn deeper(mut self) -> Result<Self, Refusal> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Refusal::too_deep()) } else { Ok(self) }
    }
}

/// Pieces that are joined: one behind the other, or as alternatives.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pieces: usize,
    whole: Option<Piece>,
}

impl Joined {
    /// Puts a piece behind those there are.
    pub fn behind(&mut self, piece: Piece) -> Result<(), Refusal> {
        self.join(piece, "", Form::Sequence)
    }

    /// Adds an alternative.
    pub fn or(&mut self, piece: Piece) -> Result<(), Refusal> {
        self.join(piece, "|", Form::Branches)
    }

    /// The pieces as one; the empty text where there is none.
    pub fn finish(self) -> Result<Piece, Refusal> {
        match self.whole {
            None => Ok(Piece::empty()),
            Some(whole) if self.pieces > 1 => whole.deeper(),
            Some(whole) => Ok(whole),
        }
    }

    fn join(&mut self, mut piece: Piece, separator: &str, form: Form) -> Result<(), Refusal> {
        self.pieces += 1;
        let Some(whole) = &mut self.whole else {
            self.whole = Some(piece);
            return Ok(());
        };
        for each in [&mut *whole, &mut piece] {
            if each.form > form {
                each.group();
            }
        }
        whole.text.push_str(separator);
        whole.text.push_str(&piece.text);
        whole.form = form;
        whole.depth = whole.depth.max(piece.depth);
        whole.repeats = whole.repeats.max(piece.repeats);
        // Each character of the text is a state at least, or a part of one.
        if whole.text.len() > MAX_COMPILED { Err(Refusal::too_large()) } else { Ok(()) }
    }
}

fn push_character(text: &mut String, character: char) {
    if character.is_ascii_alphanumeric() {
        text.push(character);
    } else {
        text.push_str(&format!("\\x{{{:X}}}", u32::from(character)));
    }
}
