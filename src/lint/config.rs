//! A config.json: its `hooks`.

use super::{Linter, hooks};
use crate::error::Error;
use crate::finding::Finding;
use crate::json::Collector;
use crate::json::{Kind, Node};
use crate::json_pointer;

/// What is to be said of a config's hooks.
pub(super) fn lint<'a>(
    linter: &Linter,
    collector: &mut Collector<'_, 'a>,
    root: Node<'a>,
) -> Result<(), Error> {
    let members = collector.document.members(root)?;
    if let Some(violation) = collector.document.duplicate(&members, "") {
        collector.add(Finding::of_violation(collector.name, violation));
    }
    if !members.iter().any(|(key, _)| key == "ociVersion") {
        let message = "must have ociVersion: the runtime-spec asks for it";
        let finding = collector.finding(root, "/ociVersion", "oci-version-missing", message);
        collector.add(Finding { value: String::new(), ..finding });
    }
    for (key, value) in members {
        let pointer = json_pointer::step("", &key);
        if key == "hooks" && value.kind() != Kind::Null {
            hooks::lint(linter, collector, value, &pointer)?;
        } else if key != "hooks" && key.eq_ignore_ascii_case("hooks") {
            let message = "is not read, since names are case-sensitive: \"hooks\" may be meant";
            collector.warning(value, &pointer, "property-case", message, "no runtime runs these hooks");
        }
    }
    Ok(())
}
