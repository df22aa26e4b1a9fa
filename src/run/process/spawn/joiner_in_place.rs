//! The joiner laid out in memory, for a fork that can't execute it as a file: its code, a stack, and above
//! the stack the arguments and the environment, as the kernel lays them out for a new program.

use std::ffi::{CStr, c_char};
use std::ptr::{self, NonNull};

use super::exec_image::ExecImage;
use super::joiner_file::JOINER;
use crate::errno::Errno;
use crate::run::process::child::{Orders, Region, encode};
use crate::run::process::system::failure::SystemFailure;

/// Several times the stack that the joiner uses.
const STACK_BYTES: usize = 64 * 1024;

/// The alignment of a new program's stack.
const ALIGNMENT: usize = 16;

/// The region of one child. The child gets a copy of it, so the parent may free it once the child is made.
#[derive(Debug)]
pub(in crate::run::process) struct JoinerInPlace {
    memory: NonNull<u8>,
    bytes: usize,
    pub region: Region,
}

impl JoinerInPlace {
    /// Whether the joiner was compiled.
    pub const CAN_BE: bool = !JOINER.is_empty();

    /// Lays the joiner out, with the orders, arguments and environment.
    pub fn new(image: &mut ExecImage, orders: &mut Orders) -> Result<Self, SystemFailure> {
        let code_bytes = JOINER.len().next_multiple_of(page_bytes());
        let argv = list(image.argv_from(vec![0]));
        let envp = list(image.envp());
        let text_most = text_of(orders).len() + 1;
        let strings: usize = argv.iter().chain(&envp).map(|string| string.count_bytes() + 1).sum();
        let pointers = (argv.len() + envp.len() + 3) * size_of::<usize>();
        let bytes = (code_bytes + STACK_BYTES + pointers + text_most + strings + ALIGNMENT)
            .next_multiple_of(page_bytes());
        let memory = map(bytes)?;
        let start = memory.as_ptr().addr();
        let stack = start + code_bytes + STACK_BYTES;
        // SAFETY: a plain number. The address is a multiple of the page size.
        let vdso = usize::try_from(unsafe { libc::getauxval(libc::AT_SYSINFO_EHDR) }).unwrap_or(0);
        let region = Region { start, end: start + bytes, code_bytes, entry: entry(), stack, vdso };
        orders.region = region;
        let mut place = Self { memory, bytes, region };
        let text = text_of(orders);
        let arguments =
            [text.as_slice()].into_iter().chain(argv.iter().skip(1).map(|string| string.to_bytes()));
        place.fill(code_bytes + STACK_BYTES, arguments, envp.iter().map(|string| string.to_bytes()));
        Ok(place)
    }

    /// Writes code, pointers and strings.
    fn fill<'s>(
        &mut self,
        stack: usize,
        argv: impl Iterator<Item = &'s [u8]> + Clone,
        envp: impl Iterator<Item = &'s [u8]> + Clone,
    ) {
        // SAFETY: a mapping of our own, of that size; nothing else points to it.
        let memory = unsafe { std::slice::from_raw_parts_mut(self.memory.as_ptr(), self.bytes) };
        memory[..JOINER.len()].copy_from_slice(JOINER);
        let count = argv.clone().count();
        let mut pointer = stack;
        let mut string = stack + (count + envp.clone().count() + 3) * size_of::<usize>();
        let mut put = |memory: &mut [u8], value: usize| {
            memory[pointer..pointer + size_of::<usize>()].copy_from_slice(&value.to_ne_bytes());
            pointer += size_of::<usize>();
        };
        put(memory, count);
        for list in [&mut argv.into_iter() as &mut dyn Iterator<Item = &[u8]>, &mut envp.into_iter()] {
            for bytes in list {
                put(memory, self.region.start + string);
                memory[string..string + bytes.len()].copy_from_slice(bytes);
                string += bytes.len() + 1;
            }
            put(memory, 0);
        }
    }
}

impl Drop for JoinerInPlace {
    fn drop(&mut self) {
        // SAFETY: our own mapping, which nothing points to any more.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), self.bytes) };
    }
}

/// The area for restartable sequences that libc registered for this thread (glibc 2.35); 0 for none.
pub(in crate::run::process) fn rseq_area() -> usize {
    // SAFETY: a NUL-ended name; the symbol is a ptrdiff_t.
    unsafe {
        let offset = libc::dlsym(libc::RTLD_DEFAULT, c"__rseq_offset".as_ptr()).cast::<isize>();
        if offset.is_null() { 0 } else { thread_pointer().wrapping_add_signed(*offset) }
    }
}

fn thread_pointer() -> usize {
    let pointer: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the ABI stores the thread pointer at the address that it points to.
    unsafe {
        std::arch::asm!("mov {}, fs:0", out(reg) pointer, options(nostack, pure, readonly));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: reads a register.
    unsafe {
        std::arch::asm!("mrs {}, tpidr_el0", out(reg) pointer, options(nostack, pure, nomem));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        pointer = 0; // there is no joiner to lay out
    }
    pointer
}

/// The orders as text, without its NUL.
fn text_of(orders: &Orders) -> Vec<u8> {
    let mut text = Vec::new();
    encode(orders, &mut text);
    text.pop();
    text
}

/// The strings of a NULL-ended list.
fn list<'s>(mut list: *const *const c_char) -> Vec<&'s CStr> {
    let mut strings = Vec::new();
    // SAFETY: the list was laid out for execve, or is the process's own environment, which no thread changes
    // meanwhile. That one is NULL after clearenv().
    unsafe {
        while !list.is_null() && !(*list).is_null() {
            strings.push(CStr::from_ptr(*list));
            list = list.add(1);
        }
    }
    strings
}

/// The entry point of the joiner: `e_entry` of a 64-bit ELF file. Its only segment is the whole file.
fn entry() -> usize {
    const E_ENTRY: usize = 24;
    let bytes = JOINER
        .get(E_ENTRY..E_ENTRY + size_of::<usize>())
        .and_then(|bytes| bytes.try_into().ok())
        .unwrap_or_default();
    usize::from_ne_bytes(bytes)
}

fn page_bytes() -> usize {
    // SAFETY: a plain number.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(64 * 1024)
}

fn map(bytes: usize) -> Result<NonNull<u8>, SystemFailure> {
    const CALL: &str = "mmap of the joiner";
    let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new mapping, at an address of the kernel's choice.
    match unsafe { libc::mmap(ptr::null_mut(), bytes, protection, flags, -1, 0) } {
        libc::MAP_FAILED => Err(SystemFailure::last(CALL)),
        base => NonNull::new(base.cast()).ok_or(SystemFailure { call: CALL, errno: Errno(libc::ENOMEM) }),
    }
}
