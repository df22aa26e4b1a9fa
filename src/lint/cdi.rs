//! A CDI document: the hooks of its devices, and of all of them.

use super::{Linter, hook, hooks, member};
use crate::cdi;
use crate::error::Error;
use crate::json::Collector;
use crate::json::{Kind, Node};
use crate::phase::Phase;

/// What is to be said of a CDI document, or of a `containerEdits` object.
pub(super) fn lint<'a>(
    linter: &Linter,
    collector: &mut Collector<'_, 'a>,
    root: Node<'a>,
) -> Result<(), Error> {
    let mut found = false;
    if let Some(value) = member(collector, root, "containerEdits")? {
        found = true;
        edits(linter, collector, value, "/containerEdits")?;
    }
    if let Some(devices) = member(collector, root, "devices")? {
        found = true;
        for (index, device) in devices.elements().unwrap_or_default().into_iter().enumerate() {
            if let Some(value) = member(collector, device, "containerEdits")? {
                edits(linter, collector, value, &format!("/devices/{index}/containerEdits"))?;
            }
        }
    }
    if !found {
        edits(linter, collector, root, "")?;
    }
    Ok(())
}

fn edits<'a>(
    linter: &Linter,
    collector: &mut Collector<'_, 'a>,
    edits: Node<'a>,
    pointer: &str,
) -> Result<(), Error> {
    let violations = cdi::violations(collector.document, edits, pointer)?;
    collector.violations(violations);
    let Some(list) = member(collector, edits, "hooks")? else { return Ok(()) };
    for (index, element) in list.elements().unwrap_or_default().into_iter().enumerate() {
        if element.kind() != Kind::Object {
            continue;
        }
        let pointer = format!("{pointer}/hooks/{index}");
        let name = member(collector, element, "hookName")?;
        let phase = name.and_then(Node::string).as_deref().and_then(Phase::from_name);
        if let (Some(name), Some(phase)) = (name, phase) {
            hooks::deprecated(collector, phase, name, &format!("{pointer}/hookName"));
        }
        hook::lint(linter, collector, element, &pointer, phase)?;
    }
    Ok(())
}
