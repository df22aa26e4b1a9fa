//! The stack that the child runs on until it is another program, and its report above it.

use std::alloc::{Layout, alloc, dealloc};
use std::ffi::c_void;
use std::ptr::NonNull;

use crate::errno::Errno;
use crate::run::process::child::ChildReport;
use crate::run::process::system::failure::SystemFailure;

/// What the child needs several times over: it was seen to use 1.4 KB in a debug build, and 1 KB more where it has to
/// list descriptors; its depth is fixed, nothing in it recurses. A larger one costs more: memory that is farther apart.
const SMALL_BYTES: usize = 8 * 1024;

/// For a fork that enters a container: it asks for the path of a directory, which takes 4 KiB.
const LARGE_BYTES: usize = 32 * 1024;

/// As every ABI wants its stacks aligned, and as malloc aligns by itself: more than that costs it a detour.
const ALIGNMENT: usize = 16;

/// How much stack a child needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum StackSize {
    Small,
    Large,
}

/// A stack. The report lies above it, since it grows away from there. Heap memory that has been touched has no page
/// faults, which would cost as much as a mapping does.
#[derive(Debug)]
pub(in crate::run::process) struct Stack {
    block: NonNull<u8>,
    size: StackSize,
}

impl Stack {
    pub fn new(size: StackSize) -> Result<Self, SystemFailure> {
        // SAFETY: a layout that is not empty.
        let Some(block) = NonNull::new(unsafe { alloc(size.layout()) }) else {
            return Err(SystemFailure { call: "memory for the child's stack", errno: Errno(libc::ENOMEM) });
        };
        let stack = Self { block, size };
        // SAFETY: it is new, and nothing else points to it.
        unsafe { stack.top().cast::<ChildReport>().write(ChildReport::empty()) };
        Ok(stack)
    }

    pub fn size(&self) -> StackSize {
        self.size
    }

    /// The lowest address of the stack, and its size in bytes.
    pub fn extent(&self) -> (*mut c_void, usize) {
        (self.block.as_ptr().cast(), self.size.bytes())
    }

    /// Where the stack begins: it grows downwards from here.
    pub fn top(&self) -> *mut c_void {
        // SAFETY: within the block, aligned as the block is.
        unsafe { self.block.as_ptr().add(self.size.bytes()).cast() }
    }

    /// What a child that shares this memory leaves.
    pub fn report(&self) -> &ChildReport {
        // SAFETY: initialised with the stack; atomics, so that the child may write them.
        unsafe { &*self.top().cast() }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: our own block, made this way; whoever drops it has seen the child dead.
        unsafe { dealloc(self.block.as_ptr(), self.size.layout()) };
    }
}

impl StackSize {
    fn bytes(self) -> usize {
        match self {
            Self::Small => SMALL_BYTES,
            Self::Large => LARGE_BYTES,
        }
    }

    fn layout(self) -> Layout {
        const { assert!(align_of::<ChildReport>() <= ALIGNMENT && SMALL_BYTES % ALIGNMENT == 0) };
        Layout::from_size_align(self.bytes() + size_of::<ChildReport>(), ALIGNMENT).expect("both are small")
    }
}
