//! The joiner: the program that a child executes first. It is a few KB without libc, and has separate memory.
//! It does the steps that must not happen in the host's memory, and then executes the hook.
//!
//! Its arguments are the orders as text, the working directory and the hook's path, followed by the hook's
//! own arguments. Its environment is the hook's. So its memory holds nothing of the host.
#![no_std]
#![no_main]
#![allow(dead_code)] // the library's part of the shared modules

#[path = "mod.rs"]
mod child;
#[path = "../../../step.rs"]
mod step;

use core::ffi::c_char;

use child::{ChildArgs, ExecPointers};

/// The number of arguments before the hook's own.
const OWN_ARGUMENTS: usize = 3;

#[cfg(target_arch = "x86_64")]
core::arch::global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp", // the outermost frame
    "mov rdi, rsp",
    "and rsp, -16",
    "call {start}",
    start = sym start,
);

#[cfg(target_arch = "aarch64")]
core::arch::global_asm!(
    ".globl _start",
    "_start:",
    "mov x29, xzr", // the outermost frame
    "mov x30, xzr",
    "mov x0, sp",
    "b {start}",
    start = sym start,
);

/// # Safety
///
/// `stack` is the stack that the kernel lays out for a new program: the number of arguments, the arguments,
/// NULL, the environment, NULL.
unsafe extern "C" fn start(stack: *const usize) -> ! {
    // SAFETY: the caller's promise. The library always gives the joiner its own arguments.
    let args = unsafe {
        let count = *stack;
        let argv = stack.add(1).cast::<*const c_char>();
        let (text, directory) = (*argv, *argv.add(1));
        let orders = child::decode(text.cast());
        let exec = ExecPointers {
            path: *argv.add(2),
            argv: argv.add(OWN_ARGUMENTS),
            envp: argv.add(count + 1),
            directory: if orders.has(child::HAS_DIRECTORY) { directory } else { core::ptr::null() },
        };
        ChildArgs { orders, exec, ..ChildArgs::NONE }
    };
    child::follow(&args)
}

/// Never called, because nothing in this folder panics. A test looks in the joiner for the traces that a
/// panic would leave.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// The functions that the compiler calls to fill, copy and compare memory. Other programs have them from
/// libc.
mod memory {
    /// # Safety
    /// As C's.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
        for place in 0..count {
            // SAFETY: the caller's promise. Volatile, because the compiler would turn the loop into a call of
            // memset.
            unsafe { to.add(place).write_volatile(byte as u8) };
        }
        to
    }

    /// # Safety
    /// As C's.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
        for place in 0..count {
            // SAFETY: the caller's promise. Volatile, as above.
            unsafe { to.add(place).write_volatile(*from.add(place)) };
        }
        to
    }

    /// # Safety
    /// As C's.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
        if to.cast_const() <= from {
            // SAFETY: the caller's promise; copying forwards reads every byte before it is overwritten.
            return unsafe { memcpy(to, from, count) };
        }
        for place in (0..count).rev() {
            // SAFETY: the caller's promise. Volatile, as above.
            unsafe { to.add(place).write_volatile(*from.add(place)) };
        }
        to
    }

    /// # Safety
    /// As C's.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn memcmp(one: *const u8, other: *const u8, count: usize) -> i32 {
        for place in 0..count {
            // SAFETY: the caller's promise. Volatile, as above.
            let (one, other) = unsafe { (one.add(place).read_volatile(), *other.add(place)) };
            if one != other {
                return i32::from(one) - i32::from(other);
            }
        }
        0
    }
}
