//! The readers of hooks, configs and states agree with serde_json on what is JSON, whatever other violations a text
//! has.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::{Error, State, json};
use ocihooks_fuzz::model::{MAX_DEPTH, brackets, read};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

fuzz_target!(|text: &[u8]| {
    let refused = [
        matches!(json::parse(text), Err(Error::InvalidJson { .. })),
        matches!(json::parse_config(text), Err(Error::InvalidJson { .. })),
        matches!(json::parse_libcontainer(text), Err(Error::InvalidJson { .. })),
        matches!(State::parse(text), Err(Error::StateNotJson { .. })),
    ];
    if reads::<Value>(text) {
        assert!(brackets(text) > MAX_DEPTH || !refused.contains(&true), "JSON was refused: {refused:?}");
    }
    // Numbers of any size and escapes of half characters match the grammar. Readers may accept or refuse them.
    if !reads::<&RawValue>(text) {
        assert!(!refused.contains(&false), "invalid JSON was read: {refused:?}");
    }
    if brackets(text) <= MAX_DEPTH {
        assert!(!reads::<Value>(text) || reads::<&RawValue>(text), "a Value is JSON");
    }
});

fn reads<'a, T: Deserialize<'a>>(text: &'a [u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    // Dropping a Value of unlimited depth would overflow the stack.
    brackets(text.as_bytes()) > MAX_DEPTH || read::<T>(text).is_some()
}
