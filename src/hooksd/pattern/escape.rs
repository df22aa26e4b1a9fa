//! Escapes that stand for one character.

use super::refusal::Refusal;

const INVALID_ESCAPE: &str = "invalid escape sequence";

/// The character that the escape at the beginning of `text` stands for, and what follows it. `text` begins with a backslash.
pub(super) fn character(text: &str) -> Result<(u32, &str), Refusal> {
    let mut rest = text[1..].chars();
    let Some(letter) = rest.next() else {
        return Err(Refusal::invalid("trailing backslash at end of expression", ""));
    };
    let after = rest.as_str();
    let invalid = || Refusal::invalid(INVALID_ESCAPE, &text[..text.len() - after.len()]);
    let plain = |character: char| Ok((u32::from(character), after));
    match letter {
        '1'..='7' if !after.starts_with(|next| matches!(next, '0'..='7')) => Err(invalid()), // a backreference
        '0'..='7' => Ok(octal(&text[1..])),
        'x' => {
            let (character, after) = hexadecimal(after).ok_or_else(invalid)?;
            if char::from_u32(character).is_none() {
                let part = &text[..text.len() - after.len()];
                return Err(Refusal::unsupported("has a surrogate, which no text has", part));
            }
            Ok((character, after))
        }
        'a' => plain('\u{7}'),
        'f' => plain('\u{c}'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'v' => plain('\u{b}'),
        letter if letter.is_ascii() && !letter.is_ascii_alphanumeric() => plain(letter),
        _ => Err(invalid()),
    }
}

/// One to three octal digits.
fn octal(text: &str) -> (u32, &str) {
    let digits = text.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let value = text[..digits].bytes().fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
    (value, &text[digits..])
}

/// Two hexadecimal digits, or any number of them in braces.
fn hexadecimal(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = match text.strip_prefix('{') {
        Some(text) => text.split_once('}')?,
        None => text.split_at_checked(2)?,
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0;
    for digit in digits.chars() {
        value = value * 16 + digit.to_digit(16)?;
        if value > u32::from(char::MAX) {
            return None;
        }
    }
    Some((value, rest))
}
