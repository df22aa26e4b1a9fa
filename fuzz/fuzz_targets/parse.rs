//! Reading never panics; what was read is written, and read again, to the same; and writing is stable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::{Error, Hooks, json};

type Reader = fn(&[u8]) -> Result<Hooks, Error>;
type Writer = fn(&Hooks) -> String;

fuzz_target!(|text: &[u8]| {
    let dialects: [(Reader, Reader, Writer); 3] = [
        (json::parse, json::parse, json::to_string),
        (json::parse_config, json::parse, json::to_string),
        (json::parse_libcontainer, json::parse_libcontainer, json::to_libcontainer),
    ];
    for (first, again, write) in dialects {
        match first(text) {
            Ok(hooks) => round_trip(&hooks, again, write),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});

fn round_trip(hooks: &Hooks, read: Reader, write: Writer) {
    let written = write(hooks);
    let back = read(written.as_bytes()).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(write(&back), written);
    for phase in ocihooks::Phase::all() {
        assert_eq!(back.count(phase.name()), hooks.count(phase.name()), "{written}");
    }
}
