//! What conditions ask of a container.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::json::{Document, Kind, Member, Node};
use crate::json_pointer;
use crate::violation::Violation;

/// A container, as conditions see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Container {
    /// `process.args[0]`.
    pub command: Option<String>,
    /// The annotations, keys and values.
    pub annotations: Vec<(String, String)>,
    /// Whether the user asked for bind mounts.
    pub has_bind_mounts: bool,
}

impl Container {
    /// What a config.json says of a container. `annotations`: in place of the config's own, where given.
    ///
    /// # Errors
    /// `InvalidJson`; `InvalidConfig` where `process`, its `args` or `annotations` are not what the runtime-spec has.
    pub fn from_config(
        config: &[u8],
        annotations: Option<Vec<(String, String)>>,
        has_bind_mounts: bool,
    ) -> Result<Self, Error> {
        let document = Document::new(config)?;
        let members = match document.root_members() {
            Some(members) => members,
            None => members(&document, document.root()?, "")?,
        };
        // Of a key that comes twice, the last counts, as for Go's readers.
        let get = |name: &str| members.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value);
        let command = get("process").map_or(Ok(None), |process| command(&document, process))?;
        let annotations = match (annotations, get("annotations")) {
            (Some(annotations), _) => annotations,
            (None, Some(value)) => pairs(&document, value)?,
            (None, None) => Vec::new(),
        };
        Ok(Self { command, annotations, has_bind_mounts })
    }
}

fn broken<'a>(document: &Document<'a>, value: Node<'a>, pointer: &str, rule: &'static str) -> Error {
    let violation: Violation = document.violation(value, pointer, rule);
    Error::InvalidConfig(violation.into())
}

fn members<'a>(document: &Document<'a>, object: Node<'a>, pointer: &str) -> Result<Vec<Member<'a>>, Error> {
    if object.kind() != Kind::Object {
        return Err(broken(document, object, pointer, "must be an object"));
    }
    document.members(object)
}

/// The first argument of a process, if there is one.
fn command<'a>(document: &Document<'a>, process: Node<'a>) -> Result<Option<String>, Error> {
    if process.kind() == Kind::Null {
        return Ok(None);
    }
    let members = members(document, process, "/process")?;
    let args = members.iter().rev().find(|(key, _)| key == "args").map(|(_, value)| *value);
    let Some(args) = args.filter(|args| args.kind() != Kind::Null) else { return Ok(None) };
    let Some(elements) = args.elements() else {
        return Err(broken(document, args, "/process/args", "must be an array of strings"));
    };
    let Some(first) = elements.first() else { return Ok(None) };
    match first.string() {
        Some(command) => Ok(Some(command)),
        None => Err(broken(document, *first, "/process/args/0", "must be a string")),
    }
}

fn pairs<'a>(document: &Document<'a>, value: Node<'a>) -> Result<Vec<(String, String)>, Error> {
    if value.kind() == Kind::Null {
        return Ok(Vec::new());
    }
    let mut pairs = BTreeMap::new();
    for (key, value) in members(document, value, "/annotations")? {
        let Some(text) = value.string() else {
            let pointer = json_pointer::step("/annotations", &key);
            return Err(broken(document, value, &pointer, "must be a string"));
        };
        pairs.insert(key.into_owned(), text);
    }
    Ok(pairs.into_iter().collect())
}
