//! The stages of a file: which phases its hook is injected into.

use super::properties::Property;
use crate::json::Collector;
use crate::json::{Kind, Node};
use crate::phase::Phase;

/// Reads `stages` as phases, each once; `None` after a violation. `offered` are the caller's own stages.
pub(super) fn phases<'a>(
    reader: &mut Collector<'_, 'a>,
    root: Node<'a>,
    stages: Option<&Property<'a>>,
    offered: &[String],
) -> Option<Vec<String>> {
    let Some(stages) = stages.filter(|stages| stages.value().kind() != Kind::Null) else {
        reader.error(root, "/stages", "stages-missing", "must be there: a hook file needs stages");
        return None;
    };
    let Some(elements) = stages.value().elements() else {
        reader.error(stages.value(), &stages.pointer, "wrong-type", "must be an array of strings");
        return None;
    };
    let mut phases: Vec<String> = Vec::new();
    for (index, element) in elements.into_iter().enumerate() {
        let pointer = format!("{}/{index}", stages.pointer);
        let Some(stage) = element.string() else {
            reader.error(element, &pointer, "wrong-type", "must be a string");
            continue;
        };
        match phase(&stage, offered) {
            None => unknown(reader, element, &pointer, &stage),
            Some(phase) if phases.iter().any(|other| other == phase) => {
                let message = format!("stands for {phase} again: the hook is injected there once");
                reader.warning(element, &pointer, "stage-duplicate", message, "");
            }
            Some(phase) => phases.push(phase.to_owned()),
        }
    }
    Some(phases)
}

/// The phase that a stage is injected into. Engines have moved `prestart` to `createRuntime`, since the runtime-spec
/// deprecates it.
fn phase<'s>(stage: &'s str, offered: &[String]) -> Option<&'s str> {
    if offered.iter().any(|own| own == stage) {
        return Some(stage);
    }
    match Phase::from_name(stage)? {
        Phase::Prestart => Some(Phase::CreateRuntime.name()),
        phase => Some(phase.name()),
    }
}

fn unknown<'a>(reader: &mut Collector<'_, 'a>, element: Node<'a>, pointer: &str, stage: &str) {
    let near = Phase::all().any(|phase| phase.name().eq_ignore_ascii_case(stage));
    let hint = if near { "names of stages are case-sensitive" } else { "" };
    let message = "is a stage that is not offered here: the hook is not injected for it";
    reader.warning(element, pointer, "stage-unknown", message, hint);
}
