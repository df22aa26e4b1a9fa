//! The child's arguments. The parent lays them out before it makes the child.

use core::ffi::c_char;
use core::ptr;

use super::report::ChildReport;
use super::signals::SignalSet;

/// The child's arguments. A child in shared memory reads the host's copy. The host neither changes nor frees
/// that copy before it has seen the child dead.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct ChildArgs {
    pub orders: Orders,
    pub exec: ExecPointers,
    /// Where a child that shares the host's memory writes its report. NULL if the child reports through a
    /// channel.
    pub report: *const ChildReport,
    /// The bytes to fill the stdin pipe with; NULL if stdin is a descriptor. They fit any pipe.
    pub state: *const u8,
    pub state_bytes: usize,
    /// The area for restartable sequences (rseq) that libc registered for the thread; 0 for none.
    pub rseq: usize,
    /// The joiner to execute first, if the child itself does no step; -1 for none.
    pub joiner: i32,
    /// The joiner's arguments: the orders as text, the working directory, the path, the hook's arguments.
    pub joiner_argv: *const *const c_char,
}

impl ChildArgs {
    /// The arguments of a child that does nothing.
    pub const NONE: Self = Self {
        orders: Orders::NONE,
        exec: ExecPointers {
            path: ptr::null(),
            argv: ptr::null(),
            envp: ptr::null(),
            directory: ptr::null(),
        },
        report: ptr::null(),
        state: ptr::null(),
        state_bytes: 0,
        rseq: 0,
        joiner: NO_DESCRIPTOR,
        joiner_argv: ptr::null(),
    };
}

/// Stands for "no descriptor" where a number is required.
pub(in super::super) const NO_DESCRIPTOR: i32 = -1;

/// The arguments of the hook's execve.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct ExecPointers {
    pub path: *const c_char,
    pub argv: *const *const c_char,
    pub envp: *const *const c_char,
    /// The working directory to enter; NULL for none.
    pub directory: *const c_char,
}

/// The kernel has 16 resources. If the caller sets more limits, the 17th place makes the kernel refuse the
/// number.
pub(in super::super) const LIMITS: usize = 17;

/// The number of kinds of namespace that Linux has.
pub(in super::super) const NAMESPACES: usize = 8;

/// The process has separate memory: it is a fork, or the joiner.
pub(in super::super) const OWN_MEMORY: u32 = 1;
/// A working directory that can't be entered for lack of permission is ignored, and the hook runs in the
/// caller's.
pub(in super::super) const DIRECTORY_MAY_FAIL: u32 = 1 << 1;
pub(in super::super) const NO_NEW_PRIVILEGES: u32 = 1 << 2;
/// The hook runs in a container.
pub(in super::super) const ENTERS_CONTAINER: u32 = 1 << 3;
/// The executable is opened in the caller's mount namespace.
pub(in super::super) const OPENS_EXECUTABLE: u32 = 1 << 4;

/// The child enters a working directory. The joiner's arguments have a place for it in any case.
pub(in super::super) const HAS_DIRECTORY: u32 = 1 << 5;

/// A pidfd gives access to namespaces on this kernel.
pub(in super::super) const ASKS_PIDFD: u32 = 1 << 6;

/// The process looks up its own namespaces, and compares them.
pub(in super::super) const COMPARES_PLACE: u32 = 1 << 7;

/// The hook stays in the caller's process group.
pub(in super::super) const STAYS_IN_GROUP: u32 = 1 << 8;

/// The hook leads a new session.
pub(in super::super) const LEADS_SESSION: u32 = 1 << 9;

/// The process makes no call that is newer than Linux 5.4, not even to see it refused.
pub(in super::super) const OLD_CALLS: u32 = 1 << 10;

