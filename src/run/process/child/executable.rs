//! The hook's executable. For createContainer it is opened where its path is valid, and executed inside the
//! container. Otherwise it is executed by its path.

use core::ffi::c_char;

use super::args::ExecPointers;
use super::descriptors::{close_on_exec, duplicate, keep_open, open};
use super::numbers::*;
use super::syscall::{arg, raw};

/// An open executable is descriptor 3 when it is executed. A script opens itself as /dev/fd/3.
pub(super) const EXECUTABLE: i32 = FIRST_FREE;

/// The kernel's `struct statx`: 256 bytes, with the mode at byte 28 and the inode number at byte 32.
#[repr(C, align(8))]
pub(super) struct Statx([u8; 256]);

impl Statx {
    /// Reads a file's type, mode and inode. The path is relative to the descriptor, or empty for the descriptor
    /// itself.
    /// # Safety
    /// The path ends with NUL.
    pub unsafe fn of(fd: i32, path: *const c_char) -> Result<Self, i32> {
        const STATX_TYPE_MODE_AND_INO: usize = 0x1 | 0x2 | 0x100;
        let mut status = Self([0; 256]);
        let buffer = status.0.as_mut_ptr() as usize;
        // SAFETY: the caller's promise, and a buffer of the size that the kernel fills.
        unsafe { raw(SYS_statx, [arg(fd), path as usize, AT_EMPTY_PATH, STATX_TYPE_MODE_AND_INO, buffer]) }?;
        Ok(status)
    }

    /// The inode number.
    pub fn inode(&self) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[32..40]);
        u64::from_ne_bytes(bytes)
    }

    fn is_regular(&self) -> bool {
        self.mode() & S_IFMT == S_IFREG
    }

    /// The type and the permissions.
    pub fn mode(&self) -> u16 {
        u16::from_ne_bytes([self.0[28], self.0[29]])
    }
}

/// Opens the executable at a path without reading from it: `O_PATH` opens no device, and does not wait for a
/// FIFO. Refuses everything but a regular file with EACCES, as execve does.
/// # Safety
/// The path ends with NUL.
pub(super) unsafe fn open_executable(path: *const c_char) -> Result<i32, i32> {
    // SAFETY: the caller's promise.
    let fd = unsafe { open(path, O_PATH) }?;
    // SAFETY: an empty path.
    let status = unsafe { Statx::of(fd, c"".as_ptr()) }?;
    if status.is_regular() { Ok(fd) } else { Err(EACCES) }
}

/// Moves an open executable to its number, close-on-exec.
pub(super) fn put(from: i32) -> Result<(), i32> {
    if from == EXECUTABLE { close_on_exec(from) } else { duplicate(from, EXECUTABLE as usize, O_CLOEXEC) }
}

/// Executes the hook. Returns the errno if that fails.
pub(super) fn execute(exec: &ExecPointers, is_open: bool) -> i32 {
    let (path, argv, envp) = (exec.path as usize, exec.argv as usize, exec.envp as usize);
    if !is_open {
        // SAFETY: arguments as execve requires; they live until this process is dead or another program.
        return unsafe { raw(SYS_execve, [path, argv, envp]) }.err().unwrap_or(0);
    }
    // SAFETY: as above, and an empty path for the descriptor itself.
    match unsafe { by_descriptor(EXECUTABLE, argv, envp) } {
        // A script whose interpreter could not open it: keep the descriptor open and try again.
        ENOENT => match keep_open(EXECUTABLE) {
            // SAFETY: as above.
            Ok(()) => unsafe { by_descriptor(EXECUTABLE, argv, envp) },
            Err(errno) => errno,
        },
        errno => errno,
    }
}

/// Executes a descriptor.
/// # Safety
/// Both lists are as execve requires.
pub(super) unsafe fn by_descriptor(fd: i32, argv: usize, envp: usize) -> i32 {
    let nothing = c"".as_ptr() as usize;
    // SAFETY: the caller's promise.
    unsafe { raw(SYS_execveat, [arg(fd), nothing, argv, envp, AT_EMPTY_PATH]) }.err().unwrap_or(0)
}
