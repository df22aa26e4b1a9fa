//! A value to the letter, without the white space between its parts: numbers, escapes and order stay.

use serde_json::value::RawValue;

use super::node::Node;

/// Copies a value, compact.
pub(crate) fn compact(value: Node<'_>) -> Box<RawValue> {
    let text = value.text();
    let mut kept = String::with_capacity(text.len());
    let mut in_string = false;
    let mut escaped = false;
    for character in text.chars() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if character == '"' {
            in_string = true;
        } else if character.is_ascii_whitespace() {
            continue;
        }
        kept.push(character);
    }
    // Taking white space from between the parts of JSON leaves JSON; null is never reached.
    RawValue::from_string(kept).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_outside_of_strings_goes() {
        let text =
            "{ \"a b\\\" c\" : [ 1 , 9007199254740993,\n 1.50e+400 ] , \"x\\\\\" : \"\\ud83d\\ude00 \" }";
        let raw: &RawValue = serde_json::from_str(text).expect("JSON");
        let kept = compact(Node::new(raw));
        assert_eq!(
            kept.get(),
            "{\"a b\\\" c\":[1,9007199254740993,1.50e+400],\"x\\\\\":\"\\ud83d\\ude00 \"}"
        );
    }
}
