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
    /// Its directory in /proc.
    pub proc: String,
}

impl Task {
    /// The calling thread, whose namespaces its children get.
    pub fn own() -> Task {
        // SAFETY: no arguments.
        let pidfd = pidfd::open(unsafe { libc::gettid() }, PIDFD_THREAD).ok();
        Task { answers: Cell::new(false), pidfd, proc: "/proc/thread-self".into() }
    }

    pub fn of(process: OwnedFd) -> Result<Task, Errno> {
        let pid = pid_of(&process)?.unwrap_or(-1);
        Ok(Task { answers: Cell::new(false), pidfd: Some(process), proc: format!("/proc/{pid}") })
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
        match open_path(&format!("{}/ns/{file}", self.proc), libc::O_RDONLY) {
            Ok(fd) => Ok(Some(fd)),
            Err(Errno(libc::ENOENT)) if open_path(&format!("{}/ns", self.proc), libc::O_PATH).is_ok() => {
                Ok(None)
            }
            Err(errno) => Err(errno),
        }
    }
}

pub(super) fn open_path(path: &str, flags: i32) -> Result<OwnedFd, Errno> {
    open(&CString::new(path).map_err(|_| Errno(libc::EINVAL))?, flags)
}
