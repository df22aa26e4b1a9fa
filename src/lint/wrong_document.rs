//! One kind of document in the place of another: it may be right, and do nothing.

use super::DocumentKind;
use crate::error::Error;
use crate::json::Collector;
use crate::json::Node;
use crate::phase::Phase;

/// The keys that tell a kind of document from the others.
const KEYS: [(DocumentKind, &[&str], &str); 3] = [
    (DocumentKind::Config, &["ociVersion", "process", "root", "mounts"], "a config.json"),
    (DocumentKind::HookFile, &["hook", "stages", "stage", "when"], "a file of a hooks.d"),
    (DocumentKind::Cdi, &["cdiVersion", "devices", "containerEdits"], "a CDI document"),
];

/// Warns of a document that looks like another kind.
pub(super) fn lint<'a>(
    collector: &mut Collector<'_, 'a>,
    root: Node<'a>,
    kind: DocumentKind,
) -> Result<(), Error> {
    let members = collector.document.members(root)?;
    let has = |keys: &[&str]| members.iter().any(|(key, _)| keys.contains(&&**key));
    let is_expected = match kind {
        DocumentKind::Hooks => members.iter().any(|(key, _)| Phase::from_name(key).is_some()),
        kind => KEYS.iter().any(|(other, keys, _)| *other == kind && has(keys)),
    };
    if is_expected {
        return Ok(());
    }
    let looks = KEYS.iter().find(|(other, keys, _)| *other != kind && has(keys)).map(|(_, _, what)| *what);
    let is_hooks =
        || kind != DocumentKind::Hooks && members.iter().any(|(key, _)| Phase::from_name(key).is_some());
    if let Some(what) = looks.or_else(|| is_hooks().then_some("a hooks object")) {
        let message = format!("looks like {what}, which is another document");
        collector.warning(root, "", "wrong-document", message, "");
    }
    Ok(())
}
