//! Reading again what has changed: no thread, no inotify.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::candidate::{Candidate, Reading};
use super::directory::{self, Listing};
use super::name::Name;
use super::pattern::Folding;
use super::set::{HookFiles, Source};

impl HookFiles {
    /// Looks at all directories again, and reads what has changed: device, inode, size, times. A file that can't be used any
    /// more keeps its last good version, with a violation. Returns whether anything has changed.
    pub fn refresh(&mut self) -> bool {
        let mut changed = false;
        let mut folding = Folding::default();
        let mut older = std::mem::take(&mut self.files);
        for index in 0..self.sources.len() {
            let Source::Directory { path, findings } = &mut self.sources[index] else { continue };
            let Listing { files, findings: found, complete } = directory::list(path);
            changed |= found != *findings;
            *findings = found;
            let mut reading = Reading { offered: &self.stages, folding: &mut folding };
            changed |= refresh_source(&mut older, &mut self.files, index, files, complete, &mut reading);
        }
        keep_memory(older, &mut self.files, &self.sources);
        self.ask_host();
        changed
    }
}

type Files = BTreeMap<Name, Vec<Candidate>>;

/// Moves the files of one directory over: as they are, or read again. Whether anything has changed.
fn refresh_source(
    older: &mut Files,
    newer: &mut Files,
    source: usize,
    listed: Vec<(Name, PathBuf)>,
    complete: bool,
    reading: &mut Reading<'_>,
) -> bool {
    let mut changed = false;
    for (name, path) in listed {
        let old = older.get_mut(&name).and_then(|candidates| take(candidates, source));
        let current = old.as_ref().is_some_and(Candidate::is_current);
        let new = if current {
            old
        } else {
            read_again(old, Candidate::from_path(source, path, reading), &mut changed)
        };
        if let Some(new) = new {
            put(newer, name, new);
        }
    }
    // What is not listed any more is gone, unless the list broke off.
    for (name, candidates) in older.iter_mut() {
        let Some(old) = take(candidates, source) else { continue };
        if complete {
            changed = true;
        } else {
            put(newer, name.clone(), old);
        }
    }
    changed
}

/// What is used of a file that was read again.
fn read_again(old: Option<Candidate>, new: Option<Candidate>, changed: &mut bool) -> Option<Candidate> {
    let (Some(old), Some(new)) = (&old, &new) else {
        *changed |= old.is_some() || new.is_some();
        return new;
    };
    let new = new.clone().replacing(old);
    *changed |= !new.same_as(old);
    Some(new)
}

fn take(candidates: &mut Vec<Candidate>, source: usize) -> Option<Candidate> {
    let place = candidates.iter().position(|candidate| candidate.source == source)?;
    Some(candidates.remove(place))
}

/// Puts a file in its place among those of its name.
fn put(files: &mut Files, name: Name, candidate: Candidate) {
    let candidates = files.entry(name).or_default();
    let place = candidates.partition_point(|other| other.source < candidate.source);
    candidates.insert(place, candidate);
}

/// Moves over what came from memory.
fn keep_memory(older: Files, newer: &mut Files, sources: &[Source]) {
    for (name, candidates) in older {
        for candidate in candidates {
            if matches!(sources[candidate.source], Source::Memory) {
                put(newer, name.clone(), candidate);
            }
        }
    }
}
