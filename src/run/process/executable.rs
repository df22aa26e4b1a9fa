//! A program that is opened where its path means something, and executed elsewhere (createContainer). Runs in the child, by
//! its rules: a file system can hang in any of these calls, and the parent has a deadline to keep.

use std::ffi::c_char;

use syscalls::raw;

use super::kernel::answer;

/// What a script begins with.
const INTERPRETER_MARK: [u8; 2] = *b"#!";

/// The first descriptor that no stream of the hook's takes.
const ABOVE_STREAMS: usize = 3;

/// An open program.
#[derive(Clone, Copy)]
pub(super) struct Executable {
    pub fd: usize,
    /// A script is opened once more, by its interpreter, as /dev/fd/3: it stays open across execve.
    pub script: bool,
}

/// Opens a program by its path.
///
/// # Safety
/// The path ends with NUL.
pub(super) unsafe fn open(path: *const c_char) -> Result<Executable, i32> {
    // SAFETY: the caller's promise.
    let by = |flags| unsafe { open_by(path, flags) };
    let fd = match by(libc::O_RDONLY | libc::O_NONBLOCK | libc::O_NOCTTY) {
        // A program need not be readable.
        Err(libc::EACCES) => by(libc::O_PATH)?,
        other => other?,
    };
    let fd = if fd >= ABOVE_STREAMS { fd } else { duplicate(fd)? };
    is_script(fd).map(|script| Executable { fd, script })
}

fn is_script(fd: usize) -> Result<bool, i32> {
    let mut begin = [0_u8; INTERPRETER_MARK.len()];
    let buffer = begin.as_mut_ptr() as usize;
    loop {
        // SAFETY: a buffer of that size.
        match answer(unsafe { raw::syscall4(libc::SYS_pread64 as usize, fd, buffer, begin.len(), 0) }) {
            Ok(_) => return Ok(begin == INTERPRETER_MARK),
            Err(libc::EINTR) => {}
            // Opened by O_PATH: an interpreter could not read it either. A directory's execve says what is wrong.
            Err(libc::EBADF | libc::EISDIR) => return Ok(false),
            Err(errno) => return Err(errno),
        }
    }
}

/// # Safety
/// The path ends with NUL.
unsafe fn open_by(path: *const c_char, flags: i32) -> Result<usize, i32> {
    let (directory, flags) = (libc::AT_FDCWD as usize, (flags | libc::O_CLOEXEC) as usize);
    loop {
        // SAFETY: the caller's promise.
        match answer(unsafe { raw::syscall4(libc::SYS_openat as usize, directory, path as usize, flags, 0) })
        {
            Err(libc::EINTR) => {}
            answer => return answer,
        }
    }
}

fn duplicate(fd: usize) -> Result<usize, i32> {
    // SAFETY: plain numbers; the table is this process's own.
    answer(unsafe {
        raw::syscall3(libc::SYS_fcntl as usize, fd, libc::F_DUPFD_CLOEXEC as usize, ABOVE_STREAMS)
    })
}
