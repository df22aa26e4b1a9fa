//! What keeps a file from being executed, where the errno alone tells too little. It is looked for here, where the path means
//! what it meant to execve, in a process that a deadline can end.

use super::args::ExecPointers;
use super::descriptors::open;
use super::executable::{EXECUTABLE, Statx};
use super::numbers::*;
use super::syscall::{arg, int, raw};
use crate::step::Obstacle;

/// As much of a script's first line as Linux reads.
const FIRST_LINE: usize = 256;

/// The kernel's `struct statfs` of `x86_64` and aarch64, in words; the mount's flags are the word at place 10.
const STATFS_WORDS: usize = 15;

/// Looks for it, with the executable at its descriptor or at its path.
pub(super) fn find(exec: &ExecPointers, is_open: bool, errno: i32) -> Option<Obstacle> {
    if errno != ENOENT && errno != EACCES {
        return None;
    }
    let (fd, path) = if is_open { (EXECUTABLE, c"".as_ptr()) } else { (int(AT_FDCWD), exec.path) };
    // SAFETY: both paths end with NUL.
    let status = unsafe { Statx::of(fd, path) }.ok()?;
    if errno == ENOENT {
        return Some(of_interpreter(exec, is_open));
    }
    match status.mode() {
        mode if mode & S_IFMT == S_IFDIR => Some(Obstacle::Directory),
        mode if mode & S_IFMT != S_IFREG => Some(Obstacle::NotRegular),
        mode if mode & ANY_MAY_EXECUTE == 0 => Some(Obstacle::Mode),
        _ if is_on_noexec(exec, is_open) => Some(Obstacle::Noexec),
        _ if FirstLine::of(exec, is_open)?.names_interpreter() => Some(Obstacle::InterpreterDenied),
        _ => None,
    }
}

/// The file is there, so a file that it names is not.
fn of_interpreter(exec: &ExecPointers, is_open: bool) -> Obstacle {
    match FirstLine::of(exec, is_open) {
        Some(line) if !line.names_interpreter() => Obstacle::Loader,
        Some(line) if line.ends_with_return() => Obstacle::CarriageReturn,
        _ => Obstacle::Interpreter,
    }
}

/// The beginning of the file.
struct FirstLine {
    bytes: [u8; FIRST_LINE],
    filled: usize,
}

impl FirstLine {
    /// Reads it. A file that was opened by `O_PATH` gives nothing to read, but in /proc.
    #[inline(never)] // its buffer is on no other function's stack
    fn of(exec: &ExecPointers, is_open: bool) -> Option<Self> {
        const { assert!(EXECUTABLE == 3) };
        let path = if is_open { c"/proc/self/fd/3".as_ptr() } else { exec.path };
        let mut line = Self { bytes: [0; FIRST_LINE], filled: 0 };
        // SAFETY: both paths end with NUL.
        let fd = unsafe { open(path, O_RDONLY | O_NONBLOCK) }.ok()?;
        let buffer = line.bytes.as_mut_ptr() as usize;
        // SAFETY: a buffer of that size.
        line.filled = unsafe { raw(SYS_read, [arg(fd), buffer, FIRST_LINE]) }.ok()?;
        // SAFETY: plain numbers; the table is this process's own.
        let _ = unsafe { raw(SYS_close, [arg(fd)]) };
        Some(line)
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    fn names_interpreter(&self) -> bool {
        self.bytes().starts_with(b"#!")
    }

    fn ends_with_return(&self) -> bool {
        self.bytes().split(|byte| *byte == b'\n').next().is_some_and(|line| line.ends_with(b"\r"))
    }
}

/// Whether the file lies on a mount that executes nothing; false where that can't be told.
#[inline(never)] // its buffer is on no other function's stack
fn is_on_noexec(exec: &ExecPointers, is_open: bool) -> bool {
    const ST_NOEXEC: u64 = 8;
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        return false;
    }
    let mut words = [0_u64; STATFS_WORDS];
    let buffer = words.as_mut_ptr() as usize;
    // SAFETY: a NUL-ended path, and a buffer of the size that the kernel fills.
    let answer = unsafe {
        match is_open {
            true => raw(SYS_fstatfs, [arg(EXECUTABLE), buffer]),
            false => raw(SYS_statfs, [exec.path as usize, buffer]),
        }
    };
    answer.is_ok() && words[10] & ST_NOEXEC != 0
}
