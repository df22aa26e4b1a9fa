//! clone3, which clears the child's signal handlers at its birth.
//!
//! It could put the child into a cgroup as well (`CLONE_INTO_CGROUP`). But once that cgroup has been killed
//! through `cgroup.kill`, as a timeout does, the kernel also kills every child that is born into it (seen on
//! Linux 6.18). It does not kill a child that joins it.
//!
//! libc has no wrapper for a child with a separate stack. So the call is written in assembly, for the
//! architectures that it was tested on. Other architectures, and kernels or seccomp profiles without clone3,
//! use libc's clone.

use std::ffi::{c_int, c_void};
use std::os::fd::RawFd;

use super::stack::Stack;
use crate::run::process::child::{answer, call_number, int};

/// Whether the call is written for this architecture.
pub(in crate::run::process) const WRITTEN: bool = cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));

/// Linux 5.5. Ignored signals stay ignored.
const CLONE_CLEAR_SIGHAND: u64 = 1 << 32;

const FLAGS: u64 = libc::CLONE_VM as u64 | libc::CLONE_PIDFD as u64 | CLONE_CLEAR_SIGHAND;

/// Makes a child that shares the memory, begins with `entry(argument)` on that stack, and has no signal
/// handlers. Returns the pid and the pidfd, or the errno.
///
/// # Safety
///
/// As for libc's clone: `entry` does not return, and `argument` and the stack stay the child's until it is
/// dead.
pub(in crate::run::process) unsafe fn clone3(
    entry: extern "C" fn(*mut c_void) -> c_int,
    argument: *mut c_void,
    stack: &Stack,
) -> Result<(libc::pid_t, RawFd), i32> {
    let mut pidfd: RawFd = -1;
    let (bottom, size) = stack.extent();
    let arguments = libc::clone_args {
        flags: FLAGS,
        pidfd: (&raw mut pidfd) as u64,
        child_tid: 0,
        parent_tid: 0,
        exit_signal: libc::SIGCHLD as u64,
        stack: bottom as u64,
        stack_size: size as u64,
        tls: 0,
        set_tid: 0,
        set_tid_size: 0,
        cgroup: 0,
    };
    // SAFETY: the caller's promise.
    let pid = answer(unsafe { call(&arguments, entry, argument) })?;
    Ok((int(pid), pidfd))
}

/// The parent returns from the call as from any other. The child returns with the same registers on a
/// separate, empty stack, which is aligned for a call. It never returns from `entry`.
unsafe fn call(
    arguments: &libc::clone_args,
    entry: extern "C" fn(*mut c_void) -> c_int,
    argument: *mut c_void,
) -> usize {
    let answer;
    // The registers are named, because one of the compiler's choice could be one that is overwritten
    // meanwhile.
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller's promise; the child runs on its stack only, and does not return.
    unsafe {
        std::arch::asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "xor ebp, ebp", // the outermost frame
            "mov rdi, r9",
            "call r8",
            "ud2",
            "2:",
            inlateout("rax") call_number(libc::SYS_clone3) => answer,
            in("rdi") arguments,
            in("rsi") size_of::<libc::clone_args>(),
            in("r8") entry,
            in("r9") argument,
            out("rcx") _,
            out("r11") _,
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: the caller's promise; the child runs on its stack only, and does not return.
    unsafe {
        std::arch::asm!(
            "svc 0",
            "cbnz x0, 2f",
            "mov x29, xzr", // the outermost frame
            "mov x0, x10",
            "blr x9",
            "brk 1",
            "2:",
            inlateout("x0") arguments => answer,
            in("x1") size_of::<libc::clone_args>(),
            in("x8") libc::SYS_clone3 as usize,
            in("x9") entry,
            in("x10") argument,
        );
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let _ = (arguments, entry, argument);
        answer = -(libc::ENOSYS as isize) as usize;
    }
    answer
}
