//! The stack that the child runs on until it executes the hook, and the slot that tells why it could not.

use std::alloc::{Layout, alloc, dealloc};
use std::ffi::c_void;
use std::os::fd::RawFd;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use super::SystemFailure;
use crate::errno::Errno;
use crate::run::step::Step;

/// What the child needs several times over: it was seen to use 1.4 KB in a debug build, and 1 KB more where it has to
/// list descriptors; its depth is fixed, nothing in it recurses. A larger one costs more: memory that is farther apart.
const STACK_BYTES: usize = 8 * 1024;

/// What the child leaves: why a step failed, or the process that goes on in its place.
#[derive(Debug)]
pub(super) struct Slot {
    step: AtomicU32,
    errno: AtomicU32,
    /// 0: none.
    pub pid: AtomicI32,
    /// Written by the kernel; -1: none.
    pub pidfd: AtomicI32,
}

impl Slot {
    const fn empty() -> Slot {
        let (step, errno) = (AtomicU32::new(0), AtomicU32::new(0));
        Slot { step, errno, pid: AtomicI32::new(0), pidfd: AtomicI32::new(-1) }
    }

    /// Says that a step failed. Called in the child.
    pub fn put(&self, step: Step, errno: i32) {
        self.errno.store(errno as u32, Ordering::Relaxed);
        self.step.store(step as u32, Ordering::Release);
    }

    /// What failed, and why. Meaningful when the child is dead: it leaves it before it exits.
    pub fn take(&self) -> Option<(Step, Errno)> {
        let step = Step::from_raw(self.step.swap(0, Ordering::Acquire))?;
        Some((step, Errno(self.errno.load(Ordering::Relaxed) as i32)))
    }

    /// The number and the pidfd's number of the process that goes on in the child's place, if there is one. Meaningful when
    /// the child is dead. Without a number, the child was killed while it made that process, or right after.
    pub fn successor(&self) -> Option<(libc::pid_t, RawFd)> {
        let (pid, pidfd) = (self.pid.swap(0, Ordering::Acquire), self.pidfd.swap(-1, Ordering::Acquire));
        (pidfd >= 0).then_some((pid, pidfd))
    }
}

/// The slot lies above the stack, which grows away from it. Aligned as every ABI wants its stacks, and as malloc aligns by
/// itself: more than that costs it a detour.
#[repr(C, align(16))]
struct Block {
    stack: [u8; STACK_BYTES],
    slot: Slot,
}

/// Where the slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// Beside the stack on the heap: touched before, and so without page faults, which would cost as much as a mapping
    /// does. For a child that shares the parent's memory.
    Heap,
    /// In a shared mapping, for a child that is a fork.
    Shared,
}

/// A stack with its slot.
#[derive(Debug)]
pub(super) struct Stack {
    block: NonNull<Block>,
    shared: Option<NonNull<Slot>>,
}

impl Stack {
    pub fn new(memory: Memory) -> Result<Stack, SystemFailure> {
        let shared = if memory == Memory::Shared { Some(map()?) } else { None };
        // SAFETY: a layout that is not empty.
        let Some(block) = NonNull::new(unsafe { alloc(Layout::new::<Block>()) }.cast::<Block>()) else {
            shared.into_iter().for_each(unmap);
            return Err(SystemFailure { call: "memory for the child's stack", errno: Errno(libc::ENOMEM) });
        };
        // SAFETY: both are new, and nothing else points to them.
        unsafe {
            (&raw mut (*block.as_ptr()).slot).write(Slot::empty());
            if let Some(shared) = shared {
                shared.write(Slot::empty());
            }
        }
        Ok(Stack { block, shared })
    }

    /// The lowest address of the stack, and its size in bytes.
    pub fn extent(&self) -> (*mut c_void, usize) {
        (self.block.as_ptr().cast(), STACK_BYTES)
    }

    /// Where the stack begins: it grows downwards from here.
    pub fn top(&self) -> *mut c_void {
        // SAFETY: within the block, aligned as the block is.
        unsafe { (&raw mut (*self.block.as_ptr()).slot).cast() }
    }

    /// The slot.
    pub fn slot(&self) -> &Slot {
        // SAFETY: initialised when they were made; atomics all, so that the child may write them.
        unsafe {
            match &self.shared {
                Some(shared) => shared.as_ref(),
                None => &(*self.block.as_ptr()).slot,
            }
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: our own block, made this way; whoever drops it has seen the child dead.
        unsafe { dealloc(self.block.as_ptr().cast(), Layout::new::<Block>()) };
        self.shared.into_iter().for_each(unmap);
    }
}

fn map() -> Result<NonNull<Slot>, SystemFailure> {
    const CALL: &str = "mmap of what a child leaves";
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping, at a place of the kernel's choice.
    match unsafe { libc::mmap(ptr::null_mut(), size_of::<Slot>(), protection, flags, -1, 0) } {
        libc::MAP_FAILED => Err(SystemFailure::last(CALL)),
        base => NonNull::new(base.cast()).ok_or(SystemFailure { call: CALL, errno: Errno(libc::ENOMEM) }),
    }
}

fn unmap(slot: NonNull<Slot>) {
    // SAFETY: our own mapping, which nothing points to any more.
    unsafe { libc::munmap(slot.as_ptr().cast(), size_of::<Slot>()) };
}
