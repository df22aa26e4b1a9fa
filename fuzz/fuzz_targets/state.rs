//! Checking a state never panics; one fitted to a phase is a state, and fitting it again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::{Phase, State, for_phase};

fuzz_target!(|text: &[u8]| {
    let valid = State::parse(text).is_ok();
    for phase in Phase::all() {
        if let Ok(fitted) = for_phase(text, phase.name(), Some(7)) {
            let state = State::parse(fitted.as_bytes()).unwrap_or_else(|error| panic!("{error}: {fitted}"));
            assert!(phase.statuses().contains(&state.status()), "{fitted}");
            assert_eq!(for_phase(fitted.as_bytes(), phase.name(), Some(7)).as_deref(), Ok(fitted.as_str()));
        } else {
            assert!(!valid, "a valid state can be fitted to any phase");
        }
    }
});
