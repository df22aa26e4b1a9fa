//! Cases of files: the hooks that they add to a container.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use ocihooks::hooksd::{Container, HookFiles};
use ocihooks::{Code, Hook, Hooks, Severity};
use serde_json::{Value, json};

use super::{Case, run_all};

/// Cases in which the peer drops a hook whose program is missing, or refuses a stage that it does not know.
/// Here the hook stays, and the stage is skipped, both with a warning.
const WARNED: [(&str, &str); 4] = [
    ("hook-path-missing-beside-good", "program-missing"),
    ("missing-program-then-bad", "program-missing"),
    ("stages-case", "stage-unknown"),
    ("old-unknown-stage", "stage-unknown"),
];

/// Cases whose rule is a warning or a note, by its name.
const SAID: [(&str, &str); 10] = [
    ("symlink-dangling", "dangling-link"),
    ("suffix-uppercase", "suffix-case"),
    ("json-key-case", "property-case"),
    ("json-unknown-when", "unknown-condition"),
    ("hook-path-not-executable", "program-not-executable"),
    ("stages-all", "stage-duplicate"),
    ("stages-duplicate", "stage-duplicate"),
    ("dir-is-file", "directory-unreadable"),
    ("subdirectory-named-json", "not-a-regular-file"),
    ("json-not-utf8", "not-json"),
];

#[test]
fn files_add_what_they_should() {
    run_all("hooks", 76, run);
}

fn run(case: &Case) -> Result<(), String> {
    let root = tempdir(&case.name);
    write_files(case, &root);
    let result = compare(case, &root);
    fs::remove_dir_all(&root).expect("the directory is ours");
    result
}

pub fn tempdir(name: &str) -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("ocihooks-{}-{name}", std::process::id()));
    fs::create_dir(&path).expect("a directory");
    path
}

