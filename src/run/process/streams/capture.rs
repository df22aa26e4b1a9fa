//! One captured stream of a hook: read as it comes, its first and last part kept, all of it counted.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use super::buffer::Buffer;
use super::kept::Kept;
use crate::run::process::system::descriptor::{above_stdio, pipe, set_nonblocking};
use crate::run::process::system::failure::SystemFailure;
use crate::run::report::Captured;

const PIPE: &str = "pipe2 for the hook's output";

/// The pipe of one stream, and what came through it.
#[derive(Debug)]
pub(in crate::run::process) struct Capture {
    reader: OwnedFd,
    /// Whether reading answers at once. Asked of the kernel with the first output: most hooks write nothing.
    ready_to_read: bool,
    /// Kept open until the hook is dead, so that its closing the other copies wakes nobody up.
    pub writer: OwnedFd,
    /// `None` where a pipe stands for /dev/null: nothing is told or counted.
    kept: Option<Kept>,
}

impl Capture {
    /// A stream of which so many bytes are kept.
    pub fn new(limit: usize) -> Result<Self, SystemFailure> {
        Self::open(Some(Kept::new(limit)))
    }

    /// A stream that is read and thrown away, as by /dev/null.
    pub fn discarding() -> Result<Self, SystemFailure> {
        Self::open(None)
    }

    fn open(kept: Option<Kept>) -> Result<Self, SystemFailure> {
        let (reader, writer) = pipe(PIPE)?;
        let writer = above_stdio(writer, PIPE)?;
        Ok(Self { reader, ready_to_read: false, writer, kept })
    }

    pub fn descriptor(&self) -> RawFd {
        self.reader.as_raw_fd()
    }

    /// Reads what is there, at most one buffer full, and shows it to `on_output`.
    pub fn read(&mut self, buffer: &mut Buffer, on_output: impl Fn(&[u8])) -> Result<(), SystemFailure> {
        self.take(buffer, usize::MAX, &on_output).map(drop)
    }

    /// Reads the rest: all that is in the pipe now that the hook is dead. What a daemon of its own writes
    /// from here on is not the hook's, and never waited for.
    pub fn drain(&mut self, buffer: &mut Buffer, on_output: impl Fn(&[u8])) -> Result<(), SystemFailure> {
        let mut rest = self.waiting()?;
        while rest > 0 {
            match self.take(buffer, rest, &on_output)? {
                0 => break, // somebody else took it
                count => rest -= count,
            }
        }
        Ok(())
    }

    /// What came, and the two ends of the pipe.
    pub fn finish(self) -> (Captured, [OwnedFd; 2]) {
        (self.kept.map(Kept::finish).unwrap_or_default(), [self.reader, self.writer])
    }

    fn take(
        &mut self,
        buffer: &mut Buffer,
        most: usize,
        on_output: &impl Fn(&[u8]),
    ) -> Result<usize, SystemFailure> {
        let call = "read of the hook's output";
        if !self.ready_to_read {
            // A grandchild may read from its own stdout and take what poll promised us.
            set_nonblocking(&self.reader, PIPE)?;
            self.ready_to_read = true;
        }
        let bytes = buffer.read(&self.reader, most).map_err(|errno| SystemFailure { call, errno })?;
        if let (Some(kept), false) = (&mut self.kept, bytes.is_empty()) {
            on_output(bytes);
            kept.add(bytes);
        }
        Ok(bytes.len())
    }

    /// How many bytes are in the pipe.
    fn waiting(&self) -> Result<usize, SystemFailure> {
        let mut count: libc::c_int = 0;
        // SAFETY: FIONREAD fills an int.
        match unsafe { libc::ioctl(self.reader.as_raw_fd(), libc::FIONREAD, &raw mut count) } {
            0 => Ok(usize::try_from(count).unwrap_or(0)),
            _ => Err(SystemFailure::last("FIONREAD of the hook's output")),
        }
    }
}