/// The numeric part of the child's arguments: any bytes are valid values. `limits` come last, since only the
/// limits in use are sent.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(in super::super) struct Orders {
    /// The signals to set back to their default disposition.
    pub reset: SignalSet,
    pub flags: u32,
    /// The number of limits in use.
    pub limit_count: u32,
    /// The sources of descriptors 0, 1 and 2: each is that very number, or above 2. A 0 as the source of 0
    /// also stands for the child's own pipe.
    pub stdio: [i32; 3],
    /// The `cgroup.procs` of the cgroup to join; -1 for none.
    pub cgroup: i32,
    /// The socket through which a failure reaches the parent; -1 if the parent reads the child's report in
    /// shared memory.
    pub channel: i32,
    /// Distinguishes this child's messages from an earlier child's.
    pub tag: u32,
    /// A pidfd of the caller, if the hook dies with it; -1 for none.
    pub caller: i32,
    /// Pads to the next field, which is aligned to 8 bytes.
    pub unused: u32,
    pub container: ContainerEntry,
    /// The memory that the joiner keeps if it was laid out in a fork; zeroes if it was executed.
    pub region: Region,
    pub limits: [Limit; LIMITS],
}

/// How the child enters a container.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(in super::super) struct ContainerEntry {
    pub namespaces: [NamespaceEntry; NAMESPACES],
    /// The number of entries in use.
    pub count: u32,
    /// The root and the working directory to enter; -1 keeps those that the mount namespace gives.
    pub root: i32,
    pub directory: i32,
    pub unused: u32,
}

/// One kind of namespace.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(in super::super) struct NamespaceEntry {
    /// The container's namespace of that kind, which the hook must be in.
    pub inode: u64,
    /// The name of this kind in /proc/self/ns, ended by NUL: the file of the namespace that children of this
    /// process get.
    pub file: [u8; 20],
    /// The descriptor to join; -1 if the process is there already.
    pub fd: i32,
    /// `CLONE_NEW*`.
    pub flag: i32,
    /// The number of the `Step` that names a failure.
    pub step: u32,
    /// The ioctl request that opens the namespace through a pidfd (Linux 6.11).
    pub request: u32,
    pub unused: u32,
}

/// The joiner in the memory of a fork: its code begins at `start`, and everything it needs ends at `end`.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(in super::super) struct Region {
    pub start: usize,
    pub end: usize,
    pub code_bytes: usize,
    /// The offset of the joiner's entry point from `start`.
    pub entry: usize,
    /// The address of its arguments, which is the top of its stack.
    pub stack: usize,
    /// The address of the vDSO; 0 if the kernel does not give it.
    pub vdso: usize,
}

impl Region {
    pub const NONE: Self = Self { start: 0, end: 0, code_bytes: 0, entry: 0, stack: 0, vdso: 0 };
}

/// A resource limit (prlimit).
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub(in super::super) struct Limit {
    pub resource: u64,
    pub soft: u64,
    pub hard: u64,
}

impl Orders {
    /// Nothing to do.
    const NONE: Self = Self {
        reset: 0,
        flags: 0,
        limit_count: 0,
        stdio: [0, 1, 2],
        cgroup: NO_DESCRIPTOR,
        channel: NO_DESCRIPTOR,
        tag: 0,
        caller: NO_DESCRIPTOR,
        unused: 0,
        container: ContainerEntry::NONE,
        region: Region::NONE,
        limits: [Limit { resource: 0, soft: 0, hard: 0 }; LIMITS],
    };

    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// The limits in use.
    pub fn limits(&self) -> &[Limit] {
        self.limits.get(..self.limit_count as usize).unwrap_or(&self.limits)
    }
}

impl ContainerEntry {
    /// No container.
    pub const NONE: Self = Self {
        namespaces: [NamespaceEntry::NONE; NAMESPACES],
        count: 0,
        root: NO_DESCRIPTOR,
        directory: NO_DESCRIPTOR,
        unused: 0,
    };

    pub fn namespaces(&self) -> &[NamespaceEntry] {
        self.namespaces.get(..self.count as usize).unwrap_or(&self.namespaces)
    }

    /// Whether a namespace of that kind is joined.
    pub fn joins(&self, flag: i32) -> bool {
        self.namespaces().iter().any(|entry| entry.flag == flag && entry.fd >= 0)
    }
}

impl NamespaceEntry {
    const NONE: Self =
        Self { inode: 0, file: [0; 20], fd: NO_DESCRIPTOR, flag: 0, step: 0, request: 0, unused: 0 };
}
