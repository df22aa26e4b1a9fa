//! The destinations of a hook's stdout and stderr.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use super::capture::Capture;
use super::dev_null::DevNull;
use crate::errno::Errno;
use crate::run::process::system::descriptor::{duplicate, is_refusal};
use crate::run::process::system::failure::SystemFailure;
use crate::run::runner::Output;
use crate::run::runner::Runner;
use crate::run::runner::Stream;

/// One stream, ready for the child.
#[derive(Debug)]
pub(in crate::run::process) enum Sink {
    /// A pipe that the parent reads.
    Captured(Capture),
    /// A descriptor that somebody else owns, or that was opened for the whole phase.
    Borrowed(RawFd),
    /// A duplicate that lives as long as the hook, because a fork may have to repeat the joiner's steps.
    Owned(OwnedFd),
}

/// Checks that the host's descriptors for the hook are open. This has to come before we open any descriptor:
/// ours could take a free number, and the hook would get it instead.
pub(in crate::run::process) fn check_borrowed(runner: &Runner<'_>) -> Result<(), SystemFailure> {
    for (stream, output) in [(Stream::Stdout, runner.stdout), (Stream::Stderr, runner.stderr)] {
        let fd = match output {
            Output::Inherit => stream as RawFd,
            Output::Descriptor(fd) | Output::Tee(fd) => fd.as_raw_fd(),
            Output::Capture | Output::Memory | Output::Discard => continue,
        };
        // SAFETY: plain numbers.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 && !is_refusal(Errno::last()) {
            let call = match stream {
                Stream::Stdout => "the descriptor for the hook's stdout",
                Stream::Stderr => "the descriptor for the hook's stderr",
            };
            return Err(SystemFailure::last(call));
        }
    }
    Ok(())
}

/// How many bytes of a stream are kept, in a phase that keeps `kept` bytes already. This is half of the rest,
/// because a hook has two streams, but always enough for the last lines.
fn limit(runner: &Runner<'_>, kept: usize) -> usize {
    let left = runner.phase_capture_limit.saturating_sub(kept);
    runner.capture_limit.min(Runner::CAPTURE_LEAST.max(left / 2))
}

impl Sink {
    /// Opens the runner's destination for a stream, in a phase that keeps `kept` bytes of output already.
    pub fn open(
        stream: Stream,
        runner: &Runner<'_>,
        kept: usize,
        dev_null: &mut DevNull,
    ) -> Result<Self, SystemFailure> {
        let output = match stream {
            Stream::Stdout => runner.stdout,
            Stream::Stderr => runner.stderr,
        };
        match output {
            Output::Capture => Capture::new(limit(runner, kept)).map(Sink::Captured),
            Output::Tee(fd) => Capture::with_tee(limit(runner, kept), fd).map(Sink::Captured),
            Output::Memory => Capture::in_memory(limit(runner, kept)).map(Sink::Captured),
            // A container that is being created may have no /dev yet. Then the output is read and thrown
            // away.
            Output::Discard => match dev_null.get()? {
                Some(null) => Ok(Self::Borrowed(null)),
                None => Capture::discarding().map(Sink::Captured),
            },
            Output::Inherit => Ok(Self::Borrowed(stream as RawFd)),
            // The child fills its places one after another, so it could overwrite a low number before using
            // it.
            Output::Descriptor(fd) if fd.as_raw_fd() > libc::STDERR_FILENO => {
                Ok(Self::Borrowed(fd.as_raw_fd()))
            }
            Output::Descriptor(fd) => {
                duplicate(fd.as_raw_fd(), "duplicate of the output descriptor").map(Sink::Owned)
            }
        }
    }

    /// The descriptor that the child duplicates to the stream's place.
    pub fn source(&self) -> RawFd {
        match self {
            Self::Captured(capture) => capture.writer.as_raw_fd(),
            Self::Borrowed(fd) => *fd,
            Self::Owned(fd) => fd.as_raw_fd(),
        }
    }

    /// Separates the stream that is read from the descriptor that only has to stay open.
    pub fn split(self) -> (Option<Capture>, Option<OwnedFd>) {
        match self {
            Self::Captured(capture) => (Some(capture), None),
            Self::Borrowed(_) => (None, None),
            Self::Owned(fd) => (None, Some(fd)),
        }
    }
}
