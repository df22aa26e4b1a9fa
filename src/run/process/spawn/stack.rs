//! The stack that the child runs on until it executes another program, and the child's report above it.

use std::alloc::{Layout, alloc, dealloc};
use std::ffi::c_void;
use std::ptr::NonNull;

use crate::errno::Errno;
use crate::run::process::child::ChildReport;
use crate::run::process::system::failure::SystemFailure;

/// Several times the stack that the child uses. A debug build was seen to use 1.4 KB, and 1 KB more where the child
/// has to list descriptors. Its depth is fixed, because nothing recurses. A larger stack costs more, because
/// its memory is farther apart.
const SMALL_BYTES: usize = 8 * 1024;

/// For a fork that enters a container, because reading a directory's path takes 4 KiB.
const LARGE_BYTES: usize = 32 * 1024;

/// The alignment of stacks in every ABI, and of malloc by default. A larger one would make malloc slower.
const ALIGNMENT: usize = 16;

/// How much stack a child needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run::process) enum StackSize {
    Small,
    Large,
}

/// A stack. The report lies above it, because the stack grows away from there. The block is heap memory:
/// memory that has been touched has no page faults, which would cost as much as a mapping.
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
        // SAFETY: the block is new, and nothing else points to it.
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

    /// The address where the stack begins; it grows downwards.
    pub fn top(&self) -> *mut c_void {
        // SAFETY: within the block, and aligned as the block is.
        unsafe { self.block.as_ptr().add(self.size.bytes()).cast() }
    }

    /// The report of a child that shares this memory.
    pub fn report(&self) -> &ChildReport {
        // SAFETY: initialised with the stack; its fields are atomics, so the child may write them.
        unsafe { &*self.top().cast() }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: our own block, allocated with this layout; its owner has seen the child dead.
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
