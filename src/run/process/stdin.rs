//! The state on a hook's stdin: complete, then end of file, and never a wait for the hook.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use super::SystemFailure;
use super::descriptor::{above_stdio, memory_files_may_grow_to, pipe, set_nonblocking, write, write_all};
use crate::errno::Errno;

/// What any empty pipe takes at once, however little its owner may use (pipe(7): PIPE_BUF, one page).
const FITS_ANY_PIPE: usize = libc::PIPE_BUF;

/// What an empty pipe takes at once where nobody made it smaller (pipe(7): 16 pages of 4096 bytes).
const FITS_A_PIPE: usize = 64 * 1024;

const PIPE: &str = "pipe2 for the hook's stdin";
const WRITE: &str = "write of the state into a pipe";
const MEMFD: &str = "memfd_create for the hook's stdin";

/// What a hook reads the state from.
#[derive(Debug)]
pub(super) struct Stdin<'a> {
    /// The hook's end. Who feeds keeps it open: a pipe that has a reader raises no SIGPIPE.
    pub descriptor: OwnedFd,
    /// What is still to be written while the hook runs.
    pub feed: Option<Feed<'a>>,
}

/// Makes the stdin of one hook. It shares no offset with any other's.
pub(super) fn holding(state: &[u8]) -> Result<Stdin<'_>, SystemFailure> {
    let pipe = if state.len() <= FITS_A_PIPE { full_pipe(state)? } else { None };
    let held = match pipe {
        None if memory_files_may_grow_to(state.len()) => sealed_memory(state)?,
        held => held,
    };
    match held {
        Some(descriptor) => Ok(Stdin { descriptor, feed: None }),
        None => fed_pipe(state),
    }
}

/// A pipe with the state in it, closed for writing; `None` where it takes less (a user with many pipes gets
/// small ones).
fn full_pipe(state: &[u8]) -> Result<Option<OwnedFd>, SystemFailure> {
    let (reader, writer) = pipe(PIPE)?;
    if state.len() > FITS_ANY_PIPE {
        set_nonblocking(&writer, PIPE)?;
    }
    match write(&writer, state) {
        Ok(written) if written == state.len() => above_stdio(reader, PIPE).map(Some),
        Ok(_) | Err(Errno(libc::EAGAIN)) => Ok(None),
        Err(errno) => Err(SystemFailure { call: WRITE, errno }),
    }
}

/// A sealed file in memory that holds the state, at its beginning; `None` where there are none to be had.
fn sealed_memory(state: &[u8]) -> Result<Option<OwnedFd>, SystemFailure> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
    // SAFETY: a NUL-ended name.
    let fd = unsafe { libc::memfd_create(c"oci-state".as_ptr(), flags) };
    if fd < 0 {
        return match Errno::last() {
            Errno(libc::ENOSYS | libc::EPERM | libc::EINVAL) => Ok(None),
            errno => Err(SystemFailure { call: MEMFD, errno }),
        };
    }
    // SAFETY: it is new, and nobody else's.
    let file = unsafe { OwnedFd::from_raw_fd(fd) };
    write_all(&file, state)
        .map_err(|errno| SystemFailure { call: "write of the state into memory", errno })?;
    let seals = libc::F_SEAL_SEAL | libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_WRITE;
    // SAFETY: plain numbers. The file is this hook's alone: without seals it could spoil only its own copy.
    unsafe {
        libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals);
        if libc::lseek(file.as_raw_fd(), 0, libc::SEEK_SET) != 0 {
            return Err(SystemFailure::last("lseek to the beginning of the state"));
        }
    }
    above_stdio(file, MEMFD).map(Some)
}

/// A pipe that the parent fills while the hook runs: where the state fits nothing else.
fn fed_pipe(state: &[u8]) -> Result<Stdin<'_>, SystemFailure> {
    let (reader, writer) = pipe(PIPE)?;
    set_nonblocking(&writer, PIPE)?;
    let mut feed = Feed { writer, rest: state };
    feed.write_on()?;
    Ok(Stdin { descriptor: above_stdio(reader, PIPE)?, feed: Some(feed) })
}

/// The part of a state that did not fit yet.
#[derive(Debug)]
pub(super) struct Feed<'a> {
    writer: OwnedFd,
    rest: &'a [u8],
}

impl Feed<'_> {
    /// Writes what fits; says whether that was the last of it.
    pub fn write_on(&mut self) -> Result<bool, SystemFailure> {
        while !self.rest.is_empty() {
            match write(&self.writer, self.rest) {
                Ok(written) => self.rest = &self.rest[written..],
                Err(Errno(libc::EAGAIN)) => return Ok(false),
                Err(errno) => return Err(SystemFailure { call: WRITE, errno }),
            }
        }
        Ok(true)
    }

    pub fn descriptor(&self) -> BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.writer)
    }
}
