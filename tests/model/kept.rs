//! The parts of a stream that must be kept: the first and the last.

/// The kept parts, as the report shows them.
pub struct Kept {
    pub text: Vec<u8>,
    pub total: usize,
    /// How many bytes are kept.
    pub bytes: usize,
    pub truncated: bool,
    /// The part with the last lines: the last part, or all of it if nothing is left out.
    last: Vec<u8>,
}

impl Kept {
    /// The kept parts of a stream, with at most `limit` bytes.
    pub fn of(all: &[u8], limit: usize) -> Self {
        let total = all.len();
        if total <= limit {
            return Self { text: all.to_vec(), total, bytes: total, truncated: false, last: all.to_vec() };
        }
        let last = all[total - limit / 2..].to_vec();
        let mut text = all[..limit - last.len()].to_vec();
        if text.last().is_some_and(|byte| *byte != b'\n') {
            text.push(b'\n');
        }
        text.extend_from_slice(format!("[... {} bytes left out ...]\n", total - limit).as_bytes());
        text.extend_from_slice(&last);
        Self { text, total, bytes: limit, truncated: true, last }
    }

    /// The last lines that are not blank: four at most, with 512 bytes together.
    pub fn last_lines(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.last);
        let visible = |line: &str| line.contains(|c: char| !c.is_control() && !c.is_whitespace());
        let all: Vec<&str> = text.split('\n').collect();
        let (mut left, mut found) = (512, Vec::new());
        for (place, line) in all.iter().enumerate().rev().filter(|(_, line)| visible(line)) {
            // The first is a piece of a line, where something before it is left out.
            let piece = self.truncated && place == 0 && !found.is_empty();
            if found.len() < 4 && left > 0 && !piece {
                found.insert(0, shown(&quoted(line.trim(), left)));
                left -= left.min(line.trim().len());
            }
        }
        found
    }
}

/// As much of a line as fits: whole characters.
fn quoted(line: &str, most: usize) -> String {
    let fits = line
        .char_indices()
        .map(|(at, character)| at + character.len_utf8())
        .take_while(|end| *end <= most)
        .last();
    match fits {
        Some(end) if end == line.len() => line.to_owned(),
        fits => format!("{}...", &line[..fits.unwrap_or(0)]),
    }
}

/// A line as messages show it: characters that a terminal would interpret are escaped.
fn shown(line: &str) -> String {
    let escaped = |c: char| if c.is_control() { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    line.chars().map(escaped).collect()
}
