//! The socket through which a child with separate memory reports: which step failed, or which process
//! continues.
//!
//! The parent reads it without waiting, once the child is dead. It never relies on end of file, because
//! others may hold a copy of the child's end.

use std::cell::Cell;
use std::mem::{MaybeUninit, size_of_val};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use crate::errno::Errno;
use crate::run::process::child::{ChildMessage, END, FIRST_FREE, MESSAGE_BYTES, Message};
use crate::run::process::system::descriptor::{above_stdio, duplicate_from};
use crate::run::process::system::failure::SystemFailure;

const SOCKET: &str = "socketpair for what a child has to say";

/// The lowest number of the child's end, which leaves the first free number to an open executable.
const CHILD_END: RawFd = FIRST_FREE + 1;

/// How many messages are read for one child, which sends two at most. A process of a container that has
/// obtained the socket may send others without end. No socket holds as many at once, so the child's messages
/// are always among these.
const MOST_MESSAGES: usize = 4096;

/// A message's bytes, the descriptor that came with it, and the sender's pid.
type AnyMessage = ([u8; MESSAGE_BYTES], Option<OwnedFd>, libc::pid_t);

/// A pair of sockets, kept for a phase.
#[derive(Debug)]
pub(in crate::run::process) struct Channel {
    ours: OwnedFd,
    theirs: OwnedFd,
    tag: Cell<u32>,
    /// How many messages may still be read for the child with that tag.
    left: Cell<usize>,
}

/// A message from a child.
#[derive(Debug)]
pub(in crate::run::process) struct Received {
    pub message: ChildMessage,
    /// The descriptor that came with it.
    pub pidfd: Option<OwnedFd>,
    /// The sender's pid, as the kernel reports it; 0 if it does not.
    pub sender: libc::pid_t,
}

impl Channel {
    pub fn new() -> Result<Self, SystemFailure> {
        let mut ends = [-1; 2];
        let kind = libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC;
        // SAFETY: two integers to fill.
        if unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr()) } != 0 {
            return Err(SystemFailure::last(SOCKET));
        }
        // SAFETY: both descriptors are new, and nothing else owns them.
        let [ours, theirs] = ends.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
        let on: libc::c_int = 1;
        let (value, size) =
            (ptr::from_ref(&on).cast(), libc::socklen_t::try_from(size_of_val(&on)).unwrap_or(0));
        // SAFETY: an integer, and its size.
        if unsafe { libc::setsockopt(ours.as_raw_fd(), libc::SOL_SOCKET, libc::SO_PASSCRED, value, size) }
            != 0
        {
            // Without the sender's pid, a process whose pidfd can't be received would be out of reach.
            return Err(SystemFailure::last("setsockopt for what a child has to say"));
        }
        let theirs = if theirs.as_raw_fd() >= CHILD_END {
            theirs
        } else {
            duplicate_from(theirs.as_raw_fd(), CHILD_END, SOCKET)?
        };
        let channel =
            Self { ours: above_stdio(ours, SOCKET)?, theirs, tag: Cell::new(0), left: Cell::new(0) };
        // A seccomp profile may refuse recvmsg. Better to fail now: a hook that runs by then would be out of
        // reach.
        channel.receive_any()?;
        Ok(channel)
    }

    /// The child's end, and the tag for its messages.
    pub fn for_next_child(&self) -> (RawFd, u32) {
        self.tag.set(self.tag.get().wrapping_add(1));
        self.left.set(MOST_MESSAGES);
        (self.theirs.as_raw_fd(), self.tag.get())
    }

    /// Asks the child with that tag to end. Unread requests to earlier children are discarded, so that the
    /// child reads only this one.
    pub fn ask_to_end(&self, tag: u32) {
        let message: Message = [tag, END, 0];
        let mut old = [0_u8; MESSAGE_BYTES];
        // SAFETY: buffers of those sizes. The results are ignored: without the message, the hook still gets
        // the signal.
        unsafe {
            while libc::recv(self.theirs.as_raw_fd(), old.as_mut_ptr().cast(), old.len(), libc::MSG_DONTWAIT)
                > 0
            {}
            let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
            libc::send(self.ours.as_raw_fd(), ptr::from_ref(&message).cast(), MESSAGE_BYTES, flags);
        }
    }

    /// The next unread message of the child with that tag; `None` if there is none, or if too many messages
    /// were read.
    pub fn receive(&self, tag: u32) -> Result<Option<Received>, SystemFailure> {
        while let Some(left) = self.left.get().checked_sub(1) {
            let Some((message, pidfd, sender)) = self.receive_any()? else { return Ok(None) };
            self.left.set(left);
            if let Some(message) = ChildMessage::from_message(tag, &message) {
                return Ok(Some(Received { message, pidfd, sender }));
            }
        }
        Ok(None)
    }

    fn receive_any(&self) -> Result<Option<AnyMessage>, SystemFailure> {
        #[repr(align(8))]
        struct Control([u8; 64]);
        let (mut message, mut control) = ([0_u8; MESSAGE_BYTES], Control([0; 64]));
        let mut part = libc::iovec { iov_base: message.as_mut_ptr().cast(), iov_len: message.len() };
        // SAFETY: a header of zeroes is valid.
        let mut header: libc::msghdr = unsafe { MaybeUninit::zeroed().assume_init() };
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = control.0.as_mut_ptr().cast();
        header.msg_controllen = control.0.len() as _;
        let flags = libc::MSG_DONTWAIT | libc::MSG_CMSG_CLOEXEC;
        loop {
            // SAFETY: a header and the buffers that it points to.
            let size = unsafe { libc::recvmsg(self.ours.as_raw_fd(), &raw mut header, flags) };
            return match (size, Errno::last()) {
                // The socket was shut down: nothing more will come.
                (0, _) => Ok(None),
                (1.., _) => {
                    // SAFETY: the kernel has just filled the header.
                    let (pidfd, sender) = unsafe { ancillary(&header) };
                    Ok(Some((message, pidfd, sender)))
                }
                (_, Errno(libc::EINTR)) => continue,
                (_, Errno(libc::EAGAIN)) => Ok(None),
                (_, errno) => Err(SystemFailure { call: "recvmsg of what a child has to say", errno }),
            };
        }
    }
}

