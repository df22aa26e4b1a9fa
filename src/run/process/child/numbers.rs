//! The kernel's numbers, because the freestanding program can't take them from libc. A test compares each
//! with libc's.
#![allow(non_upper_case_globals)] // system calls, as the kernel and libc name them

/// Numbers that differ between the two architectures. On others the library takes libc's, and the joiner
/// isn't built.
macro_rules! system_calls {
    ($($name:ident: $x86_64:literal $aarch64:literal,)*) => {
        $(
            #[cfg(target_arch = "x86_64")]
            pub(super) const $name: usize = $x86_64;
            #[cfg(target_arch = "aarch64")]
            pub(super) const $name: usize = $aarch64;
            #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
            pub(super) const $name: usize = libc::$name as usize;
        )*

        #[cfg(test)]
        mod system_calls {
            #[test]
            fn are_those_of_libc() {
                $(assert_eq!(Ok(super::$name), usize::try_from(libc::$name), stringify!($name));)*
            }
        }
    };
}

system_calls! {
    SYS_chdir: 80 49,
    SYS_chroot: 161 51,
    SYS_clone: 56 220,
    SYS_close: 3 57,
    SYS_close_range: 436 436,
    SYS_dup3: 292 24,
    SYS_execve: 59 221,
    SYS_execveat: 322 281,
    SYS_exit_group: 231 94,
    SYS_fchdir: 81 50,
    SYS_fcntl: 72 25,
    SYS_fstatfs: 138 44,
    SYS_getcwd: 79 17,
    SYS_getdents64: 217 61,
    SYS_getpid: 39 172,
    SYS_ioctl: 16 29,
    SYS_kill: 62 129,
    SYS_lseek: 8 62,
    SYS_mprotect: 10 226,
    SYS_munmap: 11 215,
    SYS_openat: 257 56,
    SYS_pidfd_open: 434 434,
    SYS_pipe2: 293 59,
    SYS_ppoll: 271 73,
    SYS_prctl: 157 167,
    SYS_prlimit64: 302 261,
    SYS_read: 0 63,
    SYS_recvfrom: 45 207,
    SYS_rseq: 334 293,
    SYS_rt_sigaction: 13 134,
    SYS_rt_sigpending: 127 136,
    SYS_rt_sigprocmask: 14 135,
    SYS_sendmsg: 46 211,
    SYS_setgroups: 116 159,
    SYS_setns: 308 268,
    SYS_setpgid: 109 154,
    SYS_setresgid: 119 149,
    SYS_setresuid: 117 147,
    SYS_setsid: 112 157,
    SYS_statfs: 137 43,
    SYS_statx: 332 291,
    SYS_write: 1 64,
}

/// Numbers that are the same on both architectures. On others they are libc's.
macro_rules! constants {
    ($($name:ident: $type:ty = $value:expr,)*) => {
        $(
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
            pub(super) const $name: $type = $value;
            // The cast is C's own: an int that becomes an argument of a system call, or a part of a structure.
            #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
            pub(super) const $name: $type = libc::$name as $type;
        )*

        #[cfg(test)]
        mod constants {
            #[test]
            #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "as above")]
            fn are_those_of_libc() {
                $(assert_eq!(super::$name, libc::$name as $type, stringify!($name));)*
            }
        }
    };
}

constants! {
    AT_EMPTY_PATH: usize = 0x1000,
    AT_FDCWD: usize = usize::MAX - 99,
    CLONE_FILES: usize = 0x400,
    CLONE_NEWPID: i32 = 0x2000_0000,
    CLONE_NEWUSER: i32 = 0x1000_0000,
    CLONE_PARENT: usize = 0x8000,
    CLONE_PIDFD: usize = 0x1000,
    CLONE_VFORK: usize = 0x4000,
    CLONE_VM: usize = 0x100,
    EACCES: i32 = 13,
    EBADF: i32 = 9,
    EINTR: i32 = 4,
    EINVAL: i32 = 22,
    EIO: i32 = 5,
    EMFILE: i32 = 24,
    E2BIG: i32 = 7,
    ENAMETOOLONG: i32 = 36,
    ENOENT: i32 = 2,
    ENOMEM: i32 = 12,
    ENOSYS: i32 = 38,
    EPERM: i32 = 1,
    ERANGE: i32 = 34,
    ESRCH: i32 = 3,
    ESTALE: i32 = 116,
    FD_CLOEXEC: usize = 1,
    FIOCLEX: usize = 0x5451,
    FIONCLEX: usize = 0x5450,
    F_DUPFD: usize = 0,
    F_DUPFD_CLOEXEC: usize = 1030,
    F_SETFD: usize = 2,
    MSG_DONTWAIT: usize = 0x40,
    MSG_NOSIGNAL: usize = 0x4000,
    O_CLOEXEC: usize = 0x8_0000,
    O_NONBLOCK: usize = 0x800,
    O_PATH: usize = 0x20_0000,
    O_RDONLY: usize = 0,
    PROT_EXEC: usize = 4,
    PROT_READ: usize = 1,
    PR_SET_DUMPABLE: usize = 4,
    PR_SET_NO_NEW_PRIVS: usize = 38,
    PR_SET_PDEATHSIG: usize = 1,
    POLLIN: i16 = 1,
    RLIMIT_NOFILE: usize = 7,
    SCM_RIGHTS: i32 = 1,
    SEEK_SET: usize = 0,
    SIGCHLD: usize = 17,
    SIGKILL: usize = 9,
    SIGTERM: usize = 15,
    SIG_IGN: usize = 1,
    SIG_SETMASK: usize = 2,
    SOL_SOCKET: i32 = 1,
    S_IFDIR: u16 = 0o040_000,
    S_IFMT: u16 = 0o170_000,
    S_IFREG: u16 = 0o100_000,
}

/// The older pipe call, which later architectures lack.
#[cfg(target_arch = "x86_64")]
pub(super) const SYS_PIPE: usize = 22;

/// Linux numbers this flag by architecture.
#[cfg(target_arch = "x86_64")]
pub(super) const O_DIRECTORY: usize = 0o20_0000;
#[cfg(target_arch = "aarch64")]
pub(super) const O_DIRECTORY: usize = 0o4_0000;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) const O_DIRECTORY: usize = libc::O_DIRECTORY as usize;

/// Somebody may execute the file.
pub(super) const ANY_MAY_EXECUTE: u16 = 0o111;

/// The first descriptor above the standard streams.
pub(in super::super) const FIRST_FREE: i32 = 3;

#[cfg(test)]
mod tests {
    #[test]
    fn the_flag_of_a_directory_is_that_of_libc() {
        assert_eq!(super::O_DIRECTORY, libc::O_DIRECTORY as usize);
    }
}
