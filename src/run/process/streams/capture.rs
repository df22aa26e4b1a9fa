//! One captured stream of a hook. It is read as it comes; its first and last part are kept, and all of it is
//! counted.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};

use super::buffer::Buffer;
use super::kept::Kept;
use super::memory;
use super::tee::Tee;
use crate::run::process::system::descriptor::{above_stdio, pipe, set_nonblocking};
use crate::run::process::system::failure::SystemFailure;
use crate::run::report::Captured;

const PIPE: &str = "pipe2 for the hook's output";

/// The pipe or file of one stream, and the output that came through it.
#[derive(Debug)]
pub(in crate::run::process) struct Capture {
    /// `None` for a file in memory, which is read from the other descriptor, once the hook is dead.
    reader: Option<OwnedFd>,
    /// Whether the reader is non-blocking. It is made so at the first output, because most hooks write
    /// nothing.
    ready_to_read: bool,
    /// Kept open until the hook is dead, so that poll does not wake up when the hook closes its copies.
    pub writer: OwnedFd,
    /// `None` if the pipe replaces /dev/null: its output is neither passed on nor counted.
    kept: Option<Kept>,
    tee: Option<Tee>,
}

impl Capture {
    /// A stream of which up to `limit` bytes are kept.
    pub fn new(limit: usize) -> Result<Self, SystemFailure> {
        Self::open(Some(Kept::new(limit)), None)
    }

    /// The same, and all of it is also written to a descriptor.
    pub fn with_tee(limit: usize, fd: BorrowedFd<'_>) -> Result<Self, SystemFailure> {
        Self::open(Some(Kept::new(limit)), Some(Tee::to(fd)))
    }

    /// A stream that the hook writes into a file in memory, of which up to `limit` bytes are kept.
    pub fn in_memory(limit: usize) -> Result<Self, SystemFailure> {
        let (writer, kept) = (memory::new()?, Some(Kept::new(limit)));
        Ok(Self { reader: None, ready_to_read: true, writer, kept, tee: None })
    }

    /// A stream that is read and thrown away, as by /dev/null.
    pub fn discarding() -> Result<Self, SystemFailure> {
        Self::open(None, None)
    }

    fn open(kept: Option<Kept>, tee: Option<Tee>) -> Result<Self, SystemFailure> {
        let (reader, writer) = pipe(PIPE)?;
        let writer = above_stdio(writer, PIPE)?;
        Ok(Self { reader: Some(reader), ready_to_read: false, writer, kept, tee })
    }

    /// The descriptor to poll; -1 for a file in memory.
    pub fn descriptor(&self) -> RawFd {
        self.reader.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// Whether the output is there to be read whatever poll says.
    pub fn is_in_memory(&self) -> bool {
        self.reader.is_none()
    }

    /// What the tee did not take, if anything.
    pub fn lost(&self) -> Option<String> {
        self.tee.as_ref()?.lost().map(|lost| lost.to_string())
    }

    /// Reads available output, at most one buffer full, and passes it to `on_output`.
    pub fn read(&mut self, buffer: &mut Buffer, on_output: impl Fn(&[u8])) -> Result<(), SystemFailure> {
        self.take(buffer, usize::MAX, &on_output).map(drop)
    }

    /// Reads the rest: all that is in the pipe once the hook is dead. Later output, for example of a daemon
    /// that the hook started, is not the hook's, and is never waited for.
    pub fn drain(&mut self, buffer: &mut Buffer, on_output: impl Fn(&[u8])) -> Result<(), SystemFailure> {
        if self.is_in_memory() {
            return self.read_memory(buffer, on_output);
        }
        let mut rest = self.waiting()?;
        while rest > 0 {
            match self.take(buffer, rest, &on_output)? {
                0 => break, // another process took it
                count => rest -= count,
            }
        }
        Ok(())
    }

    /// The captured output, and the two ends of the pipe.
    pub fn finish(self) -> (Captured, [Option<OwnedFd>; 2]) {
        (self.kept.map(Kept::finish).unwrap_or_default(), [self.reader, Some(self.writer)])
    }

    /// Reads all that the hook has written into its file, without moving the offset, which a daemon shares.
    fn read_memory(&mut self, buffer: &mut Buffer, on_output: impl Fn(&[u8])) -> Result<(), SystemFailure> {
        let call = "read of the hook's output";
        let (mut from, written) = (0, memory::written(&self.writer)?);
        while from < written {
            let bytes = buffer
                .read_at(&self.writer, from, written - from)
                .map_err(|errno| SystemFailure { call, errno })?;
            if bytes.is_empty() {
                break;
            }
            from += bytes.len();
            on_output(bytes);
            if let Some(kept) = &mut self.kept {
                kept.add(bytes);
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        buffer: &mut Buffer,
        most: usize,
        on_output: &impl Fn(&[u8]),
    ) -> Result<usize, SystemFailure> {
        let call = "read of the hook's output";
        // A file in memory is read once the hook is dead.
        let Some(reader) = &self.reader else { return Ok(0) };
        if !self.ready_to_read {
            // A grandchild may read from its own stdout, and so take the data that poll announced.
            set_nonblocking(reader, PIPE)?;
            self.ready_to_read = true;
        }
        let bytes = buffer.read(reader, most).map_err(|errno| SystemFailure { call, errno })?;
        if let (Some(kept), false) = (&mut self.kept, bytes.is_empty()) {
            on_output(bytes);
            kept.add(bytes);
            if let Some(tee) = &mut self.tee {
                tee.write(bytes);
            }
        }
        Ok(bytes.len())
    }

    /// How many bytes are in the pipe.
    fn waiting(&self) -> Result<usize, SystemFailure> {
        let mut count: libc::c_int = 0;
        // SAFETY: FIONREAD fills an int.
        match unsafe { libc::ioctl(self.descriptor(), libc::FIONREAD, &raw mut count) } {
            0 => Ok(usize::try_from(count).unwrap_or(0)),
            _ => Err(SystemFailure::last("FIONREAD of the hook's output")),
        }
    }
}
