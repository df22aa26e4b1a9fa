//! The answers of system calls that are made by hand, past libc and its errno.

/// An answer of the kernel's: a value, or an errno.
type Answer = Result<usize, i32>;

/// Tells a value from an errno: the last 4095 values are errnos, negated.
pub(super) fn answer(raw: usize) -> Answer {
    let signed = raw as isize;
    if (-4095..0).contains(&signed) { Err(-signed as i32) } else { Ok(raw) }
}
