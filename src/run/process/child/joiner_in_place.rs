//! A fork that becomes the joiner without execve, for systems that execute no file in memory. The parent has
//! laid out the joiner together with its stack in a separate region. The fork frees all memory but that
//! region.

use core::ffi::{c_int, c_void};

use super::args::{ChildArgs, Region};
use super::execute_joiner::prepare_for_joiner;
use super::numbers::*;
use super::steps::{end, follow};
use super::syscall::raw;

/// The entry point of such a child.
pub(in super::super) extern "C" fn become_joiner(args: *mut c_void) -> c_int {
    // SAFETY: the arguments are in this process's copy of the parent's memory.
    let args = unsafe { &*args.cast::<ChildArgs>() };
    let region = &args.orders.region;
    // SAFETY: the region is this process's own; nothing writes to its code part from here on.
    let executable = unsafe { raw(SYS_mprotect, [region.start, region.code_bytes, PROT_READ | PROT_EXEC]) };
    if executable.is_err() || !give_up_rseq(args.rseq) {
        // Either a security module refuses, or a library of the host other than libc has registered memory
        // that the kernel writes to. Then the steps run in the copy of the host's memory. They make the
        // process undumpable before it enters a container, so that nobody there can look into it.
        follow(args);
    }
    match prepare_for_joiner(args) {
        // SAFETY: the region was laid out for this: it has the code, and a stack as the kernel makes it.
        Ok(()) => unsafe { jump(region.start + region.entry, region.stack) },
        Err(failed) => end(args, failed),
    }
}

/// Unregisters the area that libc registered for restartable sequences (rseq, Linux 4.18), because the kernel
/// kills a process whose area is gone. Registers another area as proof: returns whether none was registered
/// any more.
fn give_up_rseq(area: usize) -> bool {
    /// The smallest size of an area. Unregistering requires the size that was registered.
    const LEAST: usize = 32;
    const UNREGISTER: usize = 1;
    #[repr(align(32))]
    struct Area([u8; LEAST]);
    let own = Area([0; LEAST]);
    // SAFETY: one area is libc's, in this process's copy; the other is this function's own.
    let rseq = |area: usize, bytes, flags| unsafe { raw(SYS_rseq, [area, bytes, flags, RSEQ_SIGNATURE]) };
    if area != 0 {
        let _ = (1..=8).map(|times| rseq(area, times * LEAST, UNREGISTER)).find(Result::is_ok);
    }
    let own = own.0.as_ptr() as usize;
    match rseq(own, LEAST, 0) {
        Ok(_) => rseq(own, LEAST, UNREGISTER).is_ok(),
        Err(errno) => errno == ENOSYS,
    }
}

/// The signature that libc registers its areas with.
const RSEQ_SIGNATURE: usize = if cfg!(target_arch = "aarch64") { 0xd428_bc00 } else { 0x5305_3053 };

/// Frees all memory but the region. This code runs in the region. If the kernel has sealed its own pages
/// (mseal, Linux 6.10), one munmap of everything fails; then everything except the memory around these pages
/// is freed.
pub(super) fn free_all_but(region: &Region) -> Result<(), i32> {
    match free(0, region.start).and_then(|()| free(region.end, HIGHEST)) {
        Err(EPERM) if region.vdso != 0 => {}
        other => return other,
    }
    let sealed = [region.vdso.saturating_sub(AROUND_VDSO), region.vdso.saturating_add(AROUND_VDSO)];
    let kept = [[region.start, region.end], sealed];
    let mut from = 0;
    loop {
        let next = kept.iter().filter(|part| part[1] > from).min();
        let to = next.map_or(HIGHEST, |part| part[0]);
        if to > from {
            free(from, to)?;
        }
        match next {
            Some(part) => from = part[1],
            None => return Ok(()),
        }
    }
}

/// All of the kernel's own pages lie closer to the vDSO than this many bytes, a multiple of every page size.
const AROUND_VDSO: usize = 64 * 1024;

/// Unmaps everything between two addresses.
fn free(from: usize, to: usize) -> Result<(), i32> {
    let mut end = to;
    loop {
        // SAFETY: nothing outside of the region is used from here on.
        match unsafe { raw(SYS_munmap, [from, end - from]) } {
            // Addresses are shorter on this system.
            Err(EINVAL) if to == HIGHEST && end / 2 > from => end /= 2,
            other => return other.map(drop),
        }
    }
}

/// The end of a program's addresses: before the last page on `x86_64`, at 48 bits or fewer on aarch64. Other
/// architectures have no joiner.
#[cfg(target_arch = "x86_64")]
const HIGHEST: usize = (1 << 47) - 4096;
#[cfg(target_arch = "aarch64")]
const HIGHEST: usize = 1 << 48;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const HIGHEST: usize = 0;

#[cfg(target_arch = "x86_64")]
unsafe fn jump(entry: usize, stack: usize) -> ! {
    // SAFETY: the caller's promise.
    unsafe { core::arch::asm!("mov rsp, {}", "jmp {}", in(reg) stack, in(reg) entry, options(noreturn)) }
}

#[cfg(target_arch = "aarch64")]
unsafe fn jump(entry: usize, stack: usize) -> ! {
    // SAFETY: the caller's promise.
    unsafe { core::arch::asm!("mov sp, {}", "br {}", in(reg) stack, in(reg) entry, options(noreturn)) }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
unsafe fn jump(_: usize, _: usize) -> ! {
    unreachable!("there is no program for this architecture")
}
