//! Reading one file of a directory: its bytes, and what tells whether it has changed.

use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::errno::Errno;
use crate::finding::{Finding, Severity};
use crate::limits;

/// What tells whether a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// How old a change must be before [`Identity`] is trusted: file systems keep times in ticks, and a file that is written
/// twice within one has one identity.
const SETTLED: Duration = Duration::from_secs(2);

/// A file as it was read.
#[derive(Debug)]
pub(super) struct Content {
    pub bytes: Vec<u8>,
    pub stamp: Stamp,
}

/// What is remembered of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    identity: Option<Identity>,
    hash: u64,
    /// Whether it was older than a tick when it was read.
    settled: bool,
}

impl Stamp {
    /// That of bytes in memory.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self { identity: None, hash: hash(bytes), settled: true }
    }

    /// Whether the file at the path is still the one that was read, as far as can be told without reading it.
    pub fn is_current(&self, path: &Path) -> bool {
        self.settled && fs::metadata(path).is_ok_and(|metadata| self.identity == Some(identity(&metadata)))
    }

    /// Whether the content is the same.
    pub fn same_content(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

/// What stands under a name.
#[derive(Debug)]
pub(super) enum Found {
    /// A document, which may be anything.
    Content(Content),
    /// A link to /dev/null or to an empty file: it masks, and injects nothing.
    Mask(Stamp),
    /// The name is gone again.
    Nothing,
    /// It can't be read.
    Unusable(Finding),
}

/// Reads what stands under a path. `name` is how findings call it.
pub(super) fn read(path: &Path, name: &str) -> Found {
    match content(path, name) {
        Ok(found) => found,
        Err(error) => unreadable(&error, path, name),
    }
}

fn content(path: &Path, name: &str) -> io::Result<Found> {
    // Looked at before it is opened: opening a device or a pipe may do something.
    let metadata = fs::metadata(path)?;
    if is_null_device(&metadata) {
        return Ok(Found::Mask(stamp(&metadata, b"")));
    }
    if !metadata.is_file() {
        return Ok(not_regular(&metadata, name));
    }
    // Without O_NONBLOCK, a pipe that took the file's place meanwhile would be waited for.
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(not_regular(&metadata, name));
    }
    let bytes = bytes(file, &metadata)?;
    if bytes.len() > limits::HOOK_FILE {
        let message = format!("is larger than {} bytes", limits::HOOK_FILE);
        return Ok(Found::Unusable(Finding::of_file(Severity::Error, "file-too-large", name, message)));
    }
    let stamp = stamp(&metadata, &bytes);
    if bytes.is_empty() && fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return Ok(Found::Mask(stamp));
    }
    Ok(Found::Content(Content { bytes, stamp }))
}

/// At most one byte more than the limit.
fn bytes(file: File, metadata: &Metadata) -> io::Result<Vec<u8>> {
    let most = limits::HOOK_FILE + 1;
    let expected = usize::try_from(metadata.len()).unwrap_or(most).min(most);
    let mut bytes = Vec::with_capacity(expected + 1);
    file.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_null_device(metadata: &Metadata) -> bool {
    metadata.file_type().is_char_device() && metadata.rdev() == libc::makedev(1, 3)
}

fn not_regular(metadata: &Metadata, name: &str) -> Found {
    let what = if metadata.is_dir() { "is a directory" } else { "is no regular file" };
    Found::Unusable(Finding::of_file(Severity::Error, "not-a-regular-file", name, what))
}

fn unreadable(error: &io::Error, path: &Path, name: &str) -> Found {
    let errno = Errno(error.raw_os_error().unwrap_or_default());
    let finding =
        |severity, rule, message: String| Found::Unusable(Finding::of_file(severity, rule, name, message));
    match errno.0 {
        libc::ENOENT | libc::ENOTDIR => match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_symlink() => {
                let message = "is a link to nothing: it masks nothing".to_owned();
                finding(Severity::Warning, "dangling-link", message)
            }
            _ => Found::Nothing,
        },
        libc::ELOOP => finding(Severity::Error, "link-loop", "is a link that leads to itself".to_owned()),
        _ => finding(Severity::Error, "file-unreadable", format!("can't be read: {errno}")),
    }
}

fn identity(metadata: &Metadata) -> Identity {
    Identity {
        device: metadata.dev(),
        inode: metadata.ino(),
        size: metadata.size(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    }
}

fn stamp(metadata: &Metadata, bytes: &[u8]) -> Stamp {
    let changed = Duration::from_secs(u64::try_from(metadata.ctime()).unwrap_or_default());
    let age = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH + changed);
    let settled = age.is_ok_and(|age| age > SETTLED);
    Stamp { identity: Some(identity(metadata)), hash: hash(bytes), settled }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}
