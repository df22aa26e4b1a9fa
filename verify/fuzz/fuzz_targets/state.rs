//! A state that is fitted to a phase is a valid state with the requested status and pid, and every other byte is
//! unchanged. Fitting it again changes nothing. Reading keeps every byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::{Error, Phase, State, for_phase};
use ocihooks_fuzz::model;

/// The runtime-spec's expectation, as a second statement.
const STATUSES: [&[&str]; 6] = [
    &["creating", "created"],
    &["creating", "created"],
    &["creating", "created"],
    &["created"],
    &["running"],
    &["stopped"],
];

fuzz_target!(|bytes: &[u8]| {
    if let Ok(state) = State::parse(bytes) {
        assert_eq!(state.as_bytes(), bytes);
        let status = model::members(std::str::from_utf8(bytes).expect("UTF-8"))
            .and_then(|members| model::get(&members, "status").and_then(model::read::<String>));
        assert_eq!(status.as_deref(), Some(state.status()));
    }
    let Some(text) = model::shallow(bytes) else { return };
    for (phase, statuses) in Phase::all().map(Phase::name).zip(STATUSES).chain([("x-own", &[][..])]) {
        fit(text, phase, statuses, (text.len() % 2 == 0).then_some(7));
    }
});

fn fit(text: &str, phase: &str, statuses: &[&str], pid: Option<i32>) {
    let expected = edited(text, statuses, pid);
    match for_phase(text.as_bytes(), phase, pid) {
        Ok(fitted) => {
            assert_eq!(Some(&fitted), expected.as_ref(), "{phase} {pid:?}");
            assert!(model::state(&fitted), "{fitted}");
            assert_eq!(for_phase(fitted.as_bytes(), phase, pid), Ok(fitted));
        }
        Err(error) => {
            let is_object = model::read::<model::Members>(text).is_some();
            match &error {
                Error::InvalidState(_) => {}
                Error::StateNotJson { .. } => assert!(!is_object, "{text} is: {error}"),
                _ => panic!("{error}"),
            }
            assert!(!expected.is_some_and(|text| model::state(&text)), "{error}");
        }
    }
}

/// The text with its status and pid replaced, or added at its end; `None` if it is not an object.
fn edited(text: &str, statuses: &[&str], pid: Option<i32>) -> Option<String> {
    let members = model::members(text)?;
    let status = model::get(&members, "status").and_then(model::read::<String>);
    let suits = status.is_some_and(|status| statuses.contains(&status.as_str()));
    let status = statuses.first().filter(|_| !suits).map(|status| format!("\"{status}\""));
    let mut edited = text.to_owned();
    let mut added = String::new();
    let mut wanted = [("status", status), ("pid", pid.map(|pid| pid.to_string()))].map(|(key, value)| {
        let place = members.iter().find(|(name, _)| name == key).map(|(_, old)| offset(text, old.get()));
        (place, key, value)
    });
    for (_, key, value) in wanted.iter().filter(|(place, ..)| place.is_none()) {
        if let Some(value) = value {
            let comma = if members.is_empty() && added.is_empty() { "" } else { "," };
            added += &format!("{comma}\"{key}\":{value}");
        }
    }
    let end = members.last().map(|(_, last)| offset(text, last.get()) + last.get().len());
    edited.insert_str(end.unwrap_or_else(|| text.find('{').map_or(0, |brace| brace + 1)), &added);
    // From the last to the first, so that earlier places stay valid.
    wanted.sort_by_key(|(place, ..)| std::cmp::Reverse(*place));
    for (place, key, value) in wanted {
        if let (Some(place), Some(value), Some(old)) = (place, value, model::get(&members, key)) {
            edited.replace_range(place..place + old.len(), &value);
        }
    }
    Some(edited)
}

fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}
