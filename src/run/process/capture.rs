//! One captured stream of a hook: read as it comes, its first and last part kept, all of it counted.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use super::SystemFailure;
use super::buffer::Buffer;
use super::descriptor::{above_stdio, pipe, set_nonblocking};
use crate::run::report::Captured;

const PIPE: &str = "pipe2 for the hook's output";

/// The pipe of one stream, and what came through it.
#[derive(Debug)]
pub(super) struct Capture {
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
    pub fn new(limit: usize) -> Result<Capture, SystemFailure> {
        Capture::open(Some(Kept::new(limit)))
    }

    /// A stream that is read and thrown away, as by /dev/null.
    pub fn discarding() -> Result<Capture, SystemFailure> {
        Capture::open(None)
    }

    fn open(kept: Option<Kept>) -> Result<Capture, SystemFailure> {
        let (reader, writer) = pipe(PIPE)?;
        let writer = above_stdio(writer, PIPE)?;
        Ok(Capture { reader, ready_to_read: false, writer, kept })
    }

    pub fn descriptor(&self) -> RawFd {
        self.reader.as_raw_fd()
    }

    /// Reads what is there, at most one buffer full, and shows it to `seen`.
    pub fn read(&mut self, buffer: &mut Buffer, seen: impl Fn(&[u8])) -> Result<(), SystemFailure> {
        self.take(buffer, usize::MAX, &seen).map(drop)
    }

    /// Reads the rest: all that is in the pipe now that the hook is dead. What a daemon of its own writes
    /// from here on is not the hook's, and never waited for.
    pub fn drain(&mut self, buffer: &mut Buffer, seen: impl Fn(&[u8])) -> Result<(), SystemFailure> {
        let mut rest = self.waiting()?;
        while rest > 0 {
            match self.take(buffer, rest, &seen)? {
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
        seen: &impl Fn(&[u8]),
    ) -> Result<usize, SystemFailure> {
        let call = "read of the hook's output";
        if !self.ready_to_read {
            // A grandchild may read from its own stdout and take what poll promised us.
            set_nonblocking(&self.reader, PIPE)?;
            self.ready_to_read = true;
        }
        let bytes = buffer.read(&self.reader, most).map_err(|errno| SystemFailure { call, errno })?;
        if let (Some(kept), false) = (&mut self.kept, bytes.is_empty()) {
            seen(bytes);
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

/// The first and the last part of a stream of any length, in bounded memory.
#[derive(Debug)]
struct Kept {
    head_limit: usize,
    tail_limit: usize,
    head: Vec<u8>,
    /// A ring once it is full: `next` is its oldest byte.
    tail: Vec<u8>,
    next: usize,
    total: u64,
}

impl Kept {
    fn new(limit: usize) -> Kept {
        let tail_limit = limit / 2;
        Kept {
            head_limit: limit - tail_limit,
            tail_limit,
            head: Vec::new(),
            tail: Vec::new(),
            next: 0,
            total: 0,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let (first, rest) = bytes.split_at(bytes.len().min(self.head_limit - self.head.len()));
        self.head.extend_from_slice(first);
        // More than the ring holds would only write over itself.
        let rest = &rest[rest.len().saturating_sub(self.tail_limit)..];
        let (growing, mut turning) = rest.split_at(rest.len().min(self.tail_limit - self.tail.len()));
        self.tail.extend_from_slice(growing);
        while !turning.is_empty() {
            let (now, later) = turning.split_at(turning.len().min(self.tail_limit - self.next));
            self.tail[self.next..self.next + now.len()].copy_from_slice(now);
            self.next = (self.next + now.len()) % self.tail_limit;
            turning = later;
        }
    }

    fn finish(mut self) -> Captured {
        self.tail.rotate_left(self.next);
        // A part that grew by pieces has room to spare. The phase's limit counts bytes, and the report is kept.
        self.head.shrink_to_fit();
        self.tail.shrink_to_fit();
        Captured { head: self.head, tail: self.tail, total: self.total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds the bytes in pieces of every size, and compares with what is left of the whole.
    #[test]
    fn first_and_last_part_are_kept_whatever_the_pieces() {
        let all: Vec<u8> = (0..=255).collect();
        for limit in [0, 1, 2, 7, 64, 255, 256, 300] {
            for piece in 1..=all.len() {
                let mut kept = Kept::new(limit);
                all.chunks(piece).for_each(|bytes| kept.add(bytes));
                let captured = kept.finish();
                let head = (limit - limit / 2).min(all.len());
                let tail = (limit / 2).min(all.len() - head);
                assert_eq!(captured.head, all[..head], "limit {limit}, piece {piece}");
                assert_eq!(captured.tail, all[all.len() - tail..], "limit {limit}, piece {piece}");
                assert_eq!(captured.left_out(), (all.len() - head - tail) as u64);
            }
        }
    }

    #[test]
    fn a_line_says_how_much_was_left_out() {
        let mut kept = Kept::new(4);
        kept.add(b"abcdefgh");
        assert_eq!(kept.finish().bytes().as_ref(), b"ab\n[... 4 bytes left out ...]\ngh");
    }
}
