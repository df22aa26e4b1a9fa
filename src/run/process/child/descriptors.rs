//! The child's descriptors: puts the three streams in place, and closes all others.

use super::args::{ChildArgs, OLD_CALLS, Orders};
use super::numbers::*;
use super::syscall::{arg, int, raw};

/// The highest number of open descriptors if no limit is lower: the kernel's default `fs.nr_open`.
const MOST_OPEN: usize = 1024 * 1024;

/// The size of one read of the list of open descriptors: a few dozen entries.
const LIST_BYTES: usize = 1024;

/// Fills a pipe with the state and makes it stdin. Only this process ever holds the write end, so closing it
/// gives the reader end of file.
pub(super) fn make_stdin(args: &ChildArgs) -> Result<(), i32> {
    if args.state.is_null() {
        return Ok(());
    }
    let mut ends = [-1_i32; 2];
    // SAFETY: two integers to fill.
    unsafe { new_pipe(ends.as_mut_ptr()) }?;
    let [reader, writer] = ends;
    // SAFETY: a buffer of that size; an empty pipe takes it at once.
    let written = unsafe { raw(SYS_write, [arg(writer), args.state as usize, args.state_bytes]) }?;
    if written != args.state_bytes {
        return Err(EIO);
    }
    close(arg(writer))?;
    if reader == 0 {
        return keep_open(reader);
    }
    // The other copy is closed with all the rest.
    duplicate(reader, 0, 0)
}

/// Puts the streams in their places, and makes stdin if there is a state to fill it with. A stream that is
/// already in place only has to survive execve.
pub(super) fn put_stdio(args: &ChildArgs) -> Result<(), i32> {
    let made = usize::from(!args.state.is_null());
    match make_stdin(args) {
        // The pipe finds room where the outputs' first descriptors were. This is the second choice, because it costs
        // two calls.
        Err(EMFILE) => {
            put(args, 1)?;
            for from in args.orders.stdio.into_iter().skip(1).filter(|from| *from >= FIRST_FREE) {
                let _ = close(arg(from));
            }
            make_stdin(args)
        }
        Err(errno) => Err(errno),
        Ok(()) => put(args, made),
    }
}

/// Puts the streams from that number on in their places.
fn put(args: &ChildArgs, first: usize) -> Result<(), i32> {
    for (to, from) in args.orders.stdio.into_iter().enumerate().skip(first) {
        if arg(from) == to { keep_open(from) } else { duplicate(from, to, 0) }?;
    }
    Ok(())
}

/// A pipe, close-on-exec where the kernel does that in one call: this process closes all others in any case.
///
/// # Safety
/// There is room for two integers.
unsafe fn new_pipe(ends: *mut i32) -> Result<(), i32> {
    // SAFETY: the caller's promise.
    match unsafe { raw(SYS_pipe2, [ends as usize, O_CLOEXEC]) } {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Err(EPERM | ENOSYS) => unsafe { raw(SYS_PIPE, [ends as usize]) }.map(drop),
        answer => answer.map(drop),
    }
}

/// Makes `to` a duplicate of `from`.
pub(super) fn duplicate(from: i32, to: usize, flags: usize) -> Result<(), i32> {
    // SAFETY: plain numbers; the table is this process's own.
    match unsafe { raw(SYS_dup3, [arg(from), to, flags]) } {
        Err(EPERM | ENOSYS) => duplicate_by_fcntl(from, to, flags),
        answer => answer.map(drop),
    }
}

/// The same by two older calls, for a profile that refuses the newer one: the lowest free number is `to` once that is
/// closed, since the caller has all numbers below it.
fn duplicate_by_fcntl(from: i32, to: usize, flags: usize) -> Result<(), i32> {
    let how = if flags & O_CLOEXEC == 0 { F_DUPFD } else { F_DUPFD_CLOEXEC };
    let _ = close(to);
    // SAFETY: plain numbers; the table is this process's own.
    match unsafe { raw(SYS_fcntl, [arg(from), how, to]) } {
        Ok(copy) if copy == to => Ok(()),
        Ok(_) => Err(EBADF),
        Err(errno) => Err(errno),
    }
}

/// Clears close-on-exec, so that a descriptor survives execve.
pub(super) fn keep_open(fd: i32) -> Result<(), i32> {
    set_flags(fd, 0)
}

/// Sets close-on-exec.
pub(super) fn close_on_exec(fd: i32) -> Result<(), i32> {
    set_flags(fd, FD_CLOEXEC)
}

fn set_flags(fd: i32, flags: usize) -> Result<(), i32> {
    let by_ioctl = if flags & FD_CLOEXEC == 0 { FIONCLEX } else { FIOCLEX };
    // SAFETY: plain numbers; the table is this process's own.
    unsafe {
        match raw(SYS_fcntl, [arg(fd), F_SETFD, flags]) {
            // It refuses a descriptor of O_PATH (EBADF), which is not the reason.
            Err(errno @ (EPERM | ENOSYS)) => raw(SYS_ioctl, [arg(fd), by_ioctl]).or(Err(errno)),
            answer => answer,
        }
    }
    .map(drop)
}

