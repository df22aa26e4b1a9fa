//! The six phases of the runtime-spec: one table of everything that is known about each.

/// A lifecycle phase of the runtime-spec (its `hooks` object calls it by the same name).
///
/// ```
/// use ocihooks::{Namespace, Phase};
///
/// assert_eq!(Phase::from_name("startContainer"), Some(Phase::StartContainer));
/// assert_eq!(Phase::StartContainer.namespace(), Namespace::Container);
/// let names: Vec<_> = Phase::all().map(Phase::name).collect();
/// assert_eq!(names[0], "prestart");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Deprecated by the spec, still run first, at *create*.
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

/// What a failing hook does to the hooks behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The phase ends, the rest is skipped, and the run fails.
    Stop,
    /// A warning is logged and the rest runs; the run succeeds.
    Warn,
}

/// What the runtime-spec says of one phase.
struct Facts {
    phase: Phase,
    name: &'static str,
    namespace: Namespace,
    /// Where a hook's path is resolved.
    path: Namespace,
    on_failure: OnFailure,
    /// The statuses in which a container may be seen by a hook of the phase.
    statuses: &'static [&'static str],
}

/// The lifecycle, in its order. At *create* both `creating` and `created` are seen in the field, and
/// the spec's text supports either.
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
    /// How many phases the spec knows.
    pub const COUNT: usize = TABLE.len();

    /// Every phase, in lifecycle order.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|facts| facts.phase)
    }

    /// The phase of that name, exactly as the spec spells it.
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|facts| facts.name == name).map(|facts| facts.phase)
    }

    /// The name, as the spec spells it.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Its place in the lifecycle, from 0.
    pub fn order(self) -> usize {
        self as usize
    }

    /// The namespaces that its hooks run in.
    pub fn namespace(self) -> Namespace {
        self.facts().namespace
    }

    /// Where a hook's `path` is resolved.
    pub fn path_namespace(self) -> Namespace {
        self.facts().path
    }

    /// What a failing hook does to the hooks behind it (runtime-spec 1.3).
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
