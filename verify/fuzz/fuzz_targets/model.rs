//! The readers accept exactly the hooks and states that a plain model of the runtime-spec's rules allows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::json::{self, Form, Mode};
use ocihooks::{Error, Hooks, State};
use ocihooks_fuzz::model;

/// Libcontainer's own reader is lenient.
fn strictly(bytes: &[u8]) -> Result<Hooks, Error> {
    json::read(Form::Libcontainer, Mode::Strict, bytes)
}

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = model::shallow(bytes) else { return };
    let same = |what: &str, allowed: bool, error: Option<ocihooks::Error>| {
        assert_eq!(
            allowed,
            error.is_none(),
            "{what} that are allowed: {allowed}; the library says {error:?}"
        );
    };
    same("hooks", model::hooks(text, false), json::parse(bytes).err());
    same("libcontainer's hooks", model::hooks(text, true), strictly(bytes).err());
    same("configs", model::config(text), json::parse_config(bytes).err());
    same("states", model::state(text), State::parse(bytes).err());
});
