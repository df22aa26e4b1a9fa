//! Hooks of CDI files: the `containerEdits` of a device, whose YAML the caller has read.

use crate::error::Error;
use crate::hook::{Hook, rule};
use crate::hooks::Hooks;
use crate::json::{self, Document, Kind, Member, Node};
use crate::json_pointer;
use crate::phase::Phase;
use crate::violation::Violations;

/// Appends the hooks of a `containerEdits` object, in JSON, to a map: each to the phase that its `hookName` says, `prestart`
/// included. What else the object has is passed over.
///
/// ```
/// # fn main() -> Result<(), ocihooks::Error> {
/// let mut hooks = ocihooks::Hooks::new();
/// let edits = br#"{"env": ["A=b"], "hooks": [{"hookName": "createContainer", "path": "/usr/bin/ldconfig-hook"}]}"#;
/// ocihooks::cdi::add_edits(&mut hooks, edits)?;
/// assert_eq!(hooks.count("createContainer"), 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `InvalidJson`, or `InvalidHooks` with the violations; then nothing was changed.
pub fn add_edits(hooks: &mut Hooks, edits: &[u8]) -> Result<(), Error> {
    let document = Document::new(edits)?;
    let mut reader = Reader { document: &document, violations: Violations::default() };
    let read = reader.edits(document.root()?, "")?;
    if !reader.violations.is_empty() {
        return Err(Error::InvalidHooks(reader.violations));
    }
    read.into_iter().try_for_each(|(phase, hook)| hooks.add(phase.name(), hook))
}

/// The violations of a `containerEdits` object that stands at `pointer` in a document.
pub(crate) fn violations<'a>(
    document: &Document<'a>,
    edits: Node<'a>,
    pointer: &str,
) -> Result<Violations, Error> {
    let mut reader = Reader { document, violations: Violations::default() };
    reader.edits(edits, pointer)?;
    Ok(reader.violations)
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    violations: Violations,
}

impl<'a> Reader<'_, 'a> {
    fn edits(&mut self, edits: Node<'a>, pointer: &str) -> Result<Vec<(Phase, Hook)>, Error> {
        let Some(members) = self.members(edits, pointer)? else { return Ok(Vec::new()) };
        let list = members.iter().find(|(key, value)| key == "hooks" && value.kind() != Kind::Null);
        let Some((_, list)) = list else { return Ok(Vec::new()) };
        let pointer = json_pointer::step(pointer, "hooks");
        let Some(elements) = list.elements() else {
            self.violation(*list, &pointer, "must be an array of hooks");
            return Ok(Vec::new());
        };
        let mut hooks = Vec::new();
        for (index, element) in elements.into_iter().enumerate() {
            let hook = self.hook(element, &format!("{pointer}/{index}"))?;
            // After the first violation nothing comes of what is read.
            hooks.extend(hook.filter(|_| self.violations.is_empty()));
        }
        Ok(hooks)
    }

    fn hook(&mut self, hook: Node<'a>, pointer: &str) -> Result<Option<(Phase, Hook)>, Error> {
        let Some(mut members) = self.members(hook, pointer)? else { return Ok(None) };
        let name = members.iter().position(|(key, _)| key == "hookName").map(|place| members.remove(place));
        let at = json_pointer::step(pointer, "hookName");
        let phase = match &name {
            None => {
                self.violation(hook, &at, "must be there: it says the phase");
                None
            }
            Some((_, name)) => {
                let phase = name.string().as_deref().and_then(Phase::from_name);
                if phase.is_none() {
                    self.violation(*name, &at, "must be one of the six phases");
                }
                phase
            }
        };
        if !members.iter().any(|(key, _)| key == "path") {
            self.violation(hook, &json_pointer::step(pointer, "path"), rule::PATH_PRESENT);
        }
        match json::hook(self.document, &members, pointer) {
            Ok(command) => Ok(phase.map(|phase| (phase, Hook::Command(command)))),
            Err(violations) => {
                violations.kept.into_iter().for_each(|violation| self.violations.push(violation));
                self.violations.left_out += violations.left_out;
                Ok(None)
            }
        }
    }

    /// The members of an object without duplicates; a violation, and none, where it is anything else.
    fn members(&mut self, object: Node<'a>, pointer: &str) -> Result<Option<Vec<Member<'a>>>, Error> {
        if object.kind() != Kind::Object {
            self.violation(object, pointer, "must be an object");
            return Ok(None);
        }
        let members = self.document.members(object)?;
        if let Some(violation) = self.document.duplicate(&members, pointer) {
            self.violations.push(violation);
        }
        Ok(Some(members))
    }

    fn violation(&mut self, value: Node<'a>, pointer: &str, rule: &'static str) {
        self.violations.push(self.document.violation(value, pointer, rule));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_go_behind_what_is_there() {
        let mut hooks = json::parse(br#"{"prestart": [{"path": "/first"}]}"#).expect("hooks");
        let edits = br#"{"deviceNodes": [], "hooks": [
            {"hookName": "prestart", "path": "/p", "args": ["p", "-x"], "env": ["A=b"], "timeout": 5},
            {"hookName": "poststop", "path": "/q", "x-own": 1.0}]}"#;
        add_edits(&mut hooks, edits).expect("edits");
        assert_eq!(
            json::to_string(&hooks),
            "{\"prestart\":[{\"path\":\"/first\"},{\"path\":\"/p\",\"args\":[\"p\",\"-x\"],\"env\":[\"A=b\"],\"timeout\":5}],\
             \"poststop\":[{\"path\":\"/q\",\"x-own\":1.0}]}"
        );
        for nothing in ["{}", "{\"hooks\": null}", "{\"hooks\": []}"] {
            add_edits(&mut hooks, nothing.as_bytes()).expect("no hooks");
        }
    }

    #[test]
    fn all_or_nothing_with_every_violation() {
        let mut hooks = Hooks::new();
        let edits =
            br#"{"hooks": [{"hookName": "poststop", "path": "/a"}, {"hookName": "Prestart", "path": "b"},
            {"path": "/c", "timeout": 0}, 7, {"hookName": 1}]}"#;
        let Err(Error::InvalidHooks(violations)) = add_edits(&mut hooks, edits) else { panic!("taken") };
        let pointers: Vec<_> = violations.kept.iter().map(|violation| violation.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/hooks/1/hookName",
                "/hooks/1/path",
                "/hooks/2/hookName",
                "/hooks/2/timeout",
                "/hooks/3",
                "/hooks/4/hookName",
                "/hooks/4/path"
            ]
        );
        assert_eq!(json::to_string(&hooks), "{}");
        assert!(matches!(add_edits(&mut hooks, b"[]"), Err(Error::InvalidHooks(_))));
        assert!(matches!(add_edits(&mut hooks, b"{"), Err(Error::InvalidJson { .. })));
    }
}
