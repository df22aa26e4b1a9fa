//! What a document may have meant: names in another case, and documents of another form.

use super::Form;
use crate::dialect::Dialect;
use crate::phase::Phase;

/// The name that differs from a key in case only.
fn meant<'n>(key: &str, mut names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names.find(|name| key.eq_ignore_ascii_case(name) && key != *name)
}

/// The phase that a member of the `hooks` object may have meant.
pub(super) fn meant_phase(key: &str) -> Option<&'static str> {
    meant(key, Phase::all().map(Phase::name))
}

/// The property that a hook's may have meant.
pub(super) fn meant_property(key: &str, dialect: Dialect) -> Option<&'static str> {
    let dir = dialect.has_dir().then_some("dir");
    meant(key, ["path", "args", "env", "timeout"].into_iter().chain(dir))
}

/// The member that a config's may have meant.
pub(super) fn meant_member(key: &str) -> Option<&'static str> {
    meant(key, ["hooks"].into_iter())
}

/// What a document seems to be, where it has no hooks as it was read.
///
/// `has` says whether the document's top has a member. The text names the function that reads such a document: by the end of
/// its name, since that is the same in every language.
pub(super) fn other_form(form: Form, has: impl Fn(&str) -> bool) -> Option<String> {
    if has("hook") && ["when", "stages", "stage"].into_iter().any(&has) {
        return Some(
            "has no phase, but \"hook\": it looks like a hook file of hooks.d, which hooksd_add_file reads"
                .into(),
        );
    }
    match form {
        Form::Config => {
            let phase = Phase::all().map(Phase::name).find(|name| has(name))?;
            Some(format!(
                "has no hooks, but \"{phase}\": it looks like the hooks object itself, which parse reads"
            ))
        }
        Form::Hooks | Form::Libcontainer => {
            let member = ["ociVersion", "hooks"].into_iter().find(|name| has(name))?;
            Some(format!(
                "has no phase, but \"{member}\": it looks like a config.json, which parse_config reads"
            ))
        }
    }
}
