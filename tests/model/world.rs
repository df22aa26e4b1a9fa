//! The environment of a case: its folder, with paths that can't be executed, a log, and FIFOs; and the
//! lengths of short times.

use std::ffi::CString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::PathBuf;
use std::time::Duration;

use crate::case::*;
use crate::hook;

/// The files that a case needs; removed with this value.
pub struct World {
    folder: PathBuf,
    program: String,
    /// Readable when the phase is to stop.
    pub cancel: File,
    /// The ends of the FIFOs that daemons wait on, by the hook's index.
    pub daemons: Vec<Option<File>>,
}

impl World {
    pub fn new(case: &Case) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("model-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder); // of an earlier process with that pid
        fs::create_dir_all(&folder).expect("a folder");
        let program = std::env::current_exe().expect("this program").display().to_string();
        for (name, text, mode) in [
            ("log", "", 0o600),
            ("not-executable", "#!/bin/sh\n", 0o644),
            ("not-a-program", "exit 0\n", 0o755),
            ("no-interpreter", "#!/none/sh\n", 0o755),
        ] {
            let file = folder.join(name);
            fs::write(&file, text)
                .and_then(|()| fs::set_permissions(&file, Permissions::from_mode(mode)))
                .expect("a file");
        }
        symlink("link-loop", folder.join("link-loop")).expect("a link");
        let cancel = fifo(&folder.join("cancel"), true);
        let daemons = case.hooks.iter().enumerate().map(|(index, hook)| match hook {
            Hook::Program(Program { daemon: Daemon::InGroup | Daemon::InOwnSession, .. }) => {
                Some(fifo(&hook::daemon_file(&folder.display().to_string(), index).into(), false))
            }
            _ => None,
        });
        let daemons = daemons.collect();
        Self { folder, program, cancel, daemons }
    }

    pub fn folder(&self) -> String {
        self.folder.display().to_string()
    }

    /// The path of a hook; `None` for a callback.
    pub fn path(&self, hook: &Hook) -> Option<String> {
        let below = |name: &str| self.folder.join(name).display().to_string();
        match hook {
            Hook::Callback(_) => None,
            Hook::Program(_) => Some(self.program.clone()),
            Hook::Broken(broken) => Some(match broken {
                Broken::Missing => below("missing"),
                Broken::NotExecutable => below("not-executable"),
                Broken::Directory => self.folder(),
                Broken::NotAProgram => below("not-a-program"),
                Broken::BelowAFile => below("log/hook"),
                Broken::LinkLoop => below("link-loop"),
                Broken::NameTooLong => below(&"n".repeat(300)),
                Broken::InterpreterMissing => below("no-interpreter"),
                Broken::ArgumentTooLong | Broken::DirectoryMissing | Broken::DirectoryIsAFile => {
                    self.program.clone()
                }
            }),
        }
    }

    /// The hook's own working directory.
    pub fn directory(&self, hook: &Hook) -> Option<String> {
        match hook {
            Hook::Broken(Broken::DirectoryMissing) => Some(format!("{}/missing", self.folder())),
            Hook::Broken(Broken::DirectoryIsAFile) => Some(format!("{}/log", self.folder())),
            _ => None,
        }
    }

    pub fn state(&self, case: &Case) -> String {
        case.state.text(std::process::id())
    }

    /// The lines of the log.
    pub fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.join("log")).expect("the log");
        log.lines().map(str::to_owned).collect()
    }

    pub fn own_limit(&self, limit: Option<Limit>) -> Option<Duration> {
        limit.map(|limit| match limit {
            Limit::Short => Duration::from_millis(30),
            Limit::Ample => AMPLE,
        })
    }

    pub fn default_limit(&self, case: &Case) -> Option<Duration> {
        case.default_limit.map(|limit| match limit {
            Limit::Short => Duration::from_millis(40),
            Limit::Ample => AMPLE,
        })
    }

    pub fn budget(&self, case: &Case) -> Option<Duration> {
        match case.budget {
            Budget::None => None,
            Budget::Ample => Some(AMPLE),
            Budget::Short => Some(Duration::from_millis(50)),
            Budget::Zero => Some(Duration::ZERO),
        }
    }

    pub fn grace(&self, case: &Case) -> Option<Duration> {
        case.grace.map(|grace| match grace {
            Grace::Short => Duration::from_millis(20),
            Grace::Ample => AMPLE,
        })
    }
}

/// Longer than anything that ends by itself takes, on the busiest machine.
const AMPLE: Duration = Duration::from_secs(120);

impl Drop for World {
    fn drop(&mut self) {
        self.daemons.clear(); // this ends the daemons
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes a FIFO, and opens it without waiting: for reading, or so that it has a writer as well.
fn fifo(path: &PathBuf, write: bool) -> File {
    let name = CString::new(path.display().to_string()).expect("no NUL");
    // SAFETY: a NUL-ended path.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0, "{}", path.display());
    let mut options = OpenOptions::new();
    options.read(true).write(write).custom_flags(libc::O_NONBLOCK).open(path).expect("the FIFO")
}
