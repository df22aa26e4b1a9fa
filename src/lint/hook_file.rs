//! A file of a `hooks.d`: what its reader says, more strictly, and what it doesn't.

use super::{Linter, hook, member};
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::hooksd::{self, Read, pattern::Folding};
use crate::json::Collector;
use crate::json::{Kind, Node};
use crate::phase::{Namespace, Phase};

/// What is to be said of a hook file.
pub(super) fn lint<'a>(
    linter: &Linter,
    collector: &mut Collector<'_, 'a>,
    root: Node<'a>,
    bytes: &[u8],
) -> Result<(), Error> {
    let file = collector.name;
    if hooksd::differs_by_case(file.as_bytes()) {
        let message = "would be ignored: names of hook files end in .json, in lower case";
        collector.add(Finding::of_file(Severity::Warning, "suffix-case", file, message));
    }
    let Read { file: used, findings } =
        hooksd::read_document(bytes, file, &linter.stages, &mut Folding::default());
    for mut finding in findings {
        if finding.rule == "unknown-condition" {
            finding.severity = Severity::Error;
        }
        collector.add(finding);
    }
    let Some(used) = used else { return Ok(()) };
    let hook = member(collector, root, "hook")?.unwrap_or(root);
    if used.hook.timeout.is_none() {
        hook::no_timeout(collector, hook, "/hook");
    }
    if used.phases.is_empty() {
        let message = "has no stage that is offered: the hook is injected into no container";
        collector.find(Severity::Note, root, "/stages", "no-stage", message, "");
    }
    prestart(linter, collector, root)?;
    let in_container = |phase: &String| {
        Phase::from_name(phase).is_some_and(|phase| phase.path_namespace() == Namespace::Container)
    };
    if linter.check_host && !used.phases.iter().all(in_container) {
        let path = member(collector, hook, "path")?.unwrap_or(hook);
        let pointer =
            if path.kind() == Kind::String && hook.kind() == Kind::Object { "/hook/path" } else { "/hook" };
        hook::ask_host(collector, path, pointer);
    }
    Ok(())
}

/// Notes that `prestart` is another phase here.
fn prestart<'a>(linter: &Linter, collector: &mut Collector<'_, 'a>, root: Node<'a>) -> Result<(), Error> {
    let Some(stages) = member(collector, root, "stages")?.and_then(Node::elements) else { return Ok(()) };
    let name = Phase::Prestart.name();
    if linter.stages.iter().any(|stage| stage == name) {
        return Ok(());
    }
    for (index, stage) in stages.into_iter().enumerate() {
        if stage.string().as_deref() == Some(name) {
            let message =
                "is prestart, which the runtime-spec deprecates: the hook is injected into createRuntime";
            let pointer = format!("/stages/{index}");
            collector.warning(stage, &pointer, "prestart-deprecated", message, "write createRuntime");
        }
    }
    Ok(())
}
