//! How a child's report reaches the parent, and the parent's request to end reaches the child: through
//! atomics in shared memory, or as messages through a socket.
//!
//! Neither end waits for the other to close: the parent reads once the child is dead. A message carries the
//! child's tag, so that an earlier child's message is never taken for this child's.

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

use super::args::{ChildArgs, Orders};
use super::numbers::*;
use super::syscall::{self, arg, bits, raw};
use super::{Failed, Step, at};
use crate::step::Obstacle;

/// The report of a child that shares the parent's memory: the step that failed, and its errno. It also holds
/// the parent's request to end.
#[derive(Debug)]
pub(in super::super) struct ChildReport {
    step: AtomicU32,
    errno: AtomicU32,
    is_asked_to_end: AtomicU32,
    /// The errno of each step that can be skipped, or 0, in the order of [`SKIPPABLE`].
    skipped: [AtomicU32; SKIPPABLE.len()],
}

/// A child's message to the parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum ChildMessage {
    /// A step failed.
    Failed(Step, i32, Option<Obstacle>),
    /// The kernel or a profile refused a step that the hook can do without.
    Skipped(Step, i32),
    /// The kernel refuses to execute the joiner: no step was done, and a fork can do all of them.
    JoinerRefused,
    /// Another process continues in this one's place; its pidfd comes with the message.
    Successor,
}

/// The steps that a hook can do without, where a seccomp profile refuses their calls.
const SKIPPABLE: [Step; 2] = [Step::ProcessGroup, Step::Signals];

/// Marks the number of a step that was skipped.
const SKIPPED: u32 = 0x8000;

/// The part of a number that is the step's; above it stands the obstacle's, or 0.
const STEP_BITS: u32 = 0xffff;

/// The number of a step that met an obstacle.
pub(super) fn with_obstacle(step: u32, obstacle: Obstacle) -> u32 {
    step | (obstacle as u32) << STEP_BITS.count_ones()
}

/// Numbers in the place of the step that stand for other messages.
pub(super) const JOINER_REFUSED: u32 = u32::MAX;
const SUCCESSOR: u32 = u32::MAX - 1;
/// In the parent's message: a request to end.
pub(in super::super) const END: u32 = u32::MAX - 2;

/// A message: tag, step, errno.
pub(in super::super) type Message = [u32; 3];

/// The size of a message.
pub(in super::super) const MESSAGE_BYTES: usize = size_of::<Message>();

impl ChildReport {
    pub const fn empty() -> Self {
        Self {
            step: AtomicU32::new(0),
            errno: AtomicU32::new(0),
            is_asked_to_end: AtomicU32::new(0),
            skipped: [const { AtomicU32::new(0) }; SKIPPABLE.len()],
        }
    }

    /// Asks the child to end. The caller sends the signal afterwards.
    pub fn ask_to_end(&self) {
        self.is_asked_to_end.store(1, Ordering::SeqCst);
    }

    fn put(&self, step: u32, errno: i32) {
        self.errno.store(bits(errno), Ordering::Relaxed);
        self.step.store(step, Ordering::Release);
    }

    /// Takes the child's message. It is valid once the child is dead, because the child writes it before it
    /// exits. The report is then ready for the next child.
    pub fn take(&self) -> Option<ChildMessage> {
        self.is_asked_to_end.store(0, Ordering::Relaxed);
        for (step, errno) in SKIPPABLE.into_iter().zip(&self.skipped) {
            match errno.swap(0, Ordering::Acquire) {
                0 => {}
                errno => return Some(ChildMessage::Skipped(step, syscall::errno(errno))),
            }
        }
        let step = self.step.swap(0, Ordering::Acquire);
        ChildMessage::from_numbers(step, self.errno.load(Ordering::Relaxed))
    }
}

impl ChildMessage {
    /// Reads a message; `None` if it is not a message of that child.
    pub fn from_message(tag: u32, message: &[u8; MESSAGE_BYTES]) -> Option<Self> {
        let number = |place: usize| {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&message[4 * place..4 * place + 4]);
            u32::from_ne_bytes(bytes)
        };
        if number(0) == tag { Self::from_numbers(number(1), number(2)) } else { None }
    }

    fn from_numbers(step: u32, errno: u32) -> Option<Self> {
        match step {
            JOINER_REFUSED => Some(Self::JoinerRefused),
            SUCCESSOR => Some(Self::Successor),
            _ if step & SKIPPED != 0 => {
                Step::from_raw(step & !SKIPPED).map(|step| Self::Skipped(step, syscall::errno(errno)))
            }
            _ => Step::from_raw(step & STEP_BITS).map(|named| {
                Self::Failed(named, syscall::errno(errno), Obstacle::from_raw(step >> STEP_BITS.count_ones()))
            }),
        }
    }
}

