//! Hooks as filters: the config on stdin, the new config on stdout (podman's `precreate`).

use std::cell::RefCell;
use std::collections::HashSet;

use super::report::Report;
use super::runner::Runner;
use super::sequence::{self, RunError};
use crate::error::Error;
use crate::hooks::Hooks;
use crate::json::{self, Document, Kind, Node};
use crate::run::runner::FilterOptions;
use crate::violation::Violation;

impl Runner<'_> {
    /// Runs a phase as filters: each hook gets the config on its stdin, compact, and what it writes to its stdout is the config
    /// of the next one. The last one is [`Report::config`]. A phase that is not in the map has no filters, and leaves the config
    /// as it is. Callbacks get the config as their state, and leave it as it is.
    ///
    /// Hooks without `env` have no environment, unless [`Runner::environment`] says otherwise. Engines set
    /// [`Runner::working_directory`] to the bundle.
    ///
    /// # Errors
    /// `InvalidJson` or `InvalidConfig`: the config is no JSON object, and no hook was looked at. Else the error of the first hook
    /// that failed, or wrote anything but one JSON object with a member: then there is no new config.
    pub fn filter(&self, hooks: &Hooks, phase: &str, config: &[u8]) -> Result<Report, Box<RunError>> {
        let config = read(config).map_err(|error| Box::new(RunError { error, report: None }))?;
        let filter = Filter { options: self.filter, output: RefCell::default() };
        sequence::run_filters(
            &self.for_filters(),
            phase,
            hooks.get(phase).unwrap_or_default(),
            config,
            filter,
        )
    }
}

/// What is made of a filter's output, for the fuzzer.
#[cfg(fuzzing)]
pub fn filtered_config(output: &[u8]) -> Result<Option<String>, String> {
    let filter = Filter { options: FilterOptions::default(), output: RefCell::default() };
    filter.collect(output);
    filter.take_config()
}

/// The caller's config, compact.
fn read(config: &[u8]) -> Result<String, Error> {
    let document = Document::new(config)?;
    let root = document.root()?;
    if root.kind() != Kind::Object {
        let violation: Violation = document.violation(root, "", "must be an object: a config");
        return Err(Error::InvalidConfig(violation.into()));
    }
    compact(&document, root)
}

/// A config without the white space between its parts. Of a member that is there more than once, the last one stays, as Go's
/// readers have it.
fn compact<'a>(document: &Document<'a>, root: Node<'a>) -> Result<String, Error> {
    let members = document.members(root)?;
    if document.duplicate(&members, "").is_none() {
        return Ok(json::compact(root).get().to_owned());
    }
    let mut seen = HashSet::new();
    let mut last: Vec<_> = members.iter().rev().filter(|(key, _)| seen.insert(key)).collect();
    last.reverse();
    let mut text = String::from("{");
    for (key, value) in last {
        if text.len() > 1 {
            text.push(',');
        }
        // A string is always written.
        text.push_str(&serde_json::to_string(key).unwrap_or_default());
        text.push(':');
        text.push_str(json::compact(*value).get());
    }
    text.push('}');
    Ok(text)
}

/// What the running filter has written so far, and what may come of it.
#[derive(Debug)]
pub(super) struct Filter {
    options: FilterOptions,
    output: RefCell<Vec<u8>>,
}

impl Filter {
    /// Takes what was written, up to one byte more than the limit.
    pub fn collect(&self, bytes: &[u8]) {
        let mut output = self.output.borrow_mut();
        let room = (self.options.limit + 1).saturating_sub(output.len());
        output.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// The config that a filter has written, or why that is none; `None` where it leaves the config as it is.
    pub fn take_config(&self) -> Result<Option<String>, String> {
        let output = self.output.take();
        if output.len() > self.options.limit {
            return Err(format!("more than {} bytes", self.options.limit));
        }
        if output.trim_ascii().is_empty() {
            return if self.options.may_write_nothing { Ok(None) } else { Err("nothing".to_owned()) };
        }
        Self::object(&output).map(Some)
    }

    fn object(output: &[u8]) -> Result<String, String> {
        let not_json = |error: Error| match error {
            Error::InvalidJson { position, message } => {
                format!("no JSON at line {}, column {}: {message}", position.line, position.column)
            }
            other => other.to_string(),
        };
        let document = Document::new(output).map_err(not_json)?;
        let root = document.root().map_err(not_json)?;
        match (root.kind(), root.text().trim_start_matches('{').trim_ascii()) {
            (Kind::Object, "}") => Err("an empty object".to_owned()),
            (Kind::Object, _) => compact(&document, root).map_err(not_json),
            _ => Err(format!("no object: {}", Violation::new("", root.text(), "").value)),
        }
    }
}
