//! Reading and writing hooks: the spec's `hooks` object, a whole config.json, libcontainer's dialect.
//!
//! Nothing is lost on the way through: what is not known is kept to the letter.
//!
//! ```
//! use ocihooks::json;
//!
//! # fn main() -> Result<(), ocihooks::Error> {
//! let text = br#"{"poststop": [{"path": "/bin/true", "timeout": 2, "x-note": [1.50]}]}"#;
//! let hooks = json::parse(text)?;
//! assert_eq!(json::to_string(&hooks), r#"{"poststop":[{"path":"/bin/true","timeout":2,"x-note":[1.50]}]}"#);
//!
//! // libcontainer's dialect is what runc keeps between create and delete: nanoseconds, and a working directory.
//! let saved = json::to_libcontainer(&hooks);
//! assert_eq!(json::parse_libcontainer(saved.as_bytes())?.count("poststop"), 1);
//! # Ok(())
//! # }
//! ```
//!
//! `document` says what may be JSON at all. `one_pass` reads hooks that are right, in one pass. What it does not take,
//! `read` takes apart value by value, by `node`, and collects the violations. `write` is the way back.

mod command;
mod compact;
mod dialect;
mod document;
mod node;
mod object;
mod one_pass;
mod read;
mod reader;
mod text;
mod write;

#[cfg(feature = "hooksd")]
pub(crate) use compact::compact;
pub(crate) use document::{Document, check_depth};
#[cfg(feature = "hooksd")]
pub(crate) use node::DUPLICATE_KEY;
pub(crate) use node::{Kind, Member, Node};
pub(crate) use object::{FromObject, read as read_object};
pub(crate) use text::{Keys, Text, wrong};

use crate::error::Error;
use crate::hooks::Hooks;
use dialect::Dialect;

#[cfg(feature = "hooksd")]
mod parts;
#[cfg(feature = "hooksd")]
mod set_hooks;

#[cfg(feature = "hooksd")]
pub(crate) use parts::{hook, hooks_at};
#[cfg(feature = "hooksd")]
pub use set_hooks::set_config_hooks;

const NO_OBJECT: &str = "must be an object";

/// Reads the spec's `hooks` object.
///
/// # Errors
/// `InvalidJson`, or `InvalidHooks` with the violations.
pub fn parse(json: &[u8]) -> Result<Hooks, Error> {
    hooks(json, Dialect::Spec)
}

/// Reads the `hooks` of a whole config.json; the rest is checked to be JSON, and skipped. A config
/// without hooks, or with `null`, gives an empty map.
///
/// # Errors
/// `InvalidJson`, or `InvalidHooks` with the violations.
pub fn parse_config(json: &[u8]) -> Result<Hooks, Error> {
    let document = Document::new(json)?;
    one_pass::config(document.text()).map_or_else(|| read_config(&document), Ok)
}

/// What each of the two readers makes of a text: hooks, or for libcontainer. For the fuzzer, which compares them.
#[cfg(fuzzing)]
pub fn both_readers(json: &[u8], libcontainer: bool) -> Option<(Option<Hooks>, Result<Hooks, Error>)> {
    let dialect = if libcontainer { Dialect::Libcontainer } else { Dialect::Spec };
    let document = Document::new(json).ok()?;
    let slowly = document.root().and_then(|root| read::hooks(&document, root, "", dialect));
    Some((one_pass::hooks(document.text(), dialect), slowly))
}

/// The same for a whole config.json.
#[cfg(fuzzing)]
pub fn both_config_readers(json: &[u8]) -> Option<(Option<Hooks>, Result<Hooks, Error>)> {
    let document = Document::new(json).ok()?;
    Some((one_pass::config(document.text()), read_config(&document)))
}

fn hooks(json: &[u8], dialect: Dialect) -> Result<Hooks, Error> {
    let document = Document::new(json)?;
    let slowly = || read::hooks(&document, document.root()?, "", dialect);
    one_pass::hooks(document.text(), dialect).map_or_else(slowly, Ok)
}

fn read_config(document: &Document<'_>) -> Result<Hooks, Error> {
    let root = document.root()?;
    if root.kind() != Kind::Object {
        return Err(Error::hooks(document.violation(root, "", NO_OBJECT)));
    }
    let members = document.members(root)?;
    if let Some(violation) = document.duplicate(&members, "") {
        return Err(Error::hooks(violation));
    }
    match members.iter().find(|(key, _)| key == "hooks") {
        Some((_, hooks)) if hooks.kind() != Kind::Null => {
            read::hooks(document, *hooks, "/hooks", Dialect::Spec)
        }
        _ => Ok(Hooks::new()),
    }
}

/// Reads libcontainer's dialect, as runc keeps it in its state: `dir`, and `timeout` in nanoseconds.
///
/// # Errors
/// `InvalidJson`, or `InvalidHooks` with the violations.
pub fn parse_libcontainer(json: &[u8]) -> Result<Hooks, Error> {
    hooks(json, Dialect::Libcontainer)
}

/// Writes the spec's `hooks` object, compact: phases in lifecycle order, unknown ones behind them, empty
/// ones of the six left out. Callbacks are left out; a `timeout` that is not whole seconds is rounded up.
pub fn to_string(hooks: &Hooks) -> String {
    write::hooks(hooks, Dialect::Spec)
}

/// Writes libcontainer's dialect, compact: all six phases, `null` for an empty one.
pub fn to_libcontainer(hooks: &Hooks) -> String {
    write::hooks(hooks, Dialect::Libcontainer)
}
