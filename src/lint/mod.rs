//! Lint: what is to be said of hooks, beyond whether they can be used.
//!
//! Each finding has a stable rule and a place. Errors are what the library refuses, and a condition that nobody knows; warnings
//! are what does something else than somebody may think; notes are worth knowing.
//!
//! | module | what it is |
//! |--------|------------|
//! | `hook` | one hook: its time limit, its program on the host |
//! | `hooks` | a `hooks` object |
//! | `config` | a config.json |
//! | `hook_file` | a file of a `hooks.d` |
//! | `cdi` | a CDI document |
//! | `wrong_document` | one kind of document in the place of another |
//! | `host` | what the host says of a program |

mod cdi;
mod config;
mod hook;
mod hook_file;
mod hooks;
mod wrong_document;

use crate::error::Error;
use crate::finding::Finding;
use crate::json::Collector;
use crate::json::{Document, Kind, Node};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentKind {
    /// A `hooks` object of the runtime-spec.
    Hooks = 0,
    /// A config.json of the runtime-spec.
    Config = 1,
    /// A file of a `hooks.d`.
    HookFile = 3,
    /// A CDI document, or a `containerEdits` object of one, in JSON.
    Cdi = 4,
}

/// Says what is to be said of documents.
///
/// ```
/// use ocihooks::lint::{DocumentKind, Linter};
///
/// let findings = Linter::new().lint(DocumentKind::Hooks, "hooks.json", br#"{"poststop": [{"path": "/bin/true"}]}"#);
/// assert_eq!(findings[0].rule, "no-timeout");
/// assert_eq!(
///     findings[0].to_string(),
///     "hooks.json:1:15: warning: /poststop/0 has no timeout: a hook without a limit can hold a container for ever \
///      [no-timeout]"
/// );
/// ```
#[derive(Debug, Clone, Default)]
pub struct Linter {
    stages: Vec<String>,
    check_host: bool,
}

impl Linter {
    /// A linter that asks the host nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// A stage that the caller offers to hook files, as podman's `precreate`.
    pub fn add_stage(&mut self, stage: &str) -> &mut Self {
        self.stages.push(stage.to_owned());
        self
    }

    /// Whether the host is asked about the hooks' programs, but for those of startContainer, which are in the container.
    pub fn check_host(&mut self, on: bool) -> &mut Self {
        self.check_host = on;
        self
    }

    /// What is to be said of a document. `file` is its name, for the findings only.
    pub fn lint(&self, kind: DocumentKind, file: &str, bytes: &[u8]) -> Vec<Finding> {
        self.findings(kind, file, bytes).unwrap_or_else(|error| vec![Finding::not_json(&error, file)])
    }

    fn findings(&self, kind: DocumentKind, file: &str, bytes: &[u8]) -> Result<Vec<Finding>, Error> {
        let document = Document::new(bytes)?;
        let root = document.root()?;
        let mut collector = Collector::new(&document, file);
        if root.kind() != Kind::Object {
            collector.error(root, "", "wrong-type", "must be an object");
            return Ok(collector.finish());
        }
        wrong_document::lint(&mut collector, root, kind)?;
        match kind {
            DocumentKind::Hooks => hooks::lint(self, &mut collector, root, "")?,
            DocumentKind::Config => config::lint(self, &mut collector, root)?,
            DocumentKind::HookFile => hook_file::lint(self, &mut collector, root, bytes)?,
            DocumentKind::Cdi => cdi::lint(self, &mut collector, root)?,
        }
        Ok(collector.finish())
    }
}

/// The last member of that name.
fn member<'a>(
    collector: &Collector<'_, 'a>,
    object: Node<'a>,
    name: &str,
) -> Result<Option<Node<'a>>, Error> {
    if object.kind() != Kind::Object {
        return Ok(None);
    }
    let members = collector.document.members(object)?;
    Ok(members.into_iter().rev().find(|(key, _)| key == name).map(|(_, value)| value))
}
