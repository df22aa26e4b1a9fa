//! A file in memory that a hook writes its output to. It outlives the run in whoever still has it open: a process that
//! the hook left behind writes on without SIGPIPE.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::errno::Errno;
use crate::limits::MEMORY_OUTPUT;
use crate::run::process::system::descriptor::{above_stdio, memory_files_may_grow_to};
use crate::run::process::system::failure::SystemFailure;

const MEMFD: &str = "memfd_create for the hook's output";

/// The same as a size of memory.
const SIZE: usize = MEMORY_OUTPUT as usize;

/// Makes the file with its whole size, and seals that: the kernel refuses writes beyond it (EPERM), however long anybody
/// has it open. Pages take memory when they are written.
pub(super) fn new() -> Result<OwnedFd, SystemFailure> {
    const SEALS: libc::c_int = libc::F_SEAL_GROW | libc::F_SEAL_SHRINK | libc::F_SEAL_SEAL;
    if !memory_files_may_grow_to(SIZE) {
        return Err(SystemFailure { call: MEMFD, errno: Errno(libc::EFBIG) });
    }
    // SAFETY: a NUL-ended name.
    let fd =
        unsafe { libc::memfd_create(c"oci-output".as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING) };
    if fd < 0 {
        return Err(SystemFailure::last(MEMFD));
    }
    // SAFETY: it is new, and nothing else owns it.
    let file = unsafe { OwnedFd::from_raw_fd(fd) };
    // SAFETY: plain numbers.
    let sealed = unsafe {
        libc::ftruncate(fd, libc::off_t::from(MEMORY_OUTPUT)) == 0
            && libc::fcntl(fd, libc::F_ADD_SEALS, SEALS) == 0
    };
    if !sealed {
        return Err(SystemFailure::last("sealing the hook's output in memory"));
    }
    above_stdio(file, MEMFD)
}

/// How much was written: the hook has the same description, and so the same offset.
pub(super) fn written(file: &OwnedFd) -> Result<usize, SystemFailure> {
    // SAFETY: plain numbers.
    let offset = unsafe { libc::lseek(file.as_raw_fd(), 0, libc::SEEK_CUR) };
    match usize::try_from(offset) {
        Ok(offset) => Ok(offset.min(SIZE)),
        Err(_) => Err(SystemFailure::last("lseek in the hook's output")),
    }
}