/// The descriptor and the sender's pid that came with a message; further descriptors are closed.
///
/// # Safety
/// The header was filled by recvmsg.
unsafe fn ancillary(header: &libc::msghdr) -> (Option<OwnedFd>, libc::pid_t) {
    let (mut descriptor, mut sender) = (None, 0);
    // SAFETY: the caller's promise; the macros walk through the kernel's output.
    unsafe {
        let mut next = libc::CMSG_FIRSTHDR(header);
        while let Some(part) = next.as_ref() {
            let (data, size) = (libc::CMSG_DATA(part), part.cmsg_len - libc::CMSG_LEN(0) as usize);
            match part.cmsg_type {
                libc::SCM_RIGHTS => {
                    for place in 0..size / size_of::<RawFd>() {
                        let fd = data.cast::<RawFd>().add(place).read_unaligned();
                        let fd = OwnedFd::from_raw_fd(fd);
                        descriptor.get_or_insert(fd);
                    }
                }
                libc::SCM_CREDENTIALS if size >= size_of::<libc::ucred>() => {
                    sender = data.cast::<libc::ucred>().read_unaligned().pid;
                }
                _ => {}
            }
            next = libc::CMSG_NXTHDR(header, part);
        }
    }
    (descriptor, sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(channel: &Channel, message: Message) -> bool {
        let (fd, buffer) = (channel.theirs.as_raw_fd(), ptr::from_ref(&message).cast());
        // SAFETY: a buffer of that size.
        let sent = unsafe { libc::send(fd, buffer, MESSAGE_BYTES, libc::MSG_DONTWAIT) };
        usize::try_from(sent) == Ok(MESSAGE_BYTES)
    }

    #[test]
    fn who_floods_the_socket_is_not_heard_for_ever() {
        let channel = Channel::new().expect("a socket");
        let (_, tag) = channel.for_next_child();
        let heard = (0..=MOST_MESSAGES)
            .take_while(|_| {
                assert!(send(&channel, [tag, 1, libc::ENOENT as u32]));
                channel.receive(tag).expect("it can be read").is_some()
            })
            .count();
        assert_eq!(heard, MOST_MESSAGES);
        let (_, next) = channel.for_next_child();
        assert!(send(&channel, [next, 1, libc::ENOENT as u32]));
        assert!(channel.receive(next).expect("it can be read").is_some(), "behind those for another");
    }
}
