//! A `hooks` object: phases, and what is none.

use super::{Linter, hook};
use crate::error::Error;
use crate::finding::Severity;
use crate::json::Collector;
use crate::json::{self, Kind, Node};
use crate::json_pointer;
use crate::phase::Phase;

/// What is to be said of a `hooks` object that stands at `pointer`.
pub(super) fn lint<'a>(
    linter: &Linter,
    collector: &mut Collector<'_, 'a>,
    hooks: Node<'a>,
    pointer: &str,
) -> Result<(), Error> {
    match json::hooks_at(collector.document, hooks, pointer) {
        Ok(_) => {}
        Err(Error::InvalidHooks(violations)) => collector.violations(violations),
        Err(error) => return Err(error),
    }
    if hooks.kind() != Kind::Object {
        return Ok(());
    }
    for (key, list) in collector.document.members(hooks)? {
        let pointer = json_pointer::step(pointer, &key);
        let phase = Phase::from_name(&key);
        match phase {
            None => not_a_phase(collector, &key, list, &pointer),
            Some(phase) => deprecated(collector, phase, list, &pointer),
        }
        for (index, element) in list.elements().unwrap_or_default().into_iter().enumerate() {
            if element.kind() == Kind::Object && phase.is_some() {
                hook::lint(linter, collector, element, &format!("{pointer}/{index}"), phase)?;
            }
        }
    }
    Ok(())
}

/// Warns of a phase that the runtime-spec deprecates.
pub(super) fn deprecated<'a>(
    collector: &mut Collector<'_, 'a>,
    phase: Phase,
    value: Node<'a>,
    pointer: &str,
) {
    if phase == Phase::Prestart {
        let message = "is prestart, which the runtime-spec deprecates";
        let hint = "createRuntime, createContainer and startContainer take its place";
        collector.warning(value, pointer, "prestart-deprecated", message, hint);
    }
}

fn not_a_phase<'a>(collector: &mut Collector<'_, 'a>, key: &str, value: Node<'a>, pointer: &str) {
    match Phase::all().find(|phase| phase.name().eq_ignore_ascii_case(key)) {
        Some(phase) => {
            let message =
                format!("is no phase, since names are case-sensitive: \"{}\" may be meant", phase.name());
            collector.warning(value, pointer, "phase-case", message, "no runtime runs these hooks");
        }
        None => {
            let message = "is none of the six phases: it is kept, and runtimes don't run it";
            collector.find(Severity::Note, value, pointer, "phase-unknown", message, "");
        }
    }
}
