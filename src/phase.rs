//! The six phases of the runtime-spec: one table with all facts about each.

/// A lifecycle phase of the runtime-spec. Its `hooks` object uses the same name.
/// ```
/// use ocihooks::{Namespace, Phase};
///
/// assert_eq!(Phase::from_name("startContainer"), Some(Phase::StartContainer));
/// assert_eq!(Phase::StartContainer.namespace(), Namespace::Container);
/// let names: Vec<_> = Phase::all().map(Phase::name).collect();
/// assert_eq!(names[0], "prestart");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// Deprecated by the spec, but still run, as the first at *create*.
    Prestart,
    /// At *create*, after the runtime environment was made and before `pivot_root`.
    CreateRuntime,
    /// At *create*, after `createRuntime`.
    CreateContainer,
    /// At *start*, before the user's process is executed.
    StartContainer,
    /// At *start*, after the user's process was started.
    Poststart,
    /// At *delete*, after the container is gone.
    Poststop,
}

/// The namespaces that a phase's hooks run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// Those of the runtime.
    Runtime,
    /// Those of the container.
    Container,
}

/// The effect of a failing hook on the hooks after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The phase ends, the remaining hooks are skipped, and the run fails.
    Stop,
    /// A warning is logged, the remaining hooks run, and the run succeeds.
    Warn,
}

/// The runtime-spec's definition of one phase.
struct Facts {
    phase: Phase,
    name: &'static str,
    namespace: Namespace,
    /// The namespaces in which a hook's path is resolved.
    path: Namespace,
    on_failure: OnFailure,
    /// The statuses of the container that hooks of the phase may see.
    statuses: &'static [&'static str],
}

/// The phases in lifecycle order. At *create* runtimes use both `creating` and `created`, and the spec's text
/// supports either.
const TABLE: [Facts; 6] = {
    use {Namespace::*, OnFailure::*, Phase::*};
    const AT_CREATE: &[&str] = &["creating", "created"];
    [
        facts(Prestart, "prestart", Runtime, Runtime, Stop, AT_CREATE),
        facts(CreateRuntime, "createRuntime", Runtime, Runtime, Stop, AT_CREATE),
        facts(CreateContainer, "createContainer", Container, Runtime, Stop, AT_CREATE),
        facts(StartContainer, "startContainer", Container, Container, Stop, &["created"]),
        facts(Poststart, "poststart", Runtime, Runtime, Stop, &["running"]),
        facts(Poststop, "poststop", Runtime, Runtime, Warn, &["stopped"]),
    ]
};

const fn facts(
    phase: Phase,
    name: &'static str,
    namespace: Namespace,
    path: Namespace,
    on_failure: OnFailure,
    statuses: &'static [&'static str],
) -> Facts {
    Facts { phase, name, namespace, path, on_failure, statuses }
}

impl Phase {
    /// The number of phases in the spec.
    pub const COUNT: usize = TABLE.len();

    /// Every phase, in lifecycle order.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|facts| facts.phase)
    }

    /// The phase with that name, exactly as the spec spells it.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|facts| facts.name == name).map(|facts| facts.phase)
    }

    /// The name, as the spec spells it.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The phase's place in the lifecycle, from 0.
    pub fn order(self) -> usize {
        self as usize
    }

    /// The namespaces that the phase's hooks run in.
    pub fn namespace(self) -> Namespace {
        self.facts().namespace
    }

    /// The namespaces in which a hook's `path` is resolved.
    pub fn path_namespace(self) -> Namespace {
        self.facts().path
    }

    /// The effect of a failing hook on the hooks after it (runtime-spec 1.3).
    pub fn on_failure(self) -> OnFailure {
        self.facts().on_failure
    }

    /// The values of the state's `status` that the spec expects in this phase.
    pub fn statuses(self) -> &'static [&'static str] {
        self.facts().statuses
    }

    fn facts(self) -> &'static Facts {
        &TABLE[self.order()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (place, facts) in TABLE.iter().enumerate() {
            assert_eq!(facts.phase.order(), place, "{}", facts.name);
            assert_eq!(Phase::from_name(facts.name), Some(facts.phase));
        }
    }

    #[test]
    fn names_are_case_sensitive() {
        assert_eq!(Phase::from_name("Prestart"), None);
        assert_eq!(Phase::from_name(""), None);
    }
}