pub fn write_files(case: &Case, root: &Path) {
    let rooted = |text: &str| text.replace("$ROOT", root.to_str().expect("UTF-8"));
    for (name, content) in &case.files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        let (kind, value) = content.as_object().expect("an object").iter().next().expect("a kind");
        let text = value.as_str().unwrap_or_default();
        match kind.as_str() {
            "json" => fs::write(path, rooted(&value.to_string())),
            "text" => fs::write(path, rooted(text)),
            "base64" => fs::write(path, base64(text)),
            "symlink" => symlink(rooted(text), path),
            "dir" => fs::create_dir(path),
            other => panic!("unknown kind {other}"),
        }
        .expect("the file is written");
    }
    for dir in &case.dirs {
        // A case without files has a missing directory.
        assert!(rooted(dir).starts_with(root.to_str().expect("UTF-8")));
    }
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter_map(|byte| ALPHABET.iter().position(|other| *other == byte));
    let digits: Vec<usize> = digits.collect();
    let of_four = |four: &[usize]| {
        let number = four.iter().fold(0, |number, digit| number << 6 | digit) << (6 * (4 - four.len()));
        let bytes = u32::try_from(number).expect("24 bits").to_be_bytes();
        bytes[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(of_four).collect()
}

/// The files of a case, read.
pub fn read(case: &Case, root: &Path) -> HookFiles {
    let root = root.to_str().expect("UTF-8");
    let mut files = HookFiles::new();
    case.extension_stages.iter().for_each(|stage| files.add_stage(stage).expect("before the directories"));
    case.dirs.iter().for_each(|dir| files.add_directory(dir.replace("$ROOT", root)));
    files.set_check_host(true);
    files
}

pub fn container(case: &Case) -> Result<Container, String> {
    let annotations = Some(case.annotations.clone().into_iter().collect());
    Container::from_config(case.config.to_string().as_bytes(), annotations, case.has_bind_mounts)
        .map_err(|error| error.to_string())
}

fn compare(case: &Case, root: &Path) -> Result<(), String> {
    let mut files = read(case, root);
    let container = container(case)?;
    let root = root.to_str().expect("UTF-8");
    let found = files.match_container(&container).map_err(|error| error.to_string())?;
    let errors = files.violation_count(Severity::Error);

    let said = WARNED.iter().chain(&SAID).find(|(name, _)| *name == case.name);
    if let Some((_, rule)) = said {
        if !files.violations().any(|finding| finding.rule == *rule) {
            return Err(format!("no {rule} among {:?}", files.violations().collect::<Vec<_>>()));
        }
    }
    if let Some(faults) = case.better["faults"].as_u64().filter(|faults| *faults != errors as u64) {
        return Err(format!("{errors} errors, not {faults}"));
    }
    let peer = &case.peer[0];
    let peer_refuses = peer.get("newError").is_some();
    let warned = WARNED.iter().any(|(name, _)| *name == case.name);
    if case.verdict == "same" && peer_refuses && !warned {
        return refused(&mut files, &container, &found);
    }
    if warned {
        return Ok(());
    }
    let expected = expected(case, root);
    let found = merged(case, found);
    if found != expected { Err(format!("{found} instead of {expected}")) } else { Ok(()) }
}

/// If the peer refuses everything, the file is left out. In strict mode, everything is left out with it.
fn refused(files: &mut HookFiles, container: &Container, found: &Hooks) -> Result<(), String> {
    files.set_strict(true);
    let strict = files.match_container(container);
    match strict {
        Err(error) if error.code() == Code::InvalidFiles && ocihooks::json::to_string(found) == "{}" => {
            Ok(())
        }
        other => Err(format!("{other:?}, and tolerant {found:?}")),
    }
}

/// The container's hooks: its own, followed by those that were found.
fn merged(case: &Case, found: Hooks) -> Value {
    let mut hooks = ocihooks::json::parse_config(case.config.to_string().as_bytes()).expect("a config");
    hooks.merge(&found).expect("no conflict");
    serde_json::from_str(&ocihooks::json::to_string(&hooks)).expect("JSON")
}

/// The expected hooks: by the rule if the library differs from the peer, else as the peer has them. Extension
/// stages are phases here.
fn expected(case: &Case, root: &str) -> Value {
    let whole = if case.better.get("hooks").is_some() { &case.better } else { &case.peer[0] };
    let mut expected = json!({});
    for part in ["hooks", "extension"] {
        for (phase, list) in whole[part].as_object().into_iter().flatten() {
            let all = expected.as_object_mut().expect("an object").entry(phase.as_str()).or_insert(json!([]));
            all.as_array_mut().expect("a list").extend(list.as_array().expect("a list").iter().cloned());
        }
    }
    if whole.get("hooks").is_none() && case.config.get("hooks").is_some() {
        expected = case.config["hooks"].clone();
    }
    match case.name.as_str() {
        // Each phase once, by the rule that the case states in words.
        "stages-all" | "stages-duplicate" => {
            expected.as_object_mut().expect("an object").values_mut().for_each(|list| {
                list.as_array_mut().expect("a list").truncate(1);
            });
        }
        // Violations there add nothing, by the rule that the case states in words.
        "json-not-utf8"
        | "hook-path-relative"
        | "hook-timeout-negative"
        | "old-annotations-joined-broken" => {
            expected = json!({});
        }
        // All others are used, by the rule that the case states in words.
        "subdirectory-named-json" => expected = json!({"createRuntime": [{"path": "/bin/sh"}]}),
        _ => {}
    }
    serde_json::from_str(&expected.to_string().replace("$ROOT", root)).expect("JSON")
}

#[test]
fn a_missing_program_leaves_the_hook() {
    let mut files = HookFiles::new();
    let json = br#"{"version":"1.0.0","hook":{"path":"/does/not/exist"},"when":{"always":true},"stages":["poststop"]}"#;
    files.add_file("a.json", json).expect("a name");
    files.set_check_host(true);
    assert_eq!(files.violations().map(|finding| finding.rule).collect::<Vec<_>>(), ["program-missing"]);
    let hooks = files.match_container(&Container::default()).expect("tolerant");
    assert!(matches!(hooks.get("poststop"), Some([Hook::Command(_)])));
}
