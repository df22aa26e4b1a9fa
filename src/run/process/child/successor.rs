//! A process enters a pid namespace only by birth. So this process makes a successor, which continues in its
//! place.

use super::args::Orders;
use super::numbers::*;
use super::report;
use super::syscall::answer;

/// Makes the successor, a child of this process's parent, and returns in the successor only. This process
/// waits until the successor executes the hook or ends, and then ends.
///
/// Both share memory and descriptors. So the successor can send its own pidfd before it does anything else:
/// from then on the parent knows of it, whichever of the two is killed. The parent finds a successor that is
/// killed earlier through its process group, which is this process's until then.
pub(super) fn clone_successor(orders: &Orders) -> Result<(), i32> {
    const FLAGS: usize = CLONE_PARENT | CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_PIDFD | SIGCHLD;
    let mut pidfd = -1_i32;
    // SAFETY: the two processes share a stack. Once the other was made, this one no longer uses the stack: it
    // ends with registers alone. The kernel writes the pidfd's number before the successor runs.
    answer(unsafe { clone(FLAGS, &raw mut pidfd) })?;
    // SAFETY: initialised above. Volatile, because the compiler does not see the kernel's write.
    report::successor(orders, unsafe { (&raw const pidfd).read_volatile() })
}

/// Returns 0 in the new process. In this one returns an errno, or ends with status 0 once a process was made.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
unsafe fn clone(flags: usize, pidfd: *mut i32) -> usize {
    let answer;
    // SAFETY: the caller's promise.
    unsafe {
        core::arch::asm!(
            "syscall",
            "test rax, rax",
            "jle 2f",
            "3:",
            "mov eax, {exit}",
            "xor edi, edi",
            "syscall",
            "jmp 3b",
            "2:",
            exit = const SYS_exit_group,
            inlateout("rax") SYS_clone => answer,
            inlateout("rdi") flags => _,
            in("rsi") 0, in("rdx") pidfd, in("r10") 0, in("r8") 0,
            out("rcx") _, out("r11") _,
        );
    }
    answer
}

#[cfg(target_arch = "aarch64")]
#[inline(never)]
unsafe fn clone(flags: usize, pidfd: *mut i32) -> usize {
    let answer;
    // SAFETY: the caller's promise.
    unsafe {
        core::arch::asm!(
            "svc 0",
            "cmp x0, 0",
            "b.le 2f",
            "3:",
            "mov x8, {exit}",
            "mov x0, 0",
            "svc 0",
            "b 3b",
            "2:",
            exit = const SYS_exit_group,
            inlateout("x8") SYS_clone => _,
            inlateout("x0") flags => answer,
            in("x1") 0, in("x2") pidfd, in("x3") 0, in("x4") 0,
        );
    }
    answer
}

/// A fork, whose memory is a copy: without assembly, nothing limits this process's use of a shared stack.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
unsafe fn clone(flags: usize, pidfd: *mut i32) -> usize {
    use super::syscall::raw;
    let flags = flags & !(CLONE_VM | CLONE_VFORK);
    let (first, second) = if cfg!(target_arch = "s390x") { (0, flags) } else { (flags, 0) };
    // SAFETY: the caller's promise.
    match unsafe { raw(SYS_clone, [first, second, pidfd as usize, 0, 0]) } {
        Ok(0) => 0,
        Err(errno) => (-(errno as isize)) as usize,
        Ok(_) => loop {
            // SAFETY: this ends this process.
            let _ = unsafe { raw(SYS_exit_group, [0]) };
        },
    }
}
