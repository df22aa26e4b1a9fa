//! Random patterns, most of them valid, and texts that may match them.

/// Characters that have a meaning in patterns, fold, or are edges of a class.
const CHARACTERS: [&str; 40] = [
    "a",
    "b",
    "A",
    "B",
    "k",
    "K",
    "\u{212a}",
    "s",
    "S",
    "\u{17f}",
    "é",
    "É",
    "ß",
    "ẞ",
    "σ",
    "ς",
    "Σ",
    "i",
    "I",
    "ı",
    "İ",
    "0",
    "7",
    "9",
    "_",
    "-",
    " ",
    "\n",
    "\t",
    "\u{b}",
    "\u{7f}",
    "\u{85}",
    "日",
    "\u{10400}",
    "\u{10428}",
    "/",
    "#",
    "&",
    "~",
    ",",
];
const PARTS: [&str; 66] = [
    ".",
    "^",
    "$",
    "\\A",
    "\\z",
    "\\b",
    "\\B",
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "\\w",
    "\\W",
    "\\Qa.b*\\E",
    "\\Q",
    "\\E",
    "\\n",
    "\\x41",
    "\\x{e9}",
    "\\x{1F}",
    "\\x{212A}",
    "\\07",
    "\\123",
    "\\0",
    "\\8",
    "\\pL",
    "\\p{Any}",
    "\\P{Any}",
    "\\p{Greek}",
    "\\-",
    "\\_",
    "\\<",
    "\\>",
    "\\.",
    "\\[",
    "\\]",
    "\\{",
    "\\}",
    "\\(",
    "\\)",
    "\\|",
    "\\a",
    "\\f",
    "\\v",
    "\\t",
    "\\r",
    "\\e",
    "\\C",
    "\\é",
    "\\",
    "{",
    "}",
    "]",
    "a{,2}",
    "a{x}",
    "x{2",
    "{1}",
    "\\z$",
    "^^",
    "[[:alpha:]]",
    "[[:^space:]]",
    "[:alpha:]",
    "[[:word:]_]",
    "[[:foo:]]",
    "[[.a.]]",
    "[^\\x00-\\x{10FFFF}]",
];
const OPERATORS: [&str; 27] = [
    "*",
    "+",
    "?",
    "*?",
    "+?",
    "??",
    "{0}",
    "{1}",
    "{2}",
    "{0,}",
    "{1,}",
    "{2,}",
    "{0,0}",
    "{0,1}",
    "{1,3}",
    "{2,1}",
    "{,3}",
    "{01}",
    "{30}",
    "{1000}",
    "{1001}",
    "{99999999999}",
    "**",
    "*+",
    "{2}{2}",
    "{3}?",
    "{2,3}?",
];
const OPENINGS: [&str; 27] = [
    "(", "(", "(", "(?:", "(?:", "(?i:", "(?i)", "(?-i)", "(?s)", "(?m)", "(?m:", "(?s:", "(?U)", "(?im-s:",
    "(?P<n>", "(?P<n", "(?P<1>", "(?P=n)", "(?P<é>", "(?=", "(?!", "(?x)", "(?", "(?i-)", "(?ii)", "(?)",
    "(?-)",
];
const CLASS_PARTS: [&str; 36] = [
    "a",
    "z",
    "A",
    "K",
    "k",
    "é",
    "É",
    "s",
    "-",
    "-",
    "^",
    "[",
    "]",
    "a-z",
    "A-Z",
    "0-9",
    "a-",
    "-a",
    "é-ü",
    "\\d",
    "\\W",
    "\\s",
    "\\S",
    "\\-",
    "\\]",
    "\\n",
    "\\x41-\\x5a",
    "[:alpha:]",
    "[:^digit:]",
    "[:punct:]",
    "&&",
    "--",
    "~~",
    "\\b",
    "z-a",
    "\\pN",
];

/// A generator of random numbers (xorshift64*), so that a seed determines everything.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % most
    }

    fn one<'s>(&mut self, of: &[&'s str]) -> &'s str {
        of[self.below(of.len())]
    }

    pub fn pattern(&mut self) -> String {
        let mut pattern = String::new();
        self.sequence(&mut pattern, 4);
        if self.below(12) == 0 {
            self.damage(&mut pattern);
        }
        pattern
    }

    fn sequence(&mut self, pattern: &mut String, depth: usize) {
        for _ in 0..1 + self.below(4) {
            match self.below(if depth == 0 { 12 } else { 16 }) {
                0..=5 => pattern.push_str(self.one(&CHARACTERS)),
                6..=8 => pattern.push_str(self.one(&PARTS)),
                9 | 10 => self.class(pattern),
                11 => pattern.push('|'),
                _ => {
                    let opening = self.one(&OPENINGS);
                    pattern.push_str(opening);
                    if !opening.ends_with(')') {
                        self.sequence(pattern, depth - 1);
                        pattern.push(')');
                    }
                }
            }
            if self.below(3) == 0 {
                let operators = if self.below(8) == 0 { OPERATORS.len() } else { 15 };
                pattern.push_str(self.one(&OPERATORS[..operators]));
            }
        }
    }

    fn class(&mut self, pattern: &mut String) {
        pattern.push('[');
        if self.below(3) == 0 {
            pattern.push('^');
        }
        for _ in 0..1 + self.below(4) {
            // With one of the last three parts, the whole pattern is refused, so these are rare.
            let parts = if self.below(10) == 0 { CLASS_PARTS.len() } else { CLASS_PARTS.len() - 3 };
            pattern.push_str(self.one(&CLASS_PARTS[..parts]));
        }
        pattern.push(']');
    }

    /// Removes, doubles or inserts a character.
    fn damage(&mut self, pattern: &mut String) {
        let mut characters: Vec<char> = pattern.chars().collect();
        let at = self.below(characters.len().max(1));
        match self.below(3) {
            0 if !characters.is_empty() => drop(characters.remove(at)),
            1 if !characters.is_empty() => characters.insert(at, characters[at]),
            _ => characters.insert(at, b"()[]{}*+?|\\^$-:"[self.below(15)] as char),
        }
        *pattern = characters.into_iter().collect();
    }

    /// A text with characters of the pattern and others.
    pub fn text(&mut self, pattern: &str) -> String {
        let own: Vec<char> = pattern.chars().collect();
        let mut text = String::new();
        for _ in 0..self.below(6) {
            match self.below(3) {
                0 if !own.is_empty() => text.push(own[self.below(own.len())]),
                _ => text.push_str(self.one(&CHARACTERS)),
            }
        }
        text
    }
}

/// Whether a character may have another case. True for some characters that have none.
pub fn may_have_case(character: char) -> bool {
    character.is_ascii()
        || !character.to_lowercase().eq([character])
        || !character.to_uppercase().eq([character])
}
