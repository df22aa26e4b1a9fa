//! All that the child is told, laid out before it is made.

use core::ffi::c_char;
use core::ptr;

use super::report::ChildReport;
use super::signals::SignalSet;

/// What the child is handed. In shared memory it reads the host's copy, which the host neither changes nor frees
/// before it has seen the child dead.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct ChildArgs {
    pub orders: Orders,
    pub exec: ExecPointers,
    /// Where a child that shares the host's memory leaves its report; NULL where it has a channel.
    pub report: *const ChildReport,
    /// What to fill a pipe with, for stdin; NULL where stdin is a descriptor. It fits any pipe.
    pub state: *const u8,
    pub state_bytes: usize,
    /// The area for restartable sequences that libc registered for the thread; 0.
    pub rseq: usize,
    /// The joiner to execute first, where the child does no step itself; -1.
    pub joiner: i32,
    /// The joiner's arguments: the orders as text, the working directory, the path, the hook's arguments.
    pub joiner_argv: *const *const c_char,
}

impl ChildArgs {
    /// A child without anything to do.
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

/// Stands for no descriptor, where a number has to.
pub(in super::super) const NO_DESCRIPTOR: i32 = -1;

/// What the hook is executed with.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct ExecPointers {
    pub path: *const c_char,
    pub argv: *const *const c_char,
    pub envp: *const *const c_char,
    /// The working directory to enter; NULL for none.
    pub directory: *const c_char,
}

/// The kernel has 16 resources. One more place shows it a number that it refuses, where a caller sets more limits.
pub(in super::super) const LIMITS: usize = 17;

/// The kinds of namespace that Linux has.
pub(in super::super) const NAMESPACES: usize = 8;

/// The process has its memory for itself: it is a fork, or the joiner.
pub(in super::super) const OWN_MEMORY: u32 = 1;
/// A working directory that can't be entered for lack of permission is ignored, and the hook runs in the caller's.
pub(in super::super) const DIRECTORY_MAY_FAIL: u32 = 1 << 1;
pub(in super::super) const NO_NEW_PRIVILEGES: u32 = 1 << 2;
/// The hook runs in a container.
pub(in super::super) const ENTERS_CONTAINER: u32 = 1 << 3;
/// The executable is opened in the caller's mount namespace.
pub(in super::super) const OPENS_EXECUTABLE: u32 = 1 << 4;

/// There is a working directory to enter; in the joiner's arguments a place for it is there in any case.
pub(in super::super) const HAS_DIRECTORY: u32 = 1 << 5;

/// A pidfd hands out namespaces here.
pub(in super::super) const ASKS_PIDFD: u32 = 1 << 6;

/// The process asks for the namespaces that it is in, and compares them.
pub(in super::super) const COMPARES_PLACE: u32 = 1 << 7;

/// The hook stays in the caller's process group.
pub(in super::super) const STAYS_IN_GROUP: u32 = 1 << 8;

/// The hook leads a new session.
pub(in super::super) const LEADS_SESSION: u32 = 1 << 9;

/// The numbers among the child's arguments: any bytes are valid ones. `limits` come last, since only those that are
/// used travel.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(in super::super) struct Orders {
    /// The signals to set back to their default.
    pub reset: SignalSet,
    pub flags: u32,
    /// How many of the limits are set.
    pub limit_count: u32,
    /// What becomes 0, 1 and 2: each either that very number, or above 2. 0 for 0 also stands for the child's own pipe.
    pub stdio: [i32; 3],
    /// The `cgroup.procs` of the cgroup to join; -1: none.
    pub cgroup: i32,
    /// The socket by which a failure reaches the parent; -1: it reads the child's report in shared memory.
    pub channel: i32,
    /// Tells this child's messages from an earlier one's.
    pub tag: u32,
    /// A pidfd of the caller, where the hook dies with it; -1: it does not.
    pub caller: i32,
    /// Fills the space before the next field, which is aligned to 8 bytes.
    pub unused: u32,
    pub container: ContainerEntry,
    /// The memory that the joiner keeps where it was not executed but laid out in a fork; else zeroes.
    pub region: Region,
    pub limits: [Limit; LIMITS],
}

/// How the child enters a container.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(in super::super) struct ContainerEntry {
    pub namespaces: [NamespaceEntry; NAMESPACES],
    /// How many of them there are.
    pub count: u32,
    /// The root and the working directory to enter; -1: those that the mount namespace gives.
    pub root: i32,
    pub directory: i32,
    pub unused: u32,
}

/// One kind of namespace.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(in super::super) struct NamespaceEntry {
    /// The container's namespace of that kind: where the hook has to be.
    pub inode: u64,
    /// The name in /proc/self/ns of the one that a child of this process gets, ended by NUL.
    pub file: [u8; 20],
    /// The descriptor to join; -1: the process is there already.
    pub fd: i32,
    /// `CLONE_NEW*`.
    pub flag: i32,
    /// The number of the `Step` that failures are named by.
    pub step: u32,
    /// The request by which a pidfd hands out the namespace (Linux 6.11).
    pub request: u32,
    pub unused: u32,
}

/// The joiner in the memory of a fork: its code from `start` on, and all that it needs up to `end`.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(in super::super) struct Region {
    pub start: usize,
    pub end: usize,
    pub code_bytes: usize,
    /// Where the joiner begins, from `start` on.
    pub entry: usize,
    /// Where its arguments lie, above its stack.
    pub stack: usize,
    /// Where the kernel's own pages are; 0 where it does not say.
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

    /// The limits that are set.
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
