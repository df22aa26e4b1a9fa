//! What is JSON is what serde_json says is JSON: in hooks and in states, whatever else is wrong with them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::{Error, State, json};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};

/// How deep the library lets arrays and objects nest.
const MAX_DEPTH: usize = 512;

fuzz_target!(|text: &[u8]| {
    let refused_as_text = matches!(json::parse_config(text), Err(Error::InvalidJson { .. }));
    if reads::<Value>(text) {
        assert!(!refused_as_text || brackets(text) > MAX_DEPTH, "JSON was refused");
    }
    // The grammar alone: numbers of any size, escapes that are no characters. Either may be taken or refused.
    if !reads::<&RawValue>(text) {
        assert!(refused_as_text, "what is no JSON was read");
        assert!(State::parse(text).is_err(), "what is no JSON is a state");
    }
});

fn reads<'a, T: Deserialize<'a>>(text: &'a [u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    if brackets(text.as_bytes()) > MAX_DEPTH {
        return true; // a Value of any depth could not be dropped again
    }
    let mut reader = Deserializer::from_str(text);
    reader.disable_recursion_limit();
    T::deserialize(&mut reader).is_ok() && reader.end().is_ok()
}

/// At least as many as it is deep: those in strings count too.
fn brackets(text: &[u8]) -> usize {
    text.iter().filter(|byte| matches!(byte, b'[' | b'{')).count()
}
