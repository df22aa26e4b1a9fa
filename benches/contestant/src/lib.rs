//! What every contestant in Rust has in common: its arguments, its ballast and the line protocol.
//!
//! The protocol: for each line `N` on stdin do N units of work, answer one line with the nanoseconds it took.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;

/// Any failure ends a contestant, with its text on stderr.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What a runner of hooks is asked to do: `HOOK STATE MIB HOOKS_PER_PHASE`.
pub struct Task {
    /// Absolute path of the hook.
    pub hook: String,
    /// The state, as it goes to the hook's stdin.
    pub state: Vec<u8>,
    /// How many hooks a phase has.
    pub hooks_per_phase: usize,
}

impl Task {
    /// Reads the arguments, and touches as much memory as they say.
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

/// Private, in small pages and written to: memory of which a fork would have to copy the page tables.
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
    // SAFETY: advice on the mapping just made.
    unsafe { libc::madvise(memory, size, libc::MADV_NOHUGEPAGE) };
    for offset in (0..size).step_by(PAGE) {
        // SAFETY: inside the mapping just made, which is writable and never unmapped.
        unsafe { memory.cast::<u8>().add(offset).write_volatile(1) };
    }
    Ok(())
}

/// Answers batches until stdin ends; `batch` gets the number of units to do.
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
