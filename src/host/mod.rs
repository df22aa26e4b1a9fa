//! What the host says of a hook's program: by its path, without executing it.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::errno::Errno;
use crate::finding::{Finding, Severity};
use crate::run::is_noexec_mount;
use crate::violation::Violation;

/// How much of a script's first line the kernel reads (`BINPRM_BUF_SIZE`).
const FIRST_LINE: u64 = 256;

const WRITABLE_BY_OTHERS: u32 = 0o002;
const STICKY: u32 = 0o1000;
const EXECUTABLE_BY_ANYBODY: u32 = 0o111;

/// What is to be said of the program at `path`, which a document names at `pointer`.
pub(crate) fn program(file: &str, pointer: &str, path: &str) -> Vec<Finding> {
    let mut host = Host { file, pointer, findings: Vec::new() };
    host.program(path);
    host.findings
}

struct Host<'s> {
    file: &'s str,
    pointer: &'s str,
    findings: Vec<Finding>,
}

impl Host<'_> {
    fn program(&mut self, path: &str) {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.missing("program-missing", "is not there on this host", path, &error),
        };
        if !metadata.is_file() {
            return self.warn("program-not-regular", "is no regular file", path);
        }
        if metadata.mode() & EXECUTABLE_BY_ANYBODY == 0 {
            self.warn("program-not-executable", "can't be executed by anybody", path);
        }
        if is_noexec_mount(Path::new(path)) {
            self.warn("program-noexec", "is on a mount that executes nothing (noexec)", path);
        }
        if is_writable_by_others(&metadata) {
            self.warn("program-writable", "can be written by everybody", path);
        }
        self.directories(path);
        self.interpreter(path);
    }

    /// A directory on the way that everybody may write to lets everybody put another program in its place.
    fn directories(&mut self, path: &str) {
        // Where a link leads counts, as well as the way that was written.
        let mut ways = vec![PathBuf::from(path)];
        ways.extend(fs::canonicalize(path));
        let mut directories: Vec<&Path> = Vec::new();
        for directory in ways.iter().flat_map(|way| way.ancestors().skip(1)) {
            if !directories.contains(&directory) {
                directories.push(directory);
            }
        }
        for directory in directories {
            let writable = fs::metadata(directory)
                .is_ok_and(|metadata| is_writable_by_others(&metadata) && metadata.mode() & STICKY == 0);
            if writable {
                let directory = directory.to_string_lossy();
                self.warn(
                    "directory-writable",
                    "is below a directory that everybody can write to",
                    &directory,
                );
            }
        }
    }

    /// The interpreter that a script names.
    fn interpreter(&mut self, path: &str) {
        // What the library may not read, the kernel may still execute.
        let Ok(line) = first_line(path) else { return };
        let Some(rest) = line.strip_prefix(b"#!") else { return };
        let rest = rest.trim_ascii_start();
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let interpreter = String::from_utf8_lossy(&rest[..end]);
        match fs::metadata(&*interpreter) {
            Ok(metadata) if metadata.is_file() && metadata.mode() & EXECUTABLE_BY_ANYBODY != 0 => {}
            Ok(_) => self.warn(
                "interpreter-not-executable",
                "has an interpreter that can't be executed",
                &interpreter,
            ),
            Err(error) => {
                let message = "has an interpreter that is not there on this host";
                self.missing("interpreter-missing", message, &interpreter, &error);
            }
        }
    }

    fn missing(&mut self, rule: &'static str, message: &str, path: &str, error: &io::Error) {
        let errno = Errno(error.raw_os_error().unwrap_or_default());
        self.warn(rule, &format!("{message}: {errno}"), path);
    }

    fn warn(&mut self, rule: &'static str, message: &str, value: &str) {
        let violation = Violation::of_text(self.pointer, value, "");
        let finding = Finding::of_file(Severity::Warning, rule, self.file, message);
        self.findings.push(Finding { pointer: violation.pointer, value: violation.value, ..finding });
    }
}

fn is_writable_by_others(metadata: &Metadata) -> bool {
    metadata.mode() & WRITABLE_BY_OTHERS != 0
}

fn first_line(path: &str) -> io::Result<Vec<u8>> {
    let file: File =
        fs::OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)?;
    let mut bytes = Vec::new();
    file.take(FIRST_LINE).read_to_end(&mut bytes)?;
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    bytes.truncate(end);
    Ok(bytes)
}
