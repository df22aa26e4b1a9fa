//! The state on a hook's stdin: complete, then end of file, and never a wait for the hook.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::errno::Errno;
use crate::run::process::system::descriptor::{
    above_stdio, memory_files_may_grow_to, pipe, set_nonblocking, write, write_all,
};
use crate::run::process::system::failure::SystemFailure;

/// What any empty pipe takes at once, however little its owner may use (pipe(7): `PIPE_BUF`, one page).
const FITS_ANY_PIPE: usize = libc::PIPE_BUF;

const PIPE: &str = "pipe2 for the hook's stdin";
const WRITE: &str = "write of the state into a pipe";
const MEMFD: &str = "memfd_create for the hook's stdin";

/// What a hook reads the state from. Its end of file depends on no other process: a descriptor of the host's may be
/// copied by a fork in another thread, and a pipe ends only when its last copy is closed.
#[derive(Debug)]
pub(in crate::run::process) enum Stdin<'a> {
    /// A pipe that the child makes and fills, among descriptors of its own.
    OfTheChild(&'a [u8]),
    /// A sealed file in memory.
    File(OwnedFd),
    /// A pipe that is filled while the hook runs, where neither can be had. Until then its end is kept open: a pipe that
    /// has a reader raises no SIGPIPE.
    Fed(OwnedFd, Option<Feed<'a>>),
}

impl Stdin<'_> {
    /// What the child puts in stdin's place; `None` where it makes it.
    pub fn source(&self) -> Option<RawFd> {
        match self {
            Stdin::OfTheChild(_) => None,
            Stdin::File(fd) | Stdin::Fed(fd, _) => Some(fd.as_raw_fd()),
        }
    }

    /// What the child fills a pipe with.
    pub fn state(&self) -> &[u8] {
        if let Stdin::OfTheChild(state) = self { state } else { &[] }
    }

    /// Gives up the descriptor, to be closed with others.
    pub fn into_descriptor(self) -> Option<OwnedFd> {
        match self {
            Stdin::OfTheChild(_) => None,
            Stdin::File(fd) | Stdin::Fed(fd, _) => Some(fd),
        }
    }

    /// The descriptor to watch for room, while something is to be written.
    pub fn awaits(&self) -> Option<RawFd> {
        if let Stdin::Fed(_, Some(feed)) = self { Some(feed.writer.as_raw_fd()) } else { None }
    }

    /// Writes what fits; the end of it closes the pipe.
    pub fn write_on(&mut self) -> Result<(), SystemFailure> {
        let Stdin::Fed(_, feed) = self else { return Ok(()) };
        let Some(left) = feed else { return Ok(()) };
        if left.write_on()? {
            *feed = None;
        }
        Ok(())
    }
}

/// Makes the stdin of one hook. It shares no offset with any other's.
pub(in crate::run::process) fn holding(state: &[u8]) -> Result<Stdin<'_>, SystemFailure> {
    if state.len() <= FITS_ANY_PIPE {
        return Ok(Stdin::OfTheChild(state));
    }
    let file = if memory_files_may_grow_to(state.len()) { sealed_memory(state)? } else { None };
    file.map_or_else(|| fed_pipe(state), |file| Ok(Stdin::File(file)))
}

/// A sealed file in memory that holds the state, at its beginning; `None` where there are none to be had.
fn sealed_memory(state: &[u8]) -> Result<Option<OwnedFd>, SystemFailure> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
    // SAFETY: a NUL-ended name.
    let fd = unsafe { libc::memfd_create(c"oci-state".as_ptr(), flags) };
    if fd < 0 {
        return match Errno::last() {
            errno @ Errno(libc::EMFILE | libc::ENFILE | libc::ENOMEM) => {
                Err(SystemFailure { call: MEMFD, errno })
            }
            // An older kernel, or a profile, which may say anything.
            _ => Ok(None),
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
    /// Writes what fits; says whether that was the last of it.
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
