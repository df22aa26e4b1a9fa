//! The joiner, the program that a child executes first, as a file in memory. The file is written and sealed
//! once a phase. Sealing it keeps everybody who sees it as /proc/PID/exe from changing it.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::errno::Errno;
use crate::run::process::system::descriptor::{above_stdio, memory_files_may_grow_to, write_all};
use crate::run::process::system::failure::SystemFailure;

/// The joiner, as build.rs compiled it; empty if it could not.
pub(in crate::run::process) const JOINER: &[u8] = include_bytes!(env!("OCIHOOKS_JOINER"));

/// Linux 6.3: makes the file executable, whatever the default in `vm.memfd_noexec` is. It also seals that.
const MFD_EXEC: libc::c_uint = 0x10;

const MEMFD: &str = "memfd_create for the joiner";

/// The joiner, ready to be executed.
#[derive(Debug)]
pub(in crate::run::process) struct JoinerFile(OwnedFd);

impl JoinerFile {
    /// Makes the file; `None` if the system does not allow it, and a fork has to do the steps.
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

/// An executable file in memory; `None` if the kernel or a seccomp profile does not allow one.
fn create() -> Result<Option<OwnedFd>, SystemFailure> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
    for flags in [flags | MFD_EXEC, flags] {
        // SAFETY: a NUL-ended name.
        let fd = unsafe { libc::memfd_create(c"oci-hook".as_ptr(), flags) };
        if fd >= 0 {
            // SAFETY: the descriptor is new, and nothing else owns it.
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

    /// The rule of the folder `child`, checked on the compiled program. A panic would leave its location
    /// there, with the file's name.
    #[test]
    fn nothing_in_the_program_panics() {
        assert!(!JOINER.is_empty(), "it was not built");
        assert!(JOINER.starts_with(b"\x7fELF"));
        assert!(!JOINER.windows(3).any(|part| part == b".rs"), "it names a source file");
        assert!(JOINER.len() < 16 * 1024, "{} bytes", JOINER.len());
    }
}
