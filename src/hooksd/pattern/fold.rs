//! Which characters are the same without case: Unicode's simple case folding, as Go has it.

/// The characters that are one without case; made when a pattern first needs more than ASCII.
///
/// The standard library maps characters to lower and upper case, but has no folding. The orbits are built from both mappings
/// where these give one character. That takes some milliseconds, so it is done once for all patterns of a reading.
#[derive(Debug, Default)]
pub struct Folding {
    orbits: Option<Orbits>,
}

/// The first and the last character that has case, as Go's parser has them; a test compares.
const FIRST: u32 = 0x41;
const LAST: u32 = 0x1e943;

impl Folding {
    /// Adds the range and everything that is the same without case.
    pub(super) fn add(&mut self, (low, high): (u32, u32), class: &mut Vec<(u32, u32)>) {
        class.push((low, high));
        if high < FIRST || low > LAST || (low <= FIRST && high >= LAST) {
            return;
        }
        if high < 0x80 {
            (low..=high).for_each(|character| add_ascii(character, class));
            return;
        }
        let orbits = self.orbits.get_or_insert_with(Orbits::new);
        orbits.add(low, high, class);
    }
}

/// An ASCII letter's other case, and the two letters beyond ASCII that fold to one: the long s and the Kelvin sign.
fn add_ascii(character: u32, class: &mut Vec<(u32, u32)>) {
    let Some(letter) = char::from_u32(character).filter(char::is_ascii_alphabetic) else { return };
    let other = u32::from(letter) ^ 0x20;
    class.push((other, other));
    match letter.to_ascii_lowercase() {
        's' => class.push((0x17f, 0x17f)),
        'k' => class.push((0x212a, 0x212a)),
        _ => {}
    }
}

#[derive(Debug)]
struct Orbits {
    /// A character with case, and the smallest of its orbit; in order of the characters.
    by_character: Vec<(u32, u32)>,
    /// The same pairs the other way round, in order of the smallest.
    by_smallest: Vec<(u32, u32)>,
}

impl Orbits {
    fn new() -> Self {
        let mut edges = Vec::new();
        for character in (FIRST..=LAST).filter_map(char::from_u32).filter(|character| has_case(*character)) {
            let mapped = [single(character.to_lowercase()), single(character.to_uppercase())];
            edges.extend(mapped.into_iter().flatten().map(|other| (u32::from(character), u32::from(other))));
        }
        let mut by_character: Vec<(u32, u32)> =
            edges.iter().flat_map(|(one, other)| [*one, *other]).map(|each| (each, each)).collect();
        by_character.sort_unstable();
        by_character.dedup();
        join(&mut by_character, &edges);
        let mut by_smallest: Vec<_> =
            by_character.iter().map(|(character, smallest)| (*smallest, *character)).collect();
        by_smallest.sort_unstable();
        Self { by_character, by_smallest }
    }

    fn add(&self, low: u32, high: u32, class: &mut Vec<(u32, u32)>) {
        let start = self.by_character.partition_point(|(character, _)| *character < low);
        let within = self.by_character[start..].iter().take_while(|(character, _)| *character <= high);
        for (_, smallest) in within {
            let start = self.by_smallest.partition_point(|(other, _)| other < smallest);
            let orbit = self.by_smallest[start..].iter().take_while(|(other, _)| other == smallest);
            class.extend(orbit.map(|(_, member)| (*member, *member)));
        }
    }
}

/// Gives every character the smallest that it is joined with. Orbits have four members at most, so a few rounds do.
fn join(by_character: &mut [(u32, u32)], edges: &[(u32, u32)]) {
    let place =
        |list: &[(u32, u32)], wanted: u32| list.binary_search_by_key(&wanted, |(character, _)| *character);
    loop {
        let mut changed = false;
        for (one, other) in edges {
            let (Ok(one), Ok(other)) = (place(by_character, *one), place(by_character, *other)) else {
                continue;
            };
            let smallest = by_character[one].1.min(by_character[other].1);
            for at in [one, other] {
                changed |= by_character[at].1 != smallest;
                by_character[at].1 = smallest;
            }
        }
        if !changed {
            return;
        }
    }
}

/// The dotless i has an upper case, and folds to nothing.
fn has_case(character: char) -> bool {
    character != '\u{131}'
}

/// The one character that another maps to.
fn single(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}
