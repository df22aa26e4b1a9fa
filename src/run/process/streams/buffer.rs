//! The buffer that hooks' output is read into. Its memory is touched only as far as output reaches.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::errno::Errno;

/// The largest read in bytes: the capacity of a pipe.
const MOST: usize = 64 * 1024;

/// Room for one read, allocated at the first.
#[derive(Debug, Default)]
pub(in crate::run::process) struct Buffer(Vec<u8>);

impl Buffer {
    /// Reads available data, at most `most` bytes. Returns no bytes at the end of the file, and if nothing is
    /// available now.
    pub fn read(&mut self, fd: &OwnedFd, most: usize) -> Result<&[u8], Errno> {
        // SAFETY: room for that many bytes.
        self.fill(|room| unsafe { libc::read(fd.as_raw_fd(), room, most.min(MOST)) })
    }

    /// Reads a file from a place on, at most `most` bytes. Its offset stays.
    pub fn read_at(&mut self, fd: &OwnedFd, from: usize, most: usize) -> Result<&[u8], Errno> {
        let from = libc::off_t::try_from(from).map_err(|_| Errno(libc::EOVERFLOW))?;
        // SAFETY: room for that many bytes.
        self.fill(|room| unsafe { libc::pread(fd.as_raw_fd(), room, most.min(MOST), from) })
    }

    fn fill(&mut self, read: impl Fn(*mut libc::c_void) -> isize) -> Result<&[u8], Errno> {
        self.0.clear();
        self.0.reserve(MOST);
        loop {
            let count = read(self.0.as_mut_ptr().cast());
            match usize::try_from(count) {
                Ok(count) => {
                    // SAFETY: read has filled that many bytes.
                    unsafe { self.0.set_len(count) };
                    return Ok(&self.0);
                }
                Err(_) => match Errno::last() {
                    Errno(libc::EINTR) => {}
                    Errno(libc::EAGAIN) => return Ok(&[]),
                    errno => return Err(errno),
                },
            }
        }
    }
}
