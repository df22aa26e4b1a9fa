//! Which hooks a container gets.

use super::document::container::Container;
use super::set::HookFiles;
use crate::error::Error;
use crate::finding::Severity;
use crate::hook::Hook;
use crate::hooks::Hooks;

impl HookFiles {
    /// What the files add to a container, in their order. Stages of the caller's own are phases of the map. The config's own
    /// hooks are not among them: [`Hooks::merge`] puts these behind those.
    ///
    /// # Errors
    /// `InvalidFiles` where strict and a file can't be used.
    pub fn match_container(&self, container: &Container) -> Result<Hooks, Error> {
        if self.strict && self.violation_count(Severity::Error) > 0 {
            let violations = self.violations().filter(|finding| finding.severity == Severity::Error);
            return Err(Error::files(violations.cloned().collect()));
        }
        let mut hooks = Hooks::new();
        for (_, _, file) in self.used().filter(|(_, _, file)| file.conditions.match_container(container)) {
            for phase in &file.phases {
                hooks.add(phase, Hook::Command(file.hook.clone()))?;
            }
        }
        Ok(hooks)
    }
}
