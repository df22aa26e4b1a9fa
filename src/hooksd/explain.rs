//! Why a hook is injected or not, file by file, as JSON.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::candidate::{Candidate, Use};
use super::document::HookFile;
use super::document::condition::{Condition, Conditions};
use super::document::container::Container;
use super::set::HookFiles;

/// How many annotations a condition that was not met shows.
const SHOWN_ANNOTATIONS: usize = 3;

impl HookFiles {
    /// What became of every file for a container: which file masks it, whether it matched, which condition failed with which
    /// value, and what was injected where. One compact JSON object.
    pub fn explain(&self, container: &Container) -> String {
        // Every key is a string and no value can fail; there is no error to report.
        serde_json::to_string(&Explanation { files: self, container }).unwrap_or_default()
    }
}

struct Explanation<'s> {
    files: &'s HookFiles,
    container: &'s Container,
}

impl Serialize for Explanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("files", &Files { files: self.files, container: self.container })?;
        map.serialize_entry("violations", &self.files.violations().collect::<Vec<_>>())?;
        map.end()
    }
}

struct Files<'s> {
    files: &'s HookFiles,
    container: &'s Container,
}

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        // How many hooks each phase has got so far.
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for (name, candidates) in &self.files.files {
            let mask = candidates.iter().rposition(Candidate::masks);
            for (place, candidate) in candidates.iter().enumerate() {
                let masked_by = mask.filter(|mask| place < *mask).map(|mask| candidates[mask].file.as_str());
                let mut injected = Vec::new();
                let hook = if let Use::Hook(file) = &candidate.kind { Some(file.as_ref()) } else { None };
                let is_matched = |file: &&HookFile| file.conditions.match_container(self.container);
                if let Some(file) = hook.filter(|_| masked_by.is_none()).filter(is_matched) {
                    injected =
                        file.phases.iter().map(|phase| (phase.as_str(), next(&mut counts, phase))).collect();
                }
                let name = name.text();
                let container = self.container;
                list.serialize_element(&File { name: &name, candidate, masked_by, injected, container })?;
            }
        }
        list.end()
    }
}

/// The next place in a phase's list.
fn next<'p>(counts: &mut Vec<(&'p str, usize)>, phase: &'p str) -> usize {
    match counts.iter_mut().find(|(other, _)| *other == phase) {
        Some((_, count)) => {
            *count += 1;
            *count - 1
        }
        None => {
            counts.push((phase, 1));
            0
        }
    }
}

struct File<'s> {
    name: &'s str,
    candidate: &'s Candidate,
    masked_by: Option<&'s str>,
    /// Phases, each with the hook's place among the injected ones.
    injected: Vec<(&'s str, usize)>,
    container: &'s Container,
}

impl Serialize for File<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", self.name)?;
        map.serialize_entry("file", &self.candidate.file)?;
        if let Some(other) = self.masked_by {
            map.serialize_entry("result", "masked")?;
            map.serialize_entry("maskedBy", other)?;
            return map.end();
        }
        match &self.candidate.kind {
            Use::Nothing => map.serialize_entry("result", "unusable")?,
            Use::Mask => map.serialize_entry("result", "mask")?,
            Use::Hook(file) => self.hook(&mut map, file)?,
        }
        map.end()
    }
}

impl File<'_> {
    fn hook<M: SerializeMap>(&self, map: &mut M, file: &HookFile) -> Result<(), M::Error> {
        let matched = file.conditions.match_container(self.container);
        let result = match (matched, file.phases.is_empty()) {
            (false, _) => "not-matched",
            (true, true) => "no-stage",
            (true, false) => "injected",
        };
        map.serialize_entry("result", result)?;
        map.serialize_entry("path", &file.hook.path.to_string_lossy())?;
        map.serialize_entry("mode", file.conditions.mode())?;
        map.serialize_entry(
            "conditions",
            &Judged { conditions: &file.conditions, container: self.container },
        )?;
        let injected: Vec<_> =
            self.injected.iter().map(|(phase, index)| Place { phase, index: *index }).collect();
        map.serialize_entry("injected", &injected)
    }
}

struct Place<'s> {
    phase: &'s str,
    index: usize,
}

impl Serialize for Place<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("phase", self.phase)?;
        map.serialize_entry("index", &self.index)?;
        map.end()
    }
}

struct Judged<'s> {
    conditions: &'s Conditions,
    container: &'s Container,
}

impl Serialize for Judged<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for condition in self.conditions.iter() {
            list.serialize_element(&JudgedCondition { condition, container: self.container })?;
        }
        list.end()
    }
}

struct JudgedCondition<'s> {
    condition: &'s Condition,
    container: &'s Container,
}

impl Serialize for JudgedCondition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let JudgedCondition { condition, container } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("condition", condition.name())?;
        map.serialize_entry("met", &condition.is_met(container))?;
        match condition {
            Condition::Always(on) => map.serialize_entry("asked", on)?,
            Condition::HasBindMounts(on) => {
                map.serialize_entry("asked", on)?;
                map.serialize_entry("value", &container.has_bind_mounts)?;
            }
            Condition::Command(_) => {
                map.serialize_entry("patterns", &condition.patterns())?;
                map.serialize_entry("value", &container.command)?;
            }
            Condition::Annotation { key, .. } => {
                map.serialize_entry("patterns", &condition.patterns())?;
                map.serialize_entry("value", &Annotations::of(container, |name| key.is_match(name)))?;
            }
            Condition::AnnotationValue(_) => {
                map.serialize_entry("patterns", &condition.patterns())?;
                map.serialize_entry("value", &Annotations::of(container, |_| true))?;
            }
        }
        map.end()
    }
}

/// The first annotations that a condition looked at.
struct Annotations<'s>(Vec<&'s (String, String)>);

impl<'s> Annotations<'s> {
    fn of(container: &'s Container, wanted: impl Fn(&str) -> bool) -> Self {
        let looked_at = container.annotations.iter().filter(|(name, _)| wanted(name));
        Annotations(looked_at.take(SHOWN_ANNOTATIONS).collect())
    }
}

impl Serialize for Annotations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
