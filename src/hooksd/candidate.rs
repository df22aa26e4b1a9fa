//! One file of one source: what was read of it, and what is to be said of it.

use std::path::PathBuf;

use super::document::{self, HookFile};
use super::file::{self, Content, Found, Stamp};
use super::pattern::Folding;
use crate::finding::{Finding, Severity};

/// What a file is good for.
#[derive(Debug, Clone)]
pub(super) enum Use {
    /// Its hook is injected where it matches.
    Hook(Box<HookFile>),
    /// It masks files of its name, and injects nothing.
    Mask,
    /// Nothing: it masks nothing either.
    Nothing,
}

/// A file under its name in one source.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Its place among the sources.
    pub source: usize,
    /// How findings call it: its path.
    pub file: String,
    pub kind: Use,
    pub findings: Vec<Finding>,
    /// What the host says of its program, where that was asked for.
    pub host: Vec<Finding>,
    path: Option<PathBuf>,
    stamp: Option<Stamp>,
    /// Whether what is used is an older version, because the file can't be used any more.
    kept: bool,
}

/// What every reading needs.
pub(super) struct Reading<'s> {
    pub offered: &'s [String],
    pub folding: &'s mut Folding,
}

impl Candidate {
    /// Reads a file of a directory; `None` where it is gone.
    pub fn from_path(source: usize, path: PathBuf, reading: &mut Reading<'_>) -> Option<Self> {
        let file = path.to_string_lossy().into_owned();
        let mut candidate = match file::read(&path, &file) {
            Found::Nothing => return None,
            Found::Content(Content { bytes, stamp }) => Self::of(source, file, &bytes, stamp, reading),
            Found::Mask(stamp) => Self::new(source, file, Use::Mask, Vec::new(), Some(stamp)),
            Found::Unusable(finding) => Self::new(source, file, Use::Nothing, vec![finding], None),
        };
        candidate.path = Some(path);
        Some(candidate)
    }

    /// Reads a file in memory.
    pub fn from_bytes(source: usize, file: &str, bytes: &[u8], reading: &mut Reading<'_>) -> Self {
        Self::of(source, file.to_owned(), bytes, Stamp::of_bytes(bytes), reading)
    }

    fn of(source: usize, file: String, bytes: &[u8], stamp: Stamp, reading: &mut Reading<'_>) -> Self {
        if bytes.is_empty() {
            let message = "is empty: it masks files of its name, and may be the rest of a write that failed";
            let finding = Finding::of_file(Severity::Error, "empty-file", &file, message);
            let finding = finding.hint("a link to /dev/null masks without a violation");
            return Self::new(source, file, Use::Mask, vec![finding], Some(stamp));
        }
        let read = document::read(bytes, &file, reading.offered, reading.folding);
        let kind = read.file.map_or(Use::Nothing, |file| Use::Hook(Box::new(file)));
        Self::new(source, file, kind, read.findings, Some(stamp))
    }

    fn new(source: usize, file: String, kind: Use, findings: Vec<Finding>, stamp: Option<Stamp>) -> Self {
        Self { source, file, kind, findings, host: Vec::new(), path: None, stamp, kept: false }
    }

    /// Whether files of the name in earlier sources are masked.
    pub fn masks(&self) -> bool {
        !matches!(self.kind, Use::Nothing)
    }

    /// Whether the file has to be read again.
    pub fn is_current(&self) -> bool {
        match (&self.path, &self.stamp) {
            (None, _) => true,
            (Some(path), Some(stamp)) => stamp.is_current(path),
            (Some(_), None) => false,
        }
    }

    /// Takes the place of an older version of itself. One that can't be used keeps what was good, and says so.
    pub fn replacing(mut self, older: &Self) -> Self {
        if !self.masks() && older.masks() && self.findings.iter().any(|it| it.severity == Severity::Error) {
            let message = "can't be used any more: its last good version stays in use";
            self.findings.push(Finding::of_file(Severity::Warning, "last-good-version", &self.file, message));
            self.kind = older.kind.clone();
            self.kept = true;
        }
        self
    }

    /// Whether it says the same as an older version of itself.
    pub fn same_as(&self, older: &Self) -> bool {
        let same_content = match (&self.stamp, &older.stamp) {
            (Some(new), Some(old)) => new.same_content(old),
            (None, None) => true,
            _ => false,
        };
        same_content && self.kept == older.kept && self.findings == older.findings
    }
}
