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
//! `read` takes apart value by value, by `node`, and collects the violations and the warnings; `looks` tells what a document
//! may have meant. `write` is the way back.

mod command;
mod compact;
mod document;
mod looks;
mod node;
mod object;
mod one_pass;
mod read;
mod reader;
mod text;
mod write;

pub(crate) use compact::compact;
pub(crate) use document::{Document, check_depth};
pub(crate) use node::{Kind, Member, Node};
pub(crate) use object::{FromObject, Object, read as read_object};
pub(crate) use text::{Keys, Text, wrong};

use crate::dialect::Dialect;
use crate::error::Error;
use crate::hooks::Hooks;

#[cfg(feature = "hooksd")]
mod collector;
#[cfg(feature = "hooksd")]
mod parts;
#[cfg(feature = "hooksd")]
mod set_hooks;

#[cfg(feature = "hooksd")]
pub(crate) use collector::Collector;
#[cfg(feature = "hooksd")]
pub(crate) use parts::{hook, hooks_at};
#[cfg(feature = "hooksd")]
pub use set_hooks::set_config_hooks;

const NO_OBJECT: &str = "must be an object";

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// The spec's `hooks` object.
    Hooks,
    /// A whole config.json: its `hooks` are read, the rest is checked to be JSON, and skipped.
    Config,
    /// The `hooks` object in libcontainer's dialect, as runc keeps it in its state: `dir`, and `timeout` in nanoseconds.
    Libcontainer,
}

/// What becomes of a hook that the spec forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// The document is refused.
    Strict,
    /// The hook is kept as [`crate::Hook::Refused`] and fails when its turn comes; the others run. For documents that were
    /// accepted by somebody else before. Each such hook is a warning ([`Hooks::warnings`]), and the map stays lenient
    /// ([`Hooks::set_lenient`]). A document with more than 500 such hooks is refused.
    Lenient,
}

/// Reads a document.
///
/// # Errors
/// `InvalidJson`, or `InvalidHooks` with the violations.
pub fn read(form: Form, mode: Mode, json: &[u8]) -> Result<Hooks, Error> {
    let document = Document::new(json)?;
    match one_pass::hooks(document.text(), form) {
        None => read::document(&document, form, mode),
        Some(hooks) if mode == Mode::Strict => Ok(hooks),
        Some(mut hooks) => {
            hooks.set_lenient(true);
            Ok(hooks)
        }
    }
}

/// Reads the spec's `hooks` object.
///
/// # Errors
/// `InvalidJson`, or `InvalidHooks` with the violations.
pub fn parse(json: &[u8]) -> Result<Hooks, Error> {
    read(Form::Hooks, Mode::Strict, json)
}

/// Reads the `hooks` of a whole config.json; the rest is checked to be JSON, and skipped. A config
/// without hooks, or with `null`, gives an empty map.
///
/// # Errors
/// `InvalidJson`, or `InvalidHooks` with the violations.
pub fn parse_config(json: &[u8]) -> Result<Hooks, Error> {
    read(Form::Config, Mode::Strict, json)
}

/// Reads libcontainer's dialect, as runc keeps it in its state: `dir`, and `timeout` in nanoseconds. It is lenient
/// ([`Mode::Lenient`]), because the container exists and has to be deleted, whatever its hooks are.
///
/// # Errors
/// `InvalidJson`, or `InvalidHooks` with the violations.
pub fn parse_libcontainer(json: &[u8]) -> Result<Hooks, Error> {
    read(Form::Libcontainer, Mode::Lenient, json)
}

/// What each of the two readers makes of a text. For the fuzzer, which compares them.
#[cfg(fuzzing)]
pub fn both_readers(form: Form, json: &[u8]) -> Option<(Option<Hooks>, Result<Hooks, Error>)> {
    let document = Document::new(json).ok()?;
    Some((one_pass::hooks(document.text(), form), read::document(&document, form, Mode::Strict)))
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
