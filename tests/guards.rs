//! Exported functions do their work in a guard, because a panic that leaves such a function aborts the host.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The module of the guards: each of its public functions is one.
const GUARDS: &str = "guard";

/// Functions that may be called outside of a guard, because they can't panic.
const HARMLESS: [&str; 4] = ["as_raw", "from", "unwrap_or", "unwrap_or_else"];

/// The name of a module in src/capi, and of a function in it.
type Place = (String, String);

/// A function of the C API, as rustfmt lays it out.
struct Function {
    place: Place,
    exported: bool,
    public: bool,
    body: String,
}

/// The sources of the C API, by the names of their modules.
fn modules() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/capi");
    let paths = fs::read_dir(folder).expect("src/capi").map(|entry| entry.expect("an entry").path());
    paths
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file");
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), text)
        })
        .collect()
}

/// The functions that begin in the first column.
fn functions(module: &str, text: &str) -> Vec<Function> {
    let mut exported = false;
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let is_item = line.starts_with(|first: char| first.is_ascii_lowercase());
        if let Some(name) = line.split("fn ").nth(1).filter(|_| is_item) {
            let name = name.split(['(', '<']).next().unwrap_or_default().to_owned();
            let rest: Vec<&str> = lines.by_ref().take_while(|line| *line != "}").collect();
            let signature = rest.iter().position(|line| line.starts_with(')')).map_or(0, |end| end + 1);
            let body = if line.ends_with('{') { &rest[..] } else { &rest[signature..] };
            let code: Vec<&str> =
                body.iter().filter_map(|line| line.split("//").next()).map(str::trim_end).collect();
            let public = line.starts_with("pub");
            found.push(Function {
                place: (module.to_owned(), name),
                exported,
                public,
                body: code.join("\n"),
            });
        }
        exported = line == "#[unsafe(no_mangle)]";
    }
    found
}

/// The length of a call's arguments, with the parenthesis that ends them. Parentheses in strings don't count.
fn arguments(text: &str) -> usize {
    let mut depth = 1;
    let mut in_string = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '(' if !in_string => depth += 1,
            ')' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// Looks at the calls that are not arguments of a guard: returns whether a guard is among them, and all
/// others are harmless.
fn is_guarded(function: &Function, text: &str, guards: &BTreeSet<Place>) -> bool {
    let mut rest = function.body.as_str();
    let mut guarded = false;
    while let Some((before, after)) = rest.split_once('(') {
        let start =
            before.rfind(|c: char| !(c.is_ascii_alphanumeric() || "_:".contains(c))).map_or(0, |at| at + 1);
        let call = &before[start..];
        rest = after;
        if guards.contains(&resolved(&function.place.0, text, call)) {
            guarded = true;
            rest = &after[arguments(after)..];
        } else if !call.is_empty() && !HARMLESS.contains(&call.rsplit("::").next().unwrap_or_default()) {
            return false;
        }
    }
    guarded
}

/// The module that a call's path leads to, and the name there: by the path itself, or by the imports.
fn resolved(module: &str, text: &str, call: &str) -> Place {
    let (path, name) = call.rsplit_once("::").unwrap_or(("", call));
    let imported = text.lines().filter_map(|line| line.strip_prefix("use super::")).find_map(|line| {
        let (from, names) = line.trim_end_matches(';').split_once("::")?;
        names.split(['{', '}', ',', ' ']).any(|imported| imported == name).then_some(from)
    });
    let from = path.rsplit("::").next().filter(|path| !path.is_empty()).or(imported).unwrap_or(module);
    (from.to_owned(), name.to_owned())
}

/// The guards, the functions that do their work in a guard, the functions that do their work in one of these,
/// and so on.
fn guards(functions: &[Function], modules: &BTreeMap<String, String>) -> BTreeSet<Place> {
    let first = functions.iter().filter(|function| function.place.0 == GUARDS && function.public);
    let mut found: BTreeSet<Place> = first.map(|function| function.place.clone()).collect();
    loop {
        let more: Vec<Place> = functions
            .iter()
            .filter(|function| !found.contains(&function.place))
            .filter(|function| is_guarded(function, &modules[&function.place.0], &found))
            .map(|function| function.place.clone())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

#[test]
fn no_exported_function_lacks_a_guard() {
    let modules = modules();
    let functions: Vec<Function> =
        modules.iter().flat_map(|(module, text)| functions(module, text)).collect();
    let guards = guards(&functions, &modules);
    let exported: Vec<_> = functions.iter().filter(|function| function.exported).collect();
    for Function { place, .. } in &exported {
        assert!(guards.contains(place), "{} in src/capi/{}.rs works outside of a guard", place.1, place.0);
    }
    assert!(
        exported.len() > 40,
        "only {} exported functions were found: has their form changed?",
        exported.len()
    );
}
