//! A process or thread, asked for its namespaces: by its pidfd, or by /proc where the kernel is older.

use std::cell::Cell;
use std::ffi::CString;
use std::os::fd::OwnedFd;

use crate::errno::Errno;
use crate::run::process::pidfd::namespaces::{namespace_of, pid_of};
use crate::run::process::pidfd::{self, PIDFD_THREAD};
use crate::run::process::system::descriptor::open;

/// Whose namespaces are asked for.
#[derive(Debug)]
pub(super) struct Task {
    /// Whether the pidfd hands out namespaces.
    pub answers: Cell<bool>,
    /// `None` before Linux 6.9, for a thread.
    pub pidfd: Option<OwnedFd>,
    /// Its directory in /proc; `None` where there is no /proc to say its number.
    proc: Option<String>,
}

impl Task {
    /// The calling thread, whose namespaces its children get.
    pub fn own() -> Self {
        // SAFETY: no arguments.
        let pidfd = pidfd::open(unsafe { libc::gettid() }, PIDFD_THREAD).ok();
        Self { answers: Cell::new(false), pidfd, proc: Some("/proc/thread-self".into()) }
    }

    pub fn of(process: OwnedFd) -> Result<Self, Errno> {
        let proc = pid_of(&process)?.map(|pid| format!("/proc/{pid}"));
        Ok(Self { answers: Cell::new(false), pidfd: Some(process), proc })
    }

    /// A namespace of the task, by its file and the pidfd's ioctl; `None` where it says that there is none.
    pub fn namespace(&self, (file, ioctl): (&str, u32)) -> Result<Option<OwnedFd>, Errno> {
        match self.pidfd.as_ref().map(|fd| namespace_of(fd, ioctl)) {
            Some(Ok(fd)) => {
                self.answers.set(true);
                Ok(Some(fd))
            }
            // It answers what is wrong with the process; anything else may mean that it knows no such question.
            Some(Err(Errno(errno @ (libc::ESRCH | libc::EMFILE | libc::ENFILE | libc::ENOMEM)))) => {
                Err(Errno(errno))
            }
            Some(Err(refused)) => self.namespace_in_proc(file).map_err(|errno| match errno {
                // Without /proc, the pidfd's is the better answer: of a kernel that was built without that kind, say.
                Errno(libc::ENOENT) => refused,
                errno => errno,
            }),
            None => self.namespace_in_proc(file),
        }
    }

    fn namespace_in_proc(&self, file: &str) -> Result<Option<OwnedFd>, Errno> {
        match self.open(&format!("ns/{file}"), libc::O_RDONLY) {
            Ok(fd) => Ok(Some(fd)),
            Err(Errno(libc::ENOENT)) if self.open("ns", libc::O_PATH).is_ok() => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    /// Opens a file of its directory in /proc.
    pub fn open(&self, name: &str, flags: i32) -> Result<OwnedFd, Errno> {
        let proc = self.proc.as_ref().ok_or(Errno(libc::ENOENT))?;
        let path = CString::new(format!("{proc}/{name}")).map_err(|_| Errno(libc::EINVAL))?;
        open(&path, flags)
    }
}
