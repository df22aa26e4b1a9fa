//! Any text as a hook file, and as a pattern. Nothing panics, a used file has no error, a refused one has an error, and
//! every explanation is JSON. An accepted pattern matches a text without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocihooks::hooksd::pattern::{Folding, Pattern};
use ocihooks::hooksd::{Container, HookFiles};
use ocihooks::{Finding, Severity, json};

fuzz_target!(|text: &[u8]| {
    let mut files = HookFiles::new();
    files.add_stage("precreate").expect("before the files");
    files.add_file("a.json", text).expect("a name");
    let errors = files.violation_count(Severity::Error);
    assert_eq!(files.count() == 1, errors == 0, "{:?}", files.violations().collect::<Vec<_>>());
    for finding in files.violations() {
        assert!(!finding.to_string().contains(['\n', '\0', '\u{1b}']), "{finding:?}");
    }
    let findings: serde_json::Value =
        serde_json::from_str(&Finding::list_to_json(files.violations())).expect("JSON");
    assert_eq!(findings.as_array().map(Vec::len), Some(files.violations().count()));
    for has_bind_mounts in [false, true] {
        let annotations = vec![("key".to_owned(), "value".to_owned()), ("é".to_owned(), "K\n".to_owned())];
        let container = Container { command: Some("/bin/sh".into()), annotations, has_bind_mounts };
        let hooks = files.match_container(&container).expect("tolerant");
        json::parse(json::to_string(&hooks).as_bytes()).expect("injected hooks are valid");
        let explained: serde_json::Value = serde_json::from_str(&files.explain(&container)).expect("JSON");
        let injected = explained["files"][0]["result"] == "injected";
        assert_eq!(injected, json::to_string(&hooks) != "{}", "{explained}");
    }
    pattern(text);
});

fn pattern(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    match Pattern::new(text, &mut Folding::default()) {
        Ok(pattern) => drop(pattern.is_match("aAkK\u{212a}ſ é\n09_-")),
        Err(refusal) => assert!(refusal.to_string().len() < 500, "{refusal}"),
    }
}
