//! The stack that the child runs on until it executes the hook, and the slot that tells why it could not.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use super::SystemFailure;
use crate::errno::Errno;
use crate::run::step::Step;

/// What the child's few system calls need, with room to spare for an unoptimised build.
const STACK_BYTES: usize = 64 * 1024;

/// Below the stack, so that an overflow is a fault and not a silent write. The largest page there is.
const GUARD_BYTES: usize = 64 * 1024;

/// What the child leaves when a step fails.
#[repr(C, align(64))]
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

/// A mapping of its own: guard, stack, slot. Shared, so that the slot is still ours where an emulator
/// (Valgrind, qemu-user) makes the child a fork.
#[derive(Debug)]
pub(super) struct Stack {
    base: *mut c_void,
}

const SLOT_BYTES: usize = size_of::<Slot>();
const MAPPING_BYTES: usize = GUARD_BYTES + STACK_BYTES;

impl Stack {
    pub fn new() -> Result<Stack, SystemFailure> {
        let call = "mmap of the child's stack";
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
        // SAFETY: a new mapping, at a place of the kernel's choice.
        let base = unsafe { libc::mmap(ptr::null_mut(), MAPPING_BYTES, protection, flags, -1, 0) };
        if base == libc::MAP_FAILED {
            return Err(SystemFailure::last(call));
        }
        let stack = Stack { base };
        // SAFETY: the first bytes of the mapping just made, which nothing uses.
        match unsafe { libc::mprotect(base, GUARD_BYTES, libc::PROT_NONE) } {
            0 => Ok(stack),
            _ => Err(SystemFailure::last(call)),
        }
    }

    /// Where the stack begins: it grows downwards from here.
    pub fn top(&self) -> *mut c_void {
        // SAFETY: within the mapping; the slot lies behind.
        unsafe { self.base.byte_add(MAPPING_BYTES - SLOT_BYTES) }
    }

    /// The slot.
    pub fn slot(&self) -> &Slot {
        // SAFETY: the mapping's last bytes, zeroed when it was made, aligned as the page is, and atomics all.
        unsafe { &*self.top().cast::<Slot>() }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: our own mapping; whoever drops it has seen the child dead.
        unsafe { libc::munmap(self.base, MAPPING_BYTES) };
    }
}
