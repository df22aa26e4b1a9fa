//! A process or thread whose namespaces are looked up: through its pidfd, or through /proc on older kernels.

use std::cell::Cell;
use std::ffi::CString;
use std::os::fd::OwnedFd;

use crate::errno::Errno;
use crate::run::process::pidfd::namespaces::{namespace_of, pid_of};
use crate::run::process::pidfd::{self, PIDFD_THREAD};
use crate::run::process::system::descriptor::open;

/// The process or thread whose namespaces are looked up.
#[derive(Debug)]
pub(super) struct Task {
    /// Whether its pidfd gives access to namespaces.
    pub answers: Cell<bool>,
    /// `None` for a thread before Linux 6.9.
    pub pidfd: Option<OwnedFd>,
    /// Its directory in /proc; `None` without a /proc to find its pid in.
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

    /// A namespace of the task, by its file name and the pidfd's ioctl; `None` if the kernel lacks that kind.
    pub fn namespace(&self, (file, ioctl): (&str, u32)) -> Result<Option<OwnedFd>, Errno> {
        match self.pidfd.as_ref().map(|fd| namespace_of(fd, ioctl)) {
            Some(Ok(fd)) => {
                self.answers.set(true);
                Ok(Some(fd))
            }
            // These errors are about the process; any other may mean that the kernel does not know the
            // request.
            Some(Err(Errno(errno @ (libc::ESRCH | libc::EMFILE | libc::ENFILE | libc::ENOMEM)))) => {
                Err(Errno(errno))
            }
            Some(Err(refused)) => self.namespace_in_proc(file).map_err(|errno| match errno {
                // Without /proc, the pidfd's error is more exact: for example that of a kernel built without
                // that kind of namespace.
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

    /// Opens a file in its /proc directory.
    pub fn open(&self, name: &str, flags: i32) -> Result<OwnedFd, Errno> {
        let proc = self.proc.as_ref().ok_or(Errno(libc::ENOENT))?;
        let path = CString::new(format!("{proc}/{name}")).map_err(|_| Errno(libc::EINVAL))?;
        open(&path, flags)
    }
}
