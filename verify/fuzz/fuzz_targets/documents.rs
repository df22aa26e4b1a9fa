//! Any text as a config, as CDI edits, as a filter's output, and as input of lint. Nothing panics, changes apply
//! completely or not at all, a config keeps everything but its hooks, and lint's findings point into the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::lint::{DocumentKind, Linter};
use ocihooks::{Command, Hook, Hooks, Severity, cdi, json};

fuzz_target!(|text: &[u8]| {
    config(text);
    edits(text);
    if let Ok(Some(config)) = ocihooks::filtered_config(text) {
        json::set_config_hooks(config.as_bytes(), &Hooks::new()).expect("an object without duplicates");
    }
    let lines = text.split(|byte| *byte == b'\n').count();
    for kind in [DocumentKind::Hooks, DocumentKind::Config, DocumentKind::HookFile, DocumentKind::Cdi] {
        let findings = Linter::new().add_stage("precreate").lint(kind, "a.json", text);
        for finding in &findings {
            assert!(finding.position.is_none_or(|position| position.line <= lines), "{finding:?}");
            assert!(!finding.to_string().contains(['\n', '\0', '\u{1b}']), "{finding:?}");
        }
        let is_error = findings.iter().any(|finding| finding.severity == Severity::Error);
        if kind == DocumentKind::Hooks {
            assert_eq!(json::parse(text).is_err(), is_error, "{findings:?}");
        }
    }
});

fn config(text: &[u8]) {
    let mut hooks = Hooks::new();
    hooks.add("poststop", Hook::Command(Command::new("/a"))).expect("a hook");
    let Ok(changed) = json::set_config_hooks(text, &hooks) else { return };
    let read = json::parse_config(changed.as_bytes()).expect("a config");
    assert_eq!(json::to_string(&read), json::to_string(&hooks));
    assert_eq!(json::set_config_hooks(changed.as_bytes(), &hooks).expect("a config"), changed);
}

fn edits(text: &[u8]) {
    let mut hooks = Hooks::new();
    match cdi::add_edits(&mut hooks, text) {
        Ok(()) => drop(json::parse(json::to_string(&hooks).as_bytes()).expect("valid hooks")),
        Err(_) => assert_eq!(json::to_string(&hooks), "{}"),
    }
}
