//! The joiner, the program that a child executes first, as a file in memory: written and sealed once a phase, so that nobody who sees
//! it as /proc/PID/exe can change it.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::errno::Errno;
use crate::run::process::system::descriptor::{above_stdio, memory_files_may_grow_to, write_all};
use crate::run::process::system::failure::SystemFailure;

/// The joiner, as build.rs made it; empty where it could not.
pub(in crate::run::process) const JOINER: &[u8] = include_bytes!(env!("OCIHOOKS_JOINER"));

/// Linux 6.3: the file may be executed, whatever `vm.memfd_noexec`'s default is; also a seal on that.
const MFD_EXEC: libc::c_uint = 0x10;

const MEMFD: &str = "memfd_create for the joiner";

/// The joiner, ready to be executed.
#[derive(Debug)]
pub(in crate::run::process) struct JoinerFile(OwnedFd);

impl JoinerFile {
    /// Makes it; `None` where it is not to be had, and a fork has to do.
    pub fn new() -> Result<Option<Self>, SystemFailure> {
        if JOINER.is_empty() || !memory_files_may_grow_to(JOINER.len()) {
            return Ok(None);
        }
        let Some(file) = create()? else { return Ok(None) };
        write_all(&file, JOINER).map_err(|errno| SystemFailure { call: "write of the joiner", errno })?;
        let seals = libc::F_SEAL_SEAL | libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_WRITE;
        // SAFETY: plain numbers.
        if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals) } != 0 {
            return Ok(None);
        }
        above_stdio(file, MEMFD).map(|file| Some(Self(file)))
    }

    pub fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// A file in memory that may be executed; `None` where the kernel or a profile has none.
fn create() -> Result<Option<OwnedFd>, SystemFailure> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
    for flags in [flags | MFD_EXEC, flags] {
        // SAFETY: a NUL-ended name.
        let fd = unsafe { libc::memfd_create(c"oci-hook".as_ptr(), flags) };
        if fd >= 0 {
            // SAFETY: it is new, and nobody else's.
            return Ok(Some(unsafe { OwnedFd::from_raw_fd(fd) }));
        }
        match Errno::last() {
            Errno(libc::EINVAL) => {} // a kernel before MFD_EXEC
            errno @ Errno(libc::EMFILE | libc::ENFILE | libc::ENOMEM) => {
                return Err(SystemFailure { call: MEMFD, errno });
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folder's rule, seen in what was built. A panic would leave the place that it is at, by the file's name.
    #[test]
    fn nothing_in_the_program_panics() {
        assert!(!JOINER.is_empty(), "it was not built");
        assert!(JOINER.starts_with(b"\x7fELF"));
        assert!(!JOINER.windows(3).any(|part| part == b".rs"), "it names a source file");
        assert!(JOINER.len() < 16 * 1024, "{} bytes", JOINER.len());
    }
}
