//! The stack that the child runs on until it executes the hook, and the slot that tells why it could not.

use std::alloc::{Layout, alloc, dealloc};
use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU32, Ordering};

use super::SystemFailure;
use crate::errno::Errno;
use crate::run::step::Step;

/// What the child's few system calls need ten times over: its depth is fixed, nothing in it recurses.
const STACK_BYTES: usize = 32 * 1024;

/// What the child leaves when a step fails.
#[derive(Debug)]
pub(super) struct Slot {
    step: AtomicU32,
    errno: AtomicU32,
}

impl Slot {
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
}

/// The slot lies above the stack, which grows away from it.
#[repr(C, align(64))]
struct Block {
    stack: [u8; STACK_BYTES],
    slot: Slot,
}

/// Whose memory it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// The heap's: touched before, and so without page faults, which would cost as much as a mapping does.
    Heap,
    /// A shared mapping: also the parent's where an emulator makes the child a fork.
    Shared,
}

/// A stack with its slot.
#[derive(Debug)]
pub(super) struct Stack {
    block: NonNull<Block>,
    memory: Memory,
}

impl Stack {
    pub fn new(memory: Memory) -> Result<Stack, SystemFailure> {
        const LAYOUT: Layout = Layout::new::<Block>();
        let block = match memory {
            // SAFETY: a layout that is not empty.
            Memory::Heap => unsafe { alloc(LAYOUT) },
            Memory::Shared => map(LAYOUT.size())?,
        };
        let Some(block) = NonNull::new(block.cast::<Block>()) else {
            return Err(SystemFailure { call: "memory for the child's stack", errno: Errno(libc::ENOMEM) });
        };
        // SAFETY: within the block just made, which nothing else points to.
        unsafe {
            (&raw mut (*block.as_ptr()).slot)
                .write(Slot { step: AtomicU32::new(0), errno: AtomicU32::new(0) });
        }
        Ok(Stack { block, memory })
    }

    /// Where the stack begins: it grows downwards from here.
    pub fn top(&self) -> *mut c_void {
        // SAFETY: within the block, aligned as the block is.
        unsafe { (&raw mut (*self.block.as_ptr()).slot).cast() }
    }

    /// The slot.
    pub fn slot(&self) -> &Slot {
        // SAFETY: initialised when the block was made; atomics all, so that the child may write it.
        unsafe { &(*self.block.as_ptr()).slot }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let block = self.block.as_ptr();
        // SAFETY: our own block, made this way; whoever drops it has seen the child dead.
        unsafe {
            match self.memory {
                Memory::Heap => dealloc(block.cast(), Layout::new::<Block>()),
                Memory::Shared => drop(libc::munmap(block.cast(), size_of::<Block>())),
            }
        }
    }
}

fn map(size: usize) -> Result<*mut u8, SystemFailure> {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping, at a place of the kernel's choice.
    match unsafe { libc::mmap(ptr::null_mut(), size, protection, flags, -1, 0) } {
        libc::MAP_FAILED => Err(SystemFailure::last("mmap of the child's stack")),
        base => Ok(base.cast()),
    }
}
