//! `/dev/null`, for streams that are discarded: opened once a phase.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use crate::errno::Errno;
use crate::run::process::system::descriptor::{above_stdio, open};
use crate::run::process::system::failure::SystemFailure;

/// `/dev/null`, opened when it is first needed.
#[derive(Debug, Default)]
pub(in crate::run::process) struct DevNull(Option<OwnedFd>);

impl DevNull {
    /// Its descriptor, open for writing; `None` if the system has no /dev/null.
    pub fn get(&mut self) -> Result<Option<RawFd>, SystemFailure> {
        const OPEN: &str = "open of /dev/null";
        if self.0.is_none() {
            match open(c"/dev/null", libc::O_WRONLY) {
                Ok(null) => self.0 = Some(above_stdio(null, OPEN)?),
                Err(errno @ Errno(libc::EMFILE | libc::ENFILE | libc::ENOMEM)) => {
                    return Err(SystemFailure { call: OPEN, errno });
                }
                Err(_) => return Ok(None),
            }
        }
        Ok(self.0.as_ref().map(AsRawFd::as_raw_fd))
    }
}
