//! The hook files of all sources: masked by name, in the order of injection.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::candidate::{Candidate, Reading, Use};
use super::directory;
use super::document::HookFile;
use super::name::Name;
use super::pattern::Folding;
use crate::error::Error;
use crate::finding::{Finding, Severity};

/// Where files come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A directory, and what is to be said of it.
    Directory { path: PathBuf, findings: Vec<Finding> },
    /// One file that the caller has read.
    Memory,
}

/// Hook files that were read. Later sources win over earlier ones, file by file.
///
/// ```
/// use ocihooks::hooksd::{Container, HookFiles};
///
/// # fn main() -> Result<(), ocihooks::Error> {
/// let mut files = HookFiles::new();
/// files.add_directory("/nowhere/hooks.d"); // a missing directory is empty
/// files.add_file("net.json", br#"{"version": "1.0.0", "hook": {"path": "/usr/bin/net"},
///     "when": {"commands": ["^/bin/.*sh$"]}, "stages": ["createRuntime", "poststop"]}"#)?;
///
/// let container = Container::from_config(br#"{"process": {"args": ["/bin/bash"]}}"#, None, false)?;
/// let hooks = files.match_container(&container)?;
/// assert_eq!((hooks.count("createRuntime"), hooks.count("poststop")), (1, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct HookFiles {
    pub(super) stages: Vec<String>,
    pub(super) strict: bool,
    pub(super) check_host: bool,
    pub(super) sources: Vec<Source>,
    /// By name, in the order of injection; of each name the files of all sources, the first source first.
    pub(super) files: BTreeMap<Name, Vec<Candidate>>,
}

impl HookFiles {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Offers a stage that the runtime-spec doesn't know, as podman's `precreate`, or one of its own: hooks of that stage are
    /// injected into the phase of the same name. To be called before files are read.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty name, or after files were read.
    pub fn add_stage(&mut self, stage: &str) -> Result<(), Error> {
        if stage.is_empty() {
            return Err(Error::InvalidArgument("the stage's name is empty".into()));
        }
        if !self.sources.is_empty() {
            return Err(Error::InvalidArgument("stages are offered before files are read".into()));
        }
        if !self.stages.iter().any(|other| other == stage) {
            self.stages.push(stage.to_owned());
        }
        Ok(())
    }

    /// Whether a file that can't be used fails [`HookFiles::match_container`]; `false` is the default.
    pub fn set_strict(&mut self, on: bool) {
        self.strict = on;
    }

    /// Whether the host is asked about the hooks' programs: that they are there, and can be executed by nobody's leave. What
    /// it says is a warning, and the hook stays. `false` is the default.
    pub fn set_check_host(&mut self, on: bool) {
        self.check_host = on;
        self.ask_host();
    }

    /// Reads a directory, whose files win over those that were read before. A missing one is empty. What can't be used is a
    /// violation, and all other files are used.
    pub fn add_directory(&mut self, path: impl AsRef<Path>) {
        let source = self.sources.len();
        let path = path.as_ref().to_owned();
        let listing = directory::list(&path);
        self.sources.push(Source::Directory { path, findings: listing.findings });
        let mut folding = Folding::default();
        for (name, path) in listing.files {
            let mut reading = Reading { offered: &self.stages, folding: &mut folding };
            if let Some(candidate) = Candidate::from_path(source, path, &mut reading) {
                self.insert(name, candidate);
            }
        }
    }

    /// Reads a file that the caller has in memory, which wins over those that were read before. An empty one masks.
    ///
    /// # Errors
    /// `InvalidArgument` for a name that does not end in `.json`, or has a slash.
    pub fn add_file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let Some(key) = Name::new(name.as_bytes()).filter(|_| !name.contains(['/', '\0'])) else {
            return Err(Error::InvalidArgument(
                "the name of a hook file ends in .json, and has no slash".into(),
            ));
        };
        let source = self.sources.len();
        self.sources.push(Source::Memory);
        let mut reading = Reading { offered: &self.stages, folding: &mut Folding::default() };
        let candidate = Candidate::from_bytes(source, name, bytes, &mut reading);
        self.insert(key, candidate);
        Ok(())
    }

    /// How many files inject a hook into some container.
    pub fn count(&self) -> usize {
        self.used().count()
    }

    /// The names of those files, in the order of injection.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.used().map(|(name, _, _)| name.text().into_owned())
    }

    /// Their paths, in the same order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.used().map(|(_, candidate, _)| candidate.file.as_str())
    }

    /// What is to be said of the sources and of all files that are not masked, in the order of reading.
    pub fn violations(&self) -> impl Iterator<Item = &Finding> {
        let of_sources = self.sources.iter().flat_map(|source| match source {
            Source::Directory { findings, .. } => findings.as_slice(),
            Source::Memory => &[],
        });
        let of_files = self.files.values().flat_map(|candidates| unmasked(candidates));
        of_sources.chain(of_files.flat_map(|candidate| candidate.findings.iter().chain(&candidate.host)))
    }

    /// How many violations of a severity there are.
    pub fn violation_count(&self, severity: Severity) -> usize {
        self.violations().filter(|finding| finding.severity == severity).count()
    }

    /// The files whose hooks can be injected, in the order of injection.
    pub(super) fn used(&self) -> impl Iterator<Item = (&Name, &Candidate, &HookFile)> {
        self.files.iter().filter_map(|(name, candidates)| {
            let candidate = candidates.iter().rev().find(|candidate| candidate.masks())?;
            match &candidate.kind {
                Use::Hook(file) => Some((name, candidate, file.as_ref())),
                Use::Mask | Use::Nothing => None,
            }
        })
    }

    fn insert(&mut self, name: Name, mut candidate: Candidate) {
        if self.check_host {
            ask_host(&mut candidate);
        }
        self.files.entry(name).or_default().push(candidate);
    }

    /// Asks the host about all programs anew.
    pub(super) fn ask_host(&mut self) {
        for candidate in self.files.values_mut().flatten() {
            candidate.host.clear();
            if self.check_host {
                ask_host(candidate);
            }
        }
    }
}

/// The files of a name from the last source to the one that masks the rest.
pub(super) fn unmasked(candidates: &[Candidate]) -> impl Iterator<Item = &Candidate> {
    let mask = candidates.iter().rposition(Candidate::masks).unwrap_or(0);
    candidates[mask..].iter().rev()
}

/// Asks the host about the program, unless every phase looks for it in the container.
fn ask_host(candidate: &mut Candidate) {
    let Use::Hook(file) = &candidate.kind else { return };
    let in_container = |phase: &String| phase == crate::phase::Phase::StartContainer.name();
    if !file.phases.is_empty() && !file.phases.iter().all(in_container) {
        let found = crate::host::program(&candidate.file, "/hook/path", &file.hook.path.to_string_lossy());
        candidate.host.extend(found);
    }
}
