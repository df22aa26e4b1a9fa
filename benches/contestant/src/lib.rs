//! The code that all contestants in Rust share: arguments, ballast and the line protocol.
//!
//! The protocol: for each line `N` on stdin, do N units of work and answer one line with the nanoseconds that they
//! took.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;

/// Any failure ends a contestant, with its text on stderr.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The task of a runner of hooks: `HOOK STATE MIB HOOKS_PER_PHASE`.
pub struct Task {
    /// Absolute path of the hook.
    pub hook: String,
    /// The state for the hook's stdin.
    pub state: Vec<u8>,
    /// The number of hooks in a phase.
    pub hooks_per_phase: usize,
}

impl Task {
    /// Reads the arguments, and touches the requested memory.
    pub fn from_args() -> Outcome<Self> {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let [hook, state, mebibytes, hooks_per_phase] = args.as_slice() else {
            return Err("arguments: HOOK STATE MIB HOOKS_PER_PHASE".into());
        };
        touch_memory(mebibytes.parse()?)?;
        Ok(Self {
            hook: hook.clone(),
            state: std::fs::read(state)?,
            hooks_per_phase: hooks_per_phase.parse()?,
        })
    }
}

/// Private memory in small pages, written to, so that a fork has to copy its page tables.
fn touch_memory(mebibytes: usize) -> Outcome {
    const PAGE: usize = 4096;
    let size = mebibytes << 20;
    if size == 0 {
        return Ok(());
    }
    // SAFETY: a new anonymous mapping at an address the kernel chooses; nothing else is affected.
    let memory = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if memory == libc::MAP_FAILED {
        return Err(std::io::Error::last_os_error().into());
    }
    // SAFETY: advice on the new mapping.
    unsafe { libc::madvise(memory, size, libc::MADV_NOHUGEPAGE) };
    for offset in (0..size).step_by(PAGE) {
        // SAFETY: inside the new mapping, which is writable and never unmapped.
        unsafe { memory.cast::<u8>().add(offset).write_volatile(1) };
    }
    Ok(())
}

/// Answers batches until stdin ends. `batch` gets the number of units.
pub fn serve(mut batch: impl FnMut(usize) -> Outcome) -> Outcome {
    for line in stdin().lock().lines() {
        let count = line?.trim().parse()?;
        let begin = Instant::now();
        batch(count)?;
        println!("{}", begin.elapsed().as_nanos());
        stdout().flush()?;
    }
    Ok(())
}
