//! Character classes: sets of characters as ranges, and the named ones of RE2.

use super::fold::Folding;

/// The last character there is.
pub(super) const MAX: u32 = char::MAX as u32;

/// A set of characters, as ranges in any order.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    ranges: Vec<(u32, u32)>,
}

impl Class {
    pub fn of(ranges: &[(u32, u32)]) -> Self {
        Self { ranges: ranges.to_vec() }
    }

    /// Adds a range; and what is the same without case, where a folding is given.
    pub fn add(&mut self, range: (u32, u32), folding: Option<&mut Folding>) {
        match folding {
            Some(folding) => folding.add(range, &mut self.ranges),
            None => self.ranges.push(range),
        }
        // A class may name a range again and again.
        if self.ranges.len() > 8192 {
            self.clean();
        }
    }

    /// Adds a named class, or all that is not in it.
    pub fn add_named(&mut self, named: &Named, folding: Option<&mut Folding>) {
        let mut class = Self::default();
        match folding {
            Some(folding) => named.ranges.iter().for_each(|range| class.add(*range, Some(folding))),
            None => class.ranges.extend_from_slice(named.ranges),
        }
        if named.negated {
            class.negate();
        }
        self.ranges.append(&mut class.ranges);
    }

    /// Makes it the set of all other characters.
    pub fn negate(&mut self) {
        self.clean();
        let mut next = 0;
        let mut others = Vec::with_capacity(self.ranges.len() + 1);
        for (low, high) in &self.ranges {
            if next < *low {
                others.push((next, low - 1));
            }
            next = high + 1;
        }
        if next <= MAX {
            others.push((next, MAX));
        }
        self.ranges = others;
    }

    /// Puts the ranges in order, joined where they touch.
    fn clean(&mut self) {
        self.ranges.sort_unstable();
        let mut kept: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for (low, high) in self.ranges.drain(..) {
            match kept.last_mut() {
                Some(last) if low <= last.1 + 1 => last.1 = last.1.max(high),
                _ => kept.push((low, high)),
            }
        }
        self.ranges = kept;
    }

    /// The ranges in order, without surrogates, which no text has.
    pub fn characters(mut self) -> Vec<(char, char)> {
        self.clean();
        let low = |at: u32| char::from_u32(at).unwrap_or('\u{e000}');
        let high = |at: u32| char::from_u32(at).unwrap_or('\u{d7ff}');
        let ranges = self.ranges.into_iter().map(|(from, to)| (low(from), high(to)));
        ranges.filter(|(from, to)| from <= to).collect()
    }
}

/// A class that has a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    ranges: &'static [(u32, u32)],
    negated: bool,
}

const fn range(low: char, high: char) -> (u32, u32) {
    (low as u32, high as u32)
}

const DIGIT: &[(u32, u32)] = &[range('0', '9')];
const PERL_SPACE: &[(u32, u32)] = &[range('\t', '\n'), range('\u{c}', '\r'), range(' ', ' ')];
const WORD: &[(u32, u32)] = &[range('0', '9'), range('A', 'Z'), range('_', '_'), range('a', 'z')];
const ASCII: &[(u32, u32)] = &[(0, 0x7f)];

/// `\d`, `\s`, `\w` and their opposites.
pub(super) fn perl(letter: char) -> Option<Named> {
    let ranges = match letter.to_ascii_lowercase() {
        'd' => DIGIT,
        's' => PERL_SPACE,
        'w' => WORD,
        _ => return None,
    };
    Some(Named { ranges, negated: letter.is_ascii_uppercase() })
}

/// The Unicode classes that need no table: all characters, and those of ASCII.
pub(super) fn unicode(name: &str) -> Option<Named> {
    let ranges: &[(u32, u32)] = match name {
        "Any" => &[(0, MAX)],
        "ASCII" => ASCII,
        _ => return None,
    };
    Some(Named { ranges, negated: false })
}

impl Named {
    /// The same, negated where asked for.
    pub fn negated(self, negated: bool) -> Self {
        Self { negated: self.negated != negated, ..self }
    }
}

/// What stands between `[:` and `:]`.
pub(super) fn posix(name: &str) -> Option<Named> {
    let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
    let ranges: &[(u32, u32)] = match name {
        "alnum" => const { &[range('0', '9'), range('A', 'Z'), range('a', 'z')] },
        "alpha" => const { &[range('A', 'Z'), range('a', 'z')] },
        "ascii" => ASCII,
        "blank" => const { &[range('\t', '\t'), range(' ', ' ')] },
        "cntrl" => &[(0, 0x1f), (0x7f, 0x7f)],
        "digit" => DIGIT,
        "graph" => const { &[range('!', '~')] },
        "lower" => const { &[range('a', 'z')] },
        "print" => const { &[range(' ', '~')] },
        "punct" => const { &[range('!', '/'), range(':', '@'), range('[', '`'), range('{', '~')] },
        "space" => const { &[range('\t', '\r'), range(' ', ' ')] },
        "upper" => const { &[range('A', 'Z')] },
        "word" => WORD,
        "xdigit" => const { &[range('0', '9'), range('A', 'F'), range('a', 'f')] },
        _ => return None,
    };
    Some(Named { ranges, negated })
}
