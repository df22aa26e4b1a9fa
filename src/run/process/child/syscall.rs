//! System calls by hand. The wrappers of libc would write errno, which a child shares with the host's thread.

/// The kernel's answer: a value, or an errno.
pub(in super::super) type Answer = Result<usize, i32>;

/// Distinguishes a value from an errno: the last 4095 values are negated errnos.
pub(in super::super) fn answer(raw: usize) -> Answer {
    let errno = raw.wrapping_neg();
    if (1..=4095).contains(&errno) { Err(int(errno)) } else { Ok(raw) }
}

/// A C int as an argument: sign-extended.
#[expect(clippy::cast_sign_loss, reason = "the kernel takes the bits")]
pub(in super::super) const fn arg(number: i32) -> usize {
    number as isize as usize
}

/// An errno as the bits that a message carries.
pub(super) const fn bits(errno: i32) -> u32 {
    u32::from_ne_bytes(errno.to_ne_bytes())
}

/// The errno that these bits stand for.
pub(super) const fn errno(bits: u32) -> i32 {
    i32::from_ne_bytes(bits.to_ne_bytes())
}

/// An answer that is a C int: a descriptor, or a process id.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "the kernel answers an int")]
pub(in super::super) const fn int(answer: usize) -> i32 {
    answer as i32
}

/// A system call's number in libc's type.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are small and positive")]
pub(in super::super) const fn call_number(number: core::ffi::c_long) -> usize {
    number as usize
}

/// Makes a system call with up to five arguments.
///
/// # Safety
///
/// As for the call itself: the kernel reads and writes the memory that the arguments point to.
#[inline(always)] // so that unused arguments cost nothing
pub(in super::super) unsafe fn raw<const COUNT: usize>(number: usize, arguments: [usize; COUNT]) -> Answer {
    let mut five = [0; 5];
    let mut place = 0;
    while place < COUNT && place < five.len() {
        five[place] = arguments[place];
        place += 1;
    }
    let [a, b, c, d, e] = five;
    // SAFETY: the caller's promise.
    answer(unsafe { call(a, b, c, d, e, number) })
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn call(a: usize, b: usize, c: usize, d: usize, e: usize, number: usize) -> usize {
    let answer;
    // SAFETY: the caller's promise. The kernel overwrites rcx and r11.
    unsafe {
        core::arch::asm!(
            "syscall",
            inlateout("rax") number => answer,
            in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e,
            out("rcx") _, out("r11") _,
            options(nostack),
        );
    }
    answer
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
unsafe fn call(a: usize, b: usize, c: usize, d: usize, e: usize, number: usize) -> usize {
    let answer;
    // SAFETY: the caller's promise.
    unsafe {
        core::arch::asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") a => answer,
            in("x1") b, in("x2") c, in("x3") d, in("x4") e,
            options(nostack),
        );
    }
    answer
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
unsafe fn call(a: usize, b: usize, c: usize, d: usize, e: usize, number: usize) -> usize {
    // SAFETY: the caller's promise.
    unsafe { syscalls::raw::syscall5(number, a, b, c, d, e) }
}