/// Does without a step that a seccomp profile refuses, and tells the parent. Other failures stay failures.
pub(super) fn unless_refused<T>(
    args: &ChildArgs,
    step: Step,
    answer: Result<T, i32>,
) -> Result<Option<T>, Failed> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(errno @ (EPERM | ENOSYS)) => {
            skipped(args, step, errno);
            Ok(None)
        }
        Err(errno) => Err(at(step)(errno)),
    }
}

fn skipped(args: &ChildArgs, step: Step, errno: i32) {
    if args.orders.channel >= 0 {
        failed(args, step as u32 | SKIPPED, errno);
    } else if let (Some(place), false) =
        (SKIPPABLE.iter().position(|known| *known == step), args.report.is_null())
    {
        // SAFETY: the parent keeps it until it has seen this process dead.
        if let Some(kept) = unsafe { &(*args.report).skipped }.get(place) {
            kept.store(bits(errno), Ordering::Release);
        }
    }
}

/// Reports to the parent that a step failed.
pub(super) fn failed(args: &ChildArgs, step: u32, errno: i32) {
    let (orders, report) = (&args.orders, args.report);
    if orders.channel >= 0 {
        let message: Message = [orders.tag, step, bits(errno)];
        // SAFETY: a buffer of that size. The result is ignored, because nobody else could be notified.
        let _ =
            unsafe { raw(SYS_write, [arg(orders.channel), ptr::from_ref(&message) as usize, MESSAGE_BYTES]) };
    } else if !report.is_null() {
        // SAFETY: the parent keeps it until it has seen this process dead.
        unsafe { (*report).put(step, errno) };
    }
}

/// Whether the parent has asked this process to end. The parent asks before it sends the signal, so the
/// signals that were discarded by then may include its own.
pub(super) fn is_asked_to_end(args: &ChildArgs) -> bool {
    let (orders, report) = (&args.orders, args.report);
    if orders.channel < 0 {
        // SAFETY: the parent keeps it until it has seen this process dead.
        return !report.is_null() && unsafe { (*report).is_asked_to_end.load(Ordering::SeqCst) } != 0;
    }
    let mut message: Message = [0; 3];
    let buffer = ptr::from_mut(&mut message) as usize;
    // SAFETY: a buffer of that size.
    let size = unsafe { raw(SYS_recvfrom, [arg(orders.channel), buffer, MESSAGE_BYTES, MSG_DONTWAIT, 0]) };
    // SAFETY: initialised above. Volatile, because the compiler does not see the kernel's write.
    let message = unsafe { (&raw const message).read_volatile() };
    size == Ok(MESSAGE_BYTES) && message[..2] == [orders.tag, END]
}

/// Sends the parent the pidfd of the process that continues.
pub(super) fn successor(orders: &Orders, pidfd: i32) -> Result<(), i32> {
    let message: Message = [orders.tag, SUCCESSOR, 0];
    let part = [ptr::from_ref(&message) as usize, MESSAGE_BYTES];
    let control =
        ControlMessage { length: CONTROL_BYTES, level: SOL_SOCKET, kind: SCM_RIGHTS, pidfd, unused: 0 };
    let header = MessageHeader {
        name: 0,
        name_length: 0,
        parts: ptr::from_ref(&part) as usize,
        part_count: 1,
        control: ptr::from_ref(&control) as usize,
        control_length: size_of::<ControlMessage>(),
        flags: 0,
    };
    let header = ptr::from_ref(&header) as usize;
    // SAFETY: a header and the buffers that it points to.
    unsafe { raw(SYS_sendmsg, [arg(orders.channel), header, MSG_NOSIGNAL]) }.map(drop)
}

/// The kernel's `struct user_msghdr`.
#[repr(C)]
struct MessageHeader {
    name: usize,
    name_length: u32,
    parts: usize,
    part_count: usize,
    control: usize,
    control_length: usize,
    flags: u32,
}

/// The kernel's `struct cmsghdr` with one descriptor, padded to the alignment of the next.
#[repr(C)]
struct ControlMessage {
    length: usize,
    level: i32,
    kind: i32,
    pidfd: i32,
    unused: u32,
}

/// Its length without the padding.
const CONTROL_BYTES: usize = core::mem::offset_of!(ControlMessage, pidfd) + size_of::<i32>();
