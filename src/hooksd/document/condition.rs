//! When a hook is injected: conditions, each met by a container or not.

use super::container::Container;
use crate::hooksd::pattern::Pattern;

/// One condition of a file.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    /// Every container, or none.
    Always(bool),
    /// Containers with bind mounts. `false` is met by no container, as in the engines.
    HasBindMounts(bool),
    /// An annotation whose key and value both match.
    Annotation { key: Pattern, value: Pattern },
    /// An annotation whose value matches one of the patterns.
    AnnotationValue(Vec<Pattern>),
    /// A first argument that matches one of the patterns.
    Command(Vec<Pattern>),
}

impl Condition {
    /// The property that says it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Always(_) => "always",
            Self::HasBindMounts(_) => "hasBindMounts",
            Self::Annotation { .. } | Self::AnnotationValue(_) => "annotations",
            Self::Command(_) => "commands",
        }
    }

    pub fn is_met(&self, container: &Container) -> bool {
        match self {
            Self::Always(on) => *on,
            Self::HasBindMounts(on) => *on && container.has_bind_mounts,
            Self::Annotation { key, value } => {
                container.annotations.iter().any(|(name, text)| key.is_match(name) && value.is_match(text))
            }
            Self::AnnotationValue(patterns) => container
                .annotations
                .iter()
                .any(|(_, text)| patterns.iter().any(|pattern| pattern.is_match(text))),
            Self::Command(patterns) => container
                .command
                .as_ref()
                .is_some_and(|command| patterns.iter().any(|it| it.is_match(command))),
        }
    }

    /// The patterns as they were written; a pair for an annotation.
    pub fn patterns(&self) -> Vec<&str> {
        match self {
            Self::Always(_) | Self::HasBindMounts(_) => Vec::new(),
            Self::Annotation { key, value } => vec![key.text(), value.text()],
            Self::AnnotationValue(patterns) | Self::Command(patterns) => {
                patterns.iter().map(Pattern::text).collect()
            }
        }
    }
}

/// The conditions of a file.
#[derive(Debug, Clone)]
pub(crate) struct Conditions {
    /// Whether all have to be met; else one.
    all: bool,
    list: Vec<Condition>,
}

impl Conditions {
    /// All of them have to be met, and there has to be one: version 1.0.0.
    pub fn all() -> Self {
        Self { all: true, list: Vec::new() }
    }

    /// One of them has to be met: version 0.1.0.
    pub fn any() -> Self {
        Self { all: false, list: Vec::new() }
    }

    pub fn add(&mut self, condition: Condition) {
        self.list.push(condition);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Condition> {
        self.list.iter()
    }

    /// `all` or `any`.
    pub fn mode(&self) -> &'static str {
        if self.all { "all" } else { "any" }
    }

    pub fn match_container(&self, container: &Container) -> bool {
        let mut met = self.list.iter().map(|condition| condition.is_met(container));
        if self.all { !self.list.is_empty() && met.all(|met| met) } else { met.any(|met| met) }
    }
}
