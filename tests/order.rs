//! The folders of `src/` have an order. Each uses only those before it, so that no dependency points upwards
//! or in a circle.

use std::fs;
use std::path::{Path, PathBuf};

/// Every folder with source, the lowest first.
const ORDER: [&str; 21] = [
    "",
    "json",
    "state",
    "cdi",
    "run/report",
    "run/runner",
    "run/process/child",
    "run/process/system",
    "run/process/pidfd",
    "run/process/cgroup",
    "run/process/container",
    "run/process/streams",
    "run/process/end",
    "run/process/spawn",
    "run/process",
    "run",
    "host",
    "hooksd/pattern",
    "hooksd/document",
    "hooksd",
    "lint",
];

/// It uses all of the core, and nothing uses it.
const TOP: &str = "capi";

fn rank(folder: &str) -> usize {
    if folder == TOP {
        return ORDER.len();
    }
    let place = ORDER.iter().position(|known| *known == folder);
    place.unwrap_or_else(|| panic!("src/{folder} has no place in the order"))
}

#[test]
fn no_folder_uses_one_above_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut arrows, mut wrong) = (0, Vec::new());
    for file in source_files(&source) {
        let text = fs::read_to_string(&file).expect("a source file");
        let own = file.strip_prefix(&source).expect("below src");
        // It names all modules, for the users of the crate.
        if own == Path::new("lib.rs") {
            continue;
        }
        let folder = own.parent().and_then(Path::to_str).expect("UTF-8");
        for path in paths(&text) {
            let target = folder_of(&source, &absolute(own, &path));
            arrows += 1;
            if rank(&target) > rank(folder) {
                wrong.push(format!("src/{} uses src/{target}: {}", own.display(), path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(arrows > 300, "only {arrows} uses were found: has their form changed?");
}

#[test]
fn uses_are_found_in_every_form() {
    let text =
        "use crate::a::{B, c::{D, e}};\n// use crate::f;\npub(in crate::a) fn g() { super::h::i(); }\n";
    let found: Vec<String> = paths(text).iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["crate::a::B", "crate::a::c::D", "crate::a::c::e", "super::h::i"]);
    assert_eq!(absolute(Path::new("a/b.rs"), &["super".into(), "c".into()]), ["a", "c"]);
    assert_eq!(absolute(Path::new("a/mod.rs"), &["super".into(), "c".into()]), ["c"]);
}

/// All source files below a folder.
fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The paths in a file's text that begin with `crate` or `super`, except those in its tests.
fn paths(text: &str) -> Vec<Vec<String>> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String =
        code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (place, _) in code.match_indices(root) {
            let before = code[..place].trim_end();
            let continues = before.ends_with("::") || before.ends_with(" in") || before.ends_with("(in");
            if !continues {
                tree(&code[place..], &[], &mut found);
            }
        }
    }
    found
}

/// Reads one tree of paths, such as `a::{b, c::d}`; returns its length.
fn tree(text: &str, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if text[at..].starts_with('{') {
            at += 1;
            while !text[at..].starts_with('}') {
                at += tree(&text[at..], &path, found);
                at += text[at..]
                    .find(|character: char| character != ',' && !character.is_whitespace())
                    .unwrap_or(0);
            }
            return at + 1;
        }
        let rest = &text[at..];
        let end = rest
            .find(|character: char| !character.is_alphanumeric() && character != '_')
            .unwrap_or(rest.len());
        path.push(rest[..end].to_owned());
        at += end.max(1);
        if !text[at..].starts_with("::") {
            found.push(path);
            return at;
        }
        at += 2;
    }
}

/// The modules that a path in a file names, from the crate's root on.
fn absolute(file: &Path, path: &[String]) -> Vec<String> {
    let mut modules: Vec<String> =
        file.with_extension("").iter().filter_map(|part| Some(part.to_str()?.to_owned())).collect();
    if modules.last().is_some_and(|last| *last == "mod") {
        modules.pop();
    }
    let mut rest = path;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" => modules.clear(),
            "super" => drop(modules.pop()),
            _ => break,
        }
        rest = after;
    }
    modules.extend_from_slice(rest);
    modules
}

/// The deepest folder on the path.
fn folder_of(source: &Path, modules: &[String]) -> String {
    let mut folder = PathBuf::new();
    for module in modules {
        if !source.join(&folder).join(module).is_dir() {
            break;
        }
        folder.push(module);
    }
    folder.to_str().expect("UTF-8").to_owned()
}
