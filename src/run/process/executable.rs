//! A program that is opened where its path means something, and executed elsewhere (createContainer).

use std::ffi::{CStr, c_char};
use std::os::fd::{AsRawFd, OwnedFd};

use super::Failure;
use super::descriptor::{above_stdio, open};
use crate::errno::Errno;
use crate::run::step::Step;

/// What a script begins with.
const INTERPRETER_MARK: [u8; 2] = *b"#!";

/// An open program.
#[derive(Debug)]
pub(super) struct Executable {
    pub fd: OwnedFd,
    /// A script is opened once more, by its interpreter, as /dev/fd/3: it stays open across execve.
    pub script: bool,
}

impl Executable {
    /// Opens a program by its path.
    ///
    /// # Safety
    /// The path ends with NUL.
    pub unsafe fn open(path: *const c_char) -> Result<Executable, Failure> {
        // SAFETY: the caller's promise.
        let path = unsafe { CStr::from_ptr(path) };
        let fd = match open(path, libc::O_RDONLY | libc::O_NONBLOCK | libc::O_NOCTTY) {
            // A program need not be readable.
            Err(Errno(libc::EACCES)) => open(path, libc::O_PATH),
            other => other,
        };
        let fd = fd.map_err(|errno| Failure::Step(Step::Execute, errno))?;
        let fd = above_stdio(fd, "duplicate of the hook's program")?;
        let mut begin = [0_u8; INTERPRETER_MARK.len()];
        // SAFETY: a buffer of that size. What can't be read is no script.
        let read = unsafe { libc::pread(fd.as_raw_fd(), begin.as_mut_ptr().cast(), begin.len(), 0) };
        let script = read == begin.len() as isize && begin == INTERPRETER_MARK;
        Ok(Executable { fd, script })
    }
}
