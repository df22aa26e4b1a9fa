//! Foreign text in messages: the one place that defines which characters a message must not contain.
//!
//! Paths, phases, keys, values, a callback's text and a hook's last lines come from documents and programs. A
//! message goes to a terminal or a log, which interpret some characters. So these characters are written as
//! JSON escapes them. Errors and warnings escape when they are displayed; their parts, and the report's own
//! values, stay exact.

use std::fmt::{self, Display, Write};

/// Displays a text without the characters that a terminal, a log or a reader's eye would interpret. Each is
/// written like `\u001b`.
///
/// A backslash stays as it is. So escaped text can be displayed again without a change.
pub(crate) struct Printable<T>(pub T);

impl<T: Display> Display for Printable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

/// Puts a text in double quotes, and escapes its own quotes and backslashes, as JSON does. The caller
/// displays the result with [`Printable`].
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

struct Escaping<'f, 'b>(&'f mut fmt::Formatter<'b>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(is_obeyed) {
            match part.char_indices().next_back() {
                Some((place, last)) if is_obeyed(last) => {
                    write!(self.0, "{}\\u{:04x}", &part[..place], u32::from(last))?;
                }
                _ => self.0.write_str(part)?,
            }
        }
        Ok(())
    }
}

/// Control characters (C0, DEL, C1), line separators, and the characters that change the direction of the
/// text around them (the explicit formatting characters of Unicode's annex 9).
fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, HookError};
    use crate::hook::CallbackFailure;
    use crate::outcome::Outcome;
    use crate::violation::{Position, Violation, Violations};

    #[test]
    fn what_is_obeyed_is_escaped_and_nothing_else() {
        let text =
            "a\0\n\u{1b}[0m\u{7f}\u{9f}\u{a0}\u{2028}\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}ä\\n\u{10ffff}";
        let shown = Printable(text).to_string();
        assert_eq!(
            shown,
            "a\\u0000\\u000a\\u001b[0m\\u007f\\u009f\u{a0}\\u2028\\u202a\\u202e\\u2066\\u2069\u{200e}ä\\n\u{10ffff}"
        );
        assert_eq!(Printable(&shown).to_string(), shown);
    }

    /// Every variant with foreign text escapes it.
    #[test]
    fn every_error_is_one_line() {
        let text = || "a\n\u{1b}".to_owned();
        let violation = || Violations::from(Violation::new(text(), "b\n", "must not be"));
        let outcome = Outcome::Callback(Err(CallbackFailure { code: 7, message: text() }));
        let hook = HookError {
            phase: text(),
            index: 0,
            path: Some(text().into()),
            outcome,
            hint: Some(text()),
            last_lines: vec![text(), text()],
        };
        for error in [
            Error::InvalidArgument(text()),
            Error::InvalidJson { position: Position { line: 1, column: 1 }, message: text() },
            Error::InvalidHooks(violation()),
            Error::InvalidState(violation()),
            Error::StateNotJson { position: Position { line: 1, column: 1 }, message: text() },
            Error::UnknownPhase(text()),
            Error::Hook(Box::new(hook)),
            Error::Internal(text()),
        ] {
            let shown = error.to_string();
            assert!(shown.contains("a\\u000a\\u001b") && !shown.contains(char::is_control), "{shown:?}");
        }
    }

    #[test]
    fn quoted_text_is_the_string_that_json_has() {
        let text = "a\"b\\c\u{1b}\u{85}\u{202e}ä'";
        let shown = Printable(quoted(text)).to_string();
        assert_eq!(shown, "\"a\\\"b\\\\c\\u001b\\u0085\\u202eä'\"");
        assert_eq!(serde_json::from_str::<String>(&shown).expect("JSON"), text);
    }
}
