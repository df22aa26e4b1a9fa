//! The state on a hook's stdin: complete, then end of file, and without ever waiting for the hook.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::errno::Errno;
use crate::run::process::system::descriptor::{
    above_stdio, memory_files_may_grow_to, pipe, set_nonblocking, write, write_all,
};
use crate::run::process::system::failure::SystemFailure;

/// The size that any empty pipe takes at once, even one whose owner has exhausted its pipe limits (pipe(7):
/// `PIPE_BUF`, one page).
const FITS_ANY_PIPE: usize = libc::PIPE_BUF;

const PIPE: &str = "pipe2 for the hook's stdin";
const WRITE: &str = "write of the state into a pipe";
const MEMFD: &str = "memfd_create for the hook's stdin";

/// The source of a hook's stdin. Its end of file depends on no other process. A fork in another thread may
/// copy a descriptor of the host's, and a pipe ends only when its last copy is closed.
#[derive(Debug)]
pub(in crate::run::process) enum Stdin<'a> {
    /// A pipe that the child makes and fills, in its own descriptor table.
    OfTheChild(&'a [u8]),
    /// A sealed file in memory.
    File(OwnedFd),
    /// A pipe that the parent fills while the hook runs, if neither of the others is possible. Its read end
    /// stays open until then, because a pipe that has a reader raises no SIGPIPE.
    Fed(OwnedFd, Option<Feed<'a>>),
}

impl Stdin<'_> {
    /// The descriptor that becomes stdin; `None` if the child makes it.
    pub fn source(&self) -> Option<RawFd> {
        match self {
            Stdin::OfTheChild(_) => None,
            Stdin::File(fd) | Stdin::Fed(fd, _) => Some(fd.as_raw_fd()),
        }
    }

    /// The bytes that the child fills a pipe with.
    pub fn state(&self) -> &[u8] {
        if let Stdin::OfTheChild(state) = self { state } else { &[] }
    }

    /// Gives up the descriptor, so that the caller closes it with others.
    pub fn into_descriptor(self) -> Option<OwnedFd> {
        match self {
            Stdin::OfTheChild(_) => None,
            Stdin::File(fd) | Stdin::Fed(fd, _) => Some(fd),
        }
    }

    /// The descriptor to watch for room, as long as there is something to write.
    pub fn awaits(&self) -> Option<RawFd> {
        if let Stdin::Fed(_, Some(feed)) = self { Some(feed.writer.as_raw_fd()) } else { None }
    }

    /// Writes as much as fits, and closes the pipe after the last byte.
    pub fn write_on(&mut self) -> Result<(), SystemFailure> {
        let Stdin::Fed(_, feed) = self else { return Ok(()) };
        let Some(left) = feed else { return Ok(()) };
        if left.write_on()? {
            *feed = None;
        }
        Ok(())
    }
}

/// Makes the stdin of one hook. It shares no file offset with any other hook's.
pub(in crate::run::process) fn holding(state: &[u8], old_calls: bool) -> Result<Stdin<'_>, SystemFailure> {
    if state.len() <= FITS_ANY_PIPE {
        return Ok(Stdin::OfTheChild(state));
    }
    let file = if !old_calls && memory_files_may_grow_to(state.len()) { sealed_memory(state)? } else { None };
    file.map_or_else(|| fed_pipe(state), |file| Ok(Stdin::File(file)))
}

/// A sealed file in memory that holds the state, positioned at its beginning; `None` if the system has none.
fn sealed_memory(state: &[u8]) -> Result<Option<OwnedFd>, SystemFailure> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
    // SAFETY: a NUL-ended name.
    let fd = unsafe { libc::memfd_create(c"oci-state".as_ptr(), flags) };
    if fd < 0 {
        return match Errno::last() {
            errno @ Errno(libc::EMFILE | libc::ENFILE | libc::ENOMEM) => {
                Err(SystemFailure { call: MEMFD, errno })
            }
            // An older kernel, or a seccomp profile, which may return any errno.
            _ => Ok(None),
        };
    }
    // SAFETY: the descriptor is new, and nothing else owns it.
    let file = unsafe { OwnedFd::from_raw_fd(fd) };
    write_all(&file, state)
        .map_err(|errno| SystemFailure { call: "write of the state into memory", errno })?;
    let seals = libc::F_SEAL_SEAL | libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_WRITE;
    // SAFETY: plain numbers. Only this hook gets the file: without seals it could only change its own copy.
    unsafe {
        libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals);
        if libc::lseek(file.as_raw_fd(), 0, libc::SEEK_SET) != 0 {
            return Err(SystemFailure::last("lseek to the beginning of the state"));
        }
    }
    above_stdio(file, MEMFD).map(Some)
}

/// A pipe that the parent fills while the hook runs, for a state that fits neither of the others.
fn fed_pipe(state: &[u8]) -> Result<Stdin<'_>, SystemFailure> {
    let (reader, writer) = pipe(PIPE)?;
    set_nonblocking(&writer, PIPE)?;
    let mut stdin = Stdin::Fed(above_stdio(reader, PIPE)?, Some(Feed { writer, rest: state }));
    stdin.write_on()?;
    Ok(stdin)
}

/// The part of a state that did not fit yet.
#[derive(Debug)]
pub(in crate::run::process) struct Feed<'a> {
    writer: OwnedFd,
    rest: &'a [u8],
}

impl Feed<'_> {
    /// Writes as much as fits; returns whether all of it is written.
    fn write_on(&mut self) -> Result<bool, SystemFailure> {
        while !self.rest.is_empty() {
            match write(&self.writer, self.rest) {
                Ok(written) => self.rest = &self.rest[written..],
                Err(Errno(libc::EAGAIN)) => return Ok(false),
                Err(errno) => return Err(SystemFailure { call: WRITE, errno }),
            }
        }
        Ok(true)
    }
}
