//! A descriptor of the caller's that captured output is also written to, without a wait: bytes that it does not take
//! at once are left out, and counted.

use std::fmt;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use crate::errno::Errno;
use crate::run::process::system::signal_mask::AllBlocked;

/// What a descriptor is written by.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// A regular file never makes a writer wait for a reader.
    File,
    Socket,
    /// A pipe, a terminal, another device.
    Other,
}

/// The descriptor, and what it did not take.
#[derive(Debug)]
pub(in crate::run::process) struct Tee {
    fd: RawFd,
    way: Way,
    left_out: u64,
    failed: Option<Errno>,
}

impl Tee {
    pub fn to(fd: BorrowedFd<'_>) -> Self {
        let fd = fd.as_raw_fd();
        Self { fd, way: way(fd), left_out: 0, failed: None }
    }

    /// Writes as much as the descriptor takes now.
    pub fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.failed.is_none() {
            match self.write_some(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(Errno(libc::EINTR)) => {}
                Err(Errno(libc::EAGAIN)) => break,
                Err(errno) => self.failed = Some(errno),
            }
        }
        self.left_out += bytes.len() as u64;
    }

    /// What was left out, if anything.
    pub fn lost(&self) -> Option<impl fmt::Display> {
        let reason = self.failed.map_or("it was full".to_owned(), |errno| errno.to_string());
        let bytes = self.left_out;
        (bytes > 0).then(|| format!("{bytes} bytes were not written to the tee's descriptor: {reason}"))
    }

    fn write_some(&self, bytes: &[u8]) -> Result<usize, Errno> {
        match self.way {
            Way::Socket => {
                let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
                // SAFETY: a buffer of that size.
                answer(unsafe { libc::send(self.fd, bytes.as_ptr().cast(), bytes.len(), flags) })
            }
            Way::File => without_signals(|| plain_write(self.fd, bytes)),
            Way::Other => without_signals(|| match write_now(self.fd, bytes) {
                // Before Linux 6.4 for pipes; terminals; a seccomp profile.
                Err(Errno(libc::EOPNOTSUPP | libc::EINVAL | libc::ENOSYS | libc::EPERM))
                    if has_room(self.fd) =>
                {
                    // A pipe that has room has it for so much; another writer could take it first.
                    plain_write(self.fd, &bytes[..bytes.len().min(libc::PIPE_BUF)])
                }
                Err(Errno(libc::EOPNOTSUPP | libc::EINVAL | libc::ENOSYS | libc::EPERM)) => {
                    Err(Errno(libc::EAGAIN))
                }
                answer => answer,
            }),
        }
    }
}

fn way(fd: RawFd) -> Way {
    let mut status = MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: a structure to fill; zeroed is valid already.
    let mode = unsafe {
        libc::fstat(fd, status.as_mut_ptr());
        status.assume_init().st_mode
    };
    match mode & libc::S_IFMT {
        libc::S_IFREG => Way::File,
        libc::S_IFSOCK => Way::Socket,
        _ => Way::Other,
    }
}

fn answer(count: isize) -> Result<usize, Errno> {
    usize::try_from(count).map_err(|_| Errno::last())
}

fn plain_write(fd: RawFd, bytes: &[u8]) -> Result<usize, Errno> {
    // SAFETY: a buffer of that size.
    answer(unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) })
}

/// Writes what fits now, whatever flags the descriptor has: those belong to everybody who shares it.
fn write_now(fd: RawFd, bytes: &[u8]) -> Result<usize, Errno> {
    const CURRENT: libc::c_long = -1;
    let part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    // SAFETY: one buffer of that size, which is only read.
    let count = unsafe {
        libc::syscall(libc::SYS_pwritev2, fd, &raw const part, 1, CURRENT, CURRENT, libc::RWF_NOWAIT)
    };
    usize::try_from(count).map_err(|_| Errno::last())
}

fn has_room(fd: RawFd) -> bool {
    let mut poll = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one pollfd, as announced. An error is found by the write.
    unsafe { libc::poll(&raw mut poll, 1, 0) > 0 }
}

/// Calls a function that may raise SIGPIPE (no reader) or SIGXFSZ (the host's limit) in this thread, and takes that
/// signal back.
fn without_signals<T>(write: impl FnOnce() -> Result<T, Errno>) -> Result<T, Errno> {
    let _blocked = AllBlocked::new().map_err(|failure| failure.errno)?;
    let before = pending();
    let answer = write();
    let raised = match &answer {
        Err(Errno(libc::EPIPE)) => libc::SIGPIPE,
        Err(Errno(libc::EFBIG)) => libc::SIGXFSZ,
        _ => return answer,
    };
    // SAFETY: sets of this function's own. One that was pending before is the host's.
    unsafe {
        if libc::sigismember(&raw const before, raised) == 0 {
            let mut set = MaybeUninit::<libc::sigset_t>::zeroed().assume_init();
            libc::sigemptyset(&raw mut set);
            libc::sigaddset(&raw mut set, raised);
            let no_time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            libc::sigtimedwait(&raw const set, std::ptr::null_mut(), &raw const no_time);
        }
    }
    answer
}

fn pending() -> libc::sigset_t {
    // SAFETY: a set to fill; zeroed is valid already.
    unsafe {
        let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
        libc::sigpending(set.as_mut_ptr());
        set.assume_init()
    }
}
