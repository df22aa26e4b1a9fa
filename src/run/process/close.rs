//! Closing every descriptor of the child but the first few. Runs in the child, by its rules.

use syscalls::raw;

use super::kernel::answer;

/// The most that a process may have open where no limit says less: the kernel's default fs.nr_open.
const MOST_OPEN: usize = 1024 * 1024;

/// A part of the list of open descriptors: a few dozen entries at a time.
const LIST_BYTES: usize = 1024;

/// Closes them from a number upwards, by one call where there is one (Linux 5.9).
pub(super) fn all_from(first: usize) -> Result<(), i32> {
    // SAFETY: plain numbers; the table is this process's own.
    match answer(unsafe { raw::syscall3(libc::SYS_close_range as usize, first, u32::MAX as usize, 0) }) {
        Err(libc::ENOSYS | libc::EPERM) => one_by_one(first),
        other => other.map(drop),
    }
}

/// By the list in /proc; where that is not mounted, every number there could be.
fn one_by_one(first: usize) -> Result<(), i32> {
    let flags = (libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC) as usize;
    let path = c"/proc/self/fd".as_ptr() as usize;
    // SAFETY: a NUL-ended path.
    match answer(unsafe { raw::syscall4(libc::SYS_openat as usize, libc::AT_FDCWD as usize, path, flags, 0) })
    {
        Ok(list) => {
            // Closing while reading can hide entries from the reader: again until there is nothing to close.
            while close_listed(first, list)? {
                // SAFETY: plain numbers.
                answer(unsafe { raw::syscall3(libc::SYS_lseek as usize, list, 0, libc::SEEK_SET as usize) })?;
            }
            let _ = close(list);
        }
        Err(_) => {
            for number in first..highest() {
                let _ = close(number);
            }
        }
    }
    Ok(())
}

/// Goes through the list once; says whether anything was closed.
fn close_listed(first: usize, list: usize) -> Result<bool, i32> {
    #[repr(align(8))]
    struct Entries([u8; LIST_BYTES]);
    let mut entries = Entries([0; LIST_BYTES]);
    let mut closed = false;
    loop {
        let buffer = entries.0.as_mut_ptr() as usize;
        // SAFETY: a buffer of that size.
        let filled =
            answer(unsafe { raw::syscall3(libc::SYS_getdents64 as usize, list, buffer, LIST_BYTES) })?;
        if filled == 0 {
            return Ok(closed);
        }
        let mut rest = entries.0.get(..filled).unwrap_or_default();
        while let Some((name, next)) = first_entry(rest) {
            if let Some(number) = number(name).filter(|number| *number >= first && *number != list) {
                // What is listed and can't be closed is Valgrind's own: no reason to look again.
                closed |= close(number) != Err(libc::EBADF);
            }
            rest = next;
        }
    }
}

/// The name of the first `struct linux_dirent64`, and what follows it: the record's length stands at byte
/// 16, the name begins at byte 19.
fn first_entry(entries: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::from(u16::from_ne_bytes([*entries.get(16)?, *entries.get(17)?]));
    Some((entries.get(19..length)?, entries.get(length..)?))
}

/// The number that a NUL-ended name says; `None` for `.` and `..`.
fn number(name: &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for (place, byte) in name.iter().enumerate() {
        match byte {
            0 => return (place > 0).then_some(number),
            b'0'..=b'9' => number = number.wrapping_mul(10).wrapping_add(usize::from(byte - b'0')),
            _ => return None,
        }
    }
    None
}

/// One more than the highest descriptor that can be open. A limit lowered since then leaves higher ones
/// open: the hard limit, which only root raises, counts.
fn highest() -> usize {
    let mut limits = [0_u64; 2];
    let (resource, old) = (libc::RLIMIT_NOFILE as usize, limits.as_mut_ptr() as usize);
    // SAFETY: prlimit64 of this process, into a struct of two 64-bit numbers.
    let asked = answer(unsafe { raw::syscall4(libc::SYS_prlimit64 as usize, 0, resource, 0, old) });
    match (asked, usize::try_from(limits[1])) {
        (Ok(_), Ok(hard)) if hard < MOST_OPEN => hard,
        _ => MOST_OPEN,
    }
}

/// Whatever else it answers, EBADF alone says that nothing was closed.
fn close(number: usize) -> Result<usize, i32> {
    // SAFETY: plain numbers; the table is this process's own.
    answer(unsafe { raw::syscall1(libc::SYS_close as usize, number) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_descriptors_are_numbers() {
        assert_eq!(number(b"12\0\0"), Some(12));
        for name in [b".\0".as_slice(), b"..\0", b"\0", b"7", b""] {
            assert_eq!(number(name), None, "{name:?}");
        }
    }
}
