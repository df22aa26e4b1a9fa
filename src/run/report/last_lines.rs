//! The last lines of a hook's output, as errors quote them: a hook's last line is often a hint, and the cause stands before it.

use std::borrow::Cow;

use super::Captured;
use crate::limits::{QUOTED_LINES, QUOTED_OUTPUT};

/// Those of standard error; where that has none, those of standard output.
pub(super) fn of(stderr: &Captured, stdout: &Captured) -> Vec<String> {
    let lines = of_stream(stderr);
    if lines.is_empty() { of_stream(stdout) } else { lines }
}

/// The last [`QUOTED_LINES`] lines that are not blank, without the white space around them, in [`QUOTED_OUTPUT`] bytes. The
/// last line takes its bytes first; a line that does not fit is cut.
fn of_stream(kept: &Captured) -> Vec<String> {
    // The first part does not hold the last line where something between the parts was left out.
    let bytes = if kept.truncated() { Cow::Borrowed(kept.tail.as_slice()) } else { kept.bytes() };
    let text = String::from_utf8_lossy(&bytes);
    let begins_within_a_line = kept.truncated();
    let mut left = QUOTED_OUTPUT;
    let mut lines = Vec::new();
    let mut behind = text.lines().enumerate().filter(|(_, line)| !is_blank(line)).collect::<Vec<_>>();
    while let Some((place, line)) = behind.pop() {
        let is_part = begins_within_a_line && place == 0 && !lines.is_empty();
        if lines.len() == QUOTED_LINES || left == 0 || is_part {
            break;
        }
        let line = line.trim();
        lines.push(shortened(line, left));
        left = left.saturating_sub(line.len());
    }
    lines.reverse();
    lines
}

fn is_blank(line: &str) -> bool {
    line.chars().all(|character| character.is_whitespace() || character.is_control())
}

/// A line of at most so many bytes, cut between characters, with a mark where it was longer.
fn shortened(line: &str, most: usize) -> String {
    if line.len() <= most {
        return line.to_owned();
    }
    let mut end = most;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}...", &line[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(head: &str, tail: &str, left_out: usize) -> Captured {
        let total = (head.len() + tail.len() + left_out) as u64;
        Captured { head: head.into(), tail: tail.into(), total }
    }

    /// The two parts of a stream meet anywhere, also within its last line.
    #[test]
    fn lines_are_whole_where_nothing_was_left_out() {
        for (head, tail, left_out, lines) in [
            ("a\nno such br", "idge\n", 0, &["a", "no such bridge"][..]),
            ("no such bridge", "\n", 0, &["no such bridge"]),
            ("1\n2\n\n3\n4\n5\n", "", 0, &["2", "3", "4", "5"]),
            ("a\nno such", "ge\n", 5, &["ge"]),
            ("a\nno such", "ge\nb\n", 5, &["b"]),
            ("the first\n", "", 5, &[]),
            ("", "", 0, &[]),
        ] {
            assert_eq!(of_stream(&captured(head, tail, left_out)), lines, "{head:?} {tail:?} {left_out}");
        }
    }

    #[test]
    fn the_last_line_takes_its_bytes_first() {
        let long = "é".repeat(QUOTED_OUTPUT);
        let whole = format!("{}...", "é".repeat(QUOTED_OUTPUT / 2));
        assert_eq!(of_stream(&captured(&format!("a\n{long}\n"), "", 0)), [whole]);
        let begun = format!("{}...", "é".repeat(QUOTED_OUTPUT / 2 - 2));
        assert_eq!(of_stream(&captured(&format!("{long}\nabcd\n"), "", 0)), [begun.as_str(), "abcd"]);
    }

    #[test]
    fn standard_output_stands_in_for_a_blank_standard_error() {
        assert_eq!(of(&captured("why\n", "", 0), &captured("out\n", "", 0)), ["why"]);
        assert_eq!(of(&captured(" \n\r\n", "", 0), &captured("out\n", "", 0)), ["out"]);
    }
}
