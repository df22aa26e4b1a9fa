//! Listing one directory: the names of hook files, without recursion.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::name::{self, Name};
use crate::errno::Errno;
use crate::finding::{Finding, Severity};

/// What a directory holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub files: Vec<(Name, PathBuf)>,
    pub findings: Vec<Finding>,
    /// Whether the list is all there is; else the directory could not be read, or not to its end.
    pub complete: bool,
}

/// Lists a directory; one that is missing is empty.
pub(super) fn list(directory: &Path) -> Listing {
    let mut listing = Listing { complete: true, ..Listing::default() };
    match fs::read_dir(directory) {
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => take(&mut listing, &entry.path()),
                    Err(error) => return unreadable(listing, directory, &error),
                }
            }
            listing
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => listing,
        Err(error) => unreadable(listing, directory, &error),
    }
}

fn take(listing: &mut Listing, path: &Path) {
    let Some(bytes) = path.file_name().map(OsStrExt::as_bytes) else { return };
    match Name::new(bytes) {
        Some(name) => listing.files.push((name, path.to_owned())),
        None if name::differs_by_case(bytes) => {
            let file = path.to_string_lossy();
            let message = "is ignored: names of hook files end in .json, in lower case";
            listing.findings.push(Finding::of_file(Severity::Note, "suffix-case", &file, message));
        }
        None => {}
    }
}

fn unreadable(mut listing: Listing, directory: &Path, error: &io::Error) -> Listing {
    let errno = Errno(error.raw_os_error().unwrap_or_default());
    let file = directory.to_string_lossy();
    let message = format!("can't be read as a directory: {errno}");
    listing.findings.push(Finding::of_file(Severity::Error, "directory-unreadable", &file, message));
    listing.complete = false;
    listing
}
