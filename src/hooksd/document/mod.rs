//! A hook file's document, of either version, and what is to be said of it.
//!
//! `properties` is how Go's readers see an object: names without case, the last of several wins. `v1_0_0` and `v0_1_0` say what each version has.

pub(super) mod condition;
pub(super) mod container;
mod hook;
mod patterns;
mod properties;
mod stages;
mod v0_1_0;
mod v1_0_0;

use crate::error::Error;
use crate::finding::Finding;
use crate::hook::Command;
use crate::json::Collector;
use crate::json::{Document, Kind, Node};

use super::pattern::Folding;
use condition::Conditions;

/// A hook file that can be used.
#[derive(Debug, Clone)]
pub(crate) struct HookFile {
    pub hook: Command,
    /// The phases that the hook is injected into, each once.
    pub phases: Vec<String>,
    pub conditions: Conditions,
}

/// A file's document: what can be used of it, and what is to be said of it.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub file: Option<HookFile>,
    pub findings: Vec<Finding>,
}

/// What the document's `version` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    V1_0_0,
    V0_1_0,
}

/// Reads a document. `offered` are the caller's own stages.
pub(crate) fn read(bytes: &[u8], name: &str, offered: &[String], folding: &mut Folding) -> Read {
    let whole = Document::new(bytes).and_then(|document| {
        let root = document.root()?;
        let mut reader = Collector::new(&document, name);
        let file = of_root(&mut reader, root, offered, folding)?;
        let file = file.filter(|_| reader.right_so_far());
        Ok(Read { file, findings: reader.finish() })
    });
    whole.unwrap_or_else(|error| Read { file: None, findings: vec![Finding::not_json(&error, name)] })
}

fn of_root<'a>(
    reader: &mut Collector<'_, 'a>,
    root: Node<'a>,
    offered: &[String],
    folding: &mut Folding,
) -> Result<Option<HookFile>, Error> {
    if root.kind() != Kind::Object {
        reader.error(root, "", "wrong-type", "must be an object: a hook file");
        return Ok(None);
    }
    let Some(version) = version(reader, root)? else { return Ok(None) };
    match version {
        Version::V1_0_0 => v1_0_0::read(reader, root, offered, folding),
        Version::V0_1_0 => v0_1_0::read(reader, root, offered, folding),
    }
}

/// The version; nothing but this is looked at where it is none.
fn version<'a>(reader: &mut Collector<'_, 'a>, root: Node<'a>) -> Result<Option<Version>, Error> {
    let document = reader.document;
    let members = document.members(root)?;
    let mut found = Some(Version::V0_1_0);
    for (key, value) in members.iter().filter(|(key, _)| properties::same_name(key, "version")) {
        found = match (value.kind(), value.string().as_deref()) {
            (Kind::Null, _) => continue,
            (_, Some("1.0.0")) => Some(Version::V1_0_0),
            (_, Some("0.1.0")) => Some(Version::V0_1_0),
            (Kind::String, _) => {
                let message = "is an unknown version: \"1.0.0\" and \"0.1.0\" are known";
                reader.error(*value, &crate::json_pointer::step("", key), "version-unknown", message);
                None
            }
            _ => {
                let pointer = crate::json_pointer::step("", key);
                reader.error(*value, &pointer, "wrong-type", "must be a string");
                None
            }
        };
        if found.is_none() {
            break;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Go's readers make of properties that are there more than once.
    #[test]
    fn the_last_value_counts_and_objects_merge() {
        let conditions = |when: &str| {
            let json = format!("{{\"version\":\"1.0.0\",\"hook\":{{\"path\":\"/a\"}},\"stages\":[],{when}}}");
            let read = read(json.as_bytes(), "", &[], &mut Folding::default());
            let file = read.file.unwrap_or_else(|| panic!("{:?}", read.findings));
            let names =
                file.conditions.iter().map(|condition| (condition.name(), condition.patterns().join(" ")));
            names.map(|(name, patterns)| format!("{name} {patterns}")).collect::<Vec<_>>()
        };
        let merged =
            "\"when\":{\"always\":true,\"commands\":[\"a\"]},\"when\":null,\"When\":{\"commands\":[\"b\"]}";
        assert_eq!(conditions(merged), ["always ", "commands b"]);
        let maps = "\"when\":{\"annotations\":{\"a\":\"1\"},\"annotations\":{\"b\":\"2\",\"a\":\"3\"}}";
        assert_eq!(conditions(maps), ["annotations a 3", "annotations b 2"]);
        let emptied =
            "\"when\":{\"annotations\":{\"a\":\"1\"},\"annotations\":null,\"annotations\":{\"b\":\"2\"}}";
        assert_eq!(conditions(emptied), ["annotations b 2"]);
    }

    #[test]
    fn a_great_many_properties_are_refused_in_time() {
        let many: String = (0..100_000).map(|number| format!("\"x{number}\":1,")).collect();
        let json = format!("{{{many}\"version\":\"1.0.0\"}}");
        let read = read(json.as_bytes(), "", &[], &mut Folding::default());
        assert!(read.file.is_none() && read.findings.len() <= 101);
        assert!(read.findings.iter().any(|finding| finding.rule == "more-violations"));
    }
}
