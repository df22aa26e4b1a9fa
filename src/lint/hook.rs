//! One hook: its time limit, and its program on the host.

use super::{Linter, member};
use crate::error::Error;
use crate::finding::Finding;
use crate::host;
use crate::json::Collector;
use crate::json::{Kind, Node};
use crate::json_pointer;
use crate::phase::{Namespace, Phase};

/// What is to be said of a hook object that is right. `phase`: the one it runs in, where that is known.
pub(super) fn lint<'a>(
    linter: &Linter,
    collector: &mut Collector<'_, 'a>,
    hook: Node<'a>,
    pointer: &str,
    phase: Option<Phase>,
) -> Result<(), Error> {
    let timeout = member(collector, hook, "timeout")?;
    if timeout.is_none_or(|timeout| timeout.kind() == Kind::Null) {
        no_timeout(collector, hook, pointer);
    }
    let in_container = phase.is_some_and(|phase| phase.path_namespace() == Namespace::Container);
    let path = member(collector, hook, "path")?;
    if let (Some(path), true) = (path, linter.check_host && !in_container) {
        ask_host(collector, path, &json_pointer::step(pointer, "path"));
    }
    Ok(())
}

/// Warns of a hook without a time limit.
pub(super) fn no_timeout<'a>(collector: &mut Collector<'_, 'a>, hook: Node<'a>, pointer: &str) {
    let message = "has no timeout: a hook without a limit can hold a container for ever";
    collector
        .add(Finding { value: String::new(), ..collector.finding(hook, pointer, "no-timeout", message) });
}

/// Asks the host about a program.
pub(super) fn ask_host<'a>(collector: &mut Collector<'_, 'a>, path: Node<'a>, pointer: &str) {
    let Some(program) = path.string() else { return };
    let position = Some(collector.document.position(path));
    for finding in host::program(collector.name, pointer, &program) {
        collector.add(Finding { position, ..finding });
    }
}