/// Opens a file close-on-exec. Retries after EINTR, which FUSE and network file systems can return.
pub(super) unsafe fn open(path: *const core::ffi::c_char, flags: usize) -> Result<i32, i32> {
    loop {
        // SAFETY: the caller's promise.
        match unsafe { raw(SYS_openat, [AT_FDCWD, path as usize, flags | O_CLOEXEC, 0]) } {
            Err(EINTR) => {}
            answer => return answer.map(int),
        }
    }
}

/// Closes all descriptors above the standard streams, except those in `keep`; negative numbers there are
/// ignored. Uses `close_range` (Linux 5.9) if the kernel has it, and the orders permit it: a profile may kill for it.
pub(super) fn close_all_but(orders: &Orders, keep: &[i32]) -> Result<(), i32> {
    if orders.has(OLD_CALLS) {
        return one_by_one(keep);
    }
    let mut from = arg(FIRST_FREE);
    loop {
        let kept = keep.iter().filter_map(|fd| usize::try_from(*fd).ok()).filter(|fd| *fd >= from).min();
        let last = kept.map_or(u32::MAX as usize, |fd| fd.wrapping_sub(1));
        if last >= from {
            // SAFETY: plain numbers; the table is this process's own.
            if unsafe { raw(SYS_close_range, [from, last, 0]) }.is_err() {
                // An older kernel, or a seccomp profile, which may return any errno.
                return one_by_one(keep);
            }
        }
        match kept {
            Some(fd) => from = fd.wrapping_add(1),
            None => return Ok(()),
        }
    }
}

/// Closes descriptors by the list in /proc. If /proc is not mounted, closes every possible number.
fn one_by_one(keep: &[i32]) -> Result<(), i32> {
    // SAFETY: a NUL-ended path.
    match unsafe { open(c"/proc/self/fd".as_ptr(), O_RDONLY | O_DIRECTORY) } {
        Ok(list) => {
            // Closing while reading can hide entries from the reader. So the list is read again until nothing
            // was closed.
            while close_listed(keep, list)? {
                // SAFETY: plain numbers.
                unsafe { raw(SYS_lseek, [arg(list), 0, SEEK_SET]) }?;
            }
            let _ = close(arg(list));
        }
        Err(_) => {
            for number in (arg(FIRST_FREE)..highest()).filter(|number| !keep.contains(&int(*number))) {
                let _ = close(number);
            }
        }
    }
    Ok(())
}

/// Reads the list once, and returns whether anything was closed.
#[inline(never)] // its buffer stays off all other functions' stacks
fn close_listed(keep: &[i32], list: i32) -> Result<bool, i32> {
    #[repr(align(8))]
    struct Entries([u8; LIST_BYTES]);
    let mut entries = Entries([0; LIST_BYTES]);
    let mut closed = false;
    loop {
        // SAFETY: a buffer of that size.
        let filled =
            unsafe { raw(SYS_getdents64, [arg(list), entries.0.as_mut_ptr() as usize, LIST_BYTES]) }?;
        if filled == 0 {
            return Ok(closed);
        }
        let mut rest = entries.0.get(..filled).unwrap_or_default();
        while let Some((name, next)) = first_entry(rest) {
            let spared = |number: usize| keep.contains(&int(number)) || number == arg(list);
            if let Some(number) = number(name).filter(|number| *number >= arg(FIRST_FREE) && !spared(*number))
            {
                // A listed descriptor that can't be closed is Valgrind's own, and needs no second look.
                closed |= close(number) != Err(EBADF);
            }
            rest = next;
        }
    }
}

/// The name in the first `struct linux_dirent64`, and the bytes after the entry. The record's length is at
/// byte 16, and the name begins at byte 19.
fn first_entry(entries: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::from(u16::from_ne_bytes([*entries.get(16)?, *entries.get(17)?]));
    Some((entries.get(19..length)?, entries.get(length..)?))
}

/// Reads a NUL-ended name as a number; `None` for `.` and `..`.
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

/// One more than the highest descriptor that can be open. Lowering a limit leaves higher descriptors open, so
/// this is the hard limit, which only root raises.
fn highest() -> usize {
    let mut limits = [0_u64; 2];
    // SAFETY: prlimit64 of this process, into a struct of two 64-bit numbers.
    let asked = unsafe { raw(SYS_prlimit64, [0, RLIMIT_NOFILE, 0, limits.as_mut_ptr() as usize]) };
    match (asked, usize::try_from(limits[1])) {
        (Ok(_), Ok(hard)) if hard < MOST_OPEN => hard,
        _ => MOST_OPEN,
    }
}

/// Closes a descriptor. Only EBADF means that nothing was closed.
fn close(number: usize) -> Result<usize, i32> {
    // SAFETY: plain numbers; the table is this process's own.
    unsafe { raw(SYS_close, [number]) }
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
