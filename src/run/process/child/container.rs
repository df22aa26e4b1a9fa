//! Entering a container. Every descriptor of the host's is closed before the first namespace is joined, and the
//! process is undumpable: nobody in the container may look into it.

use super::args::{ContainerEntry, NamespaceEntry, Orders};
use super::descriptors::open;
use super::executable::Statx;
use super::numbers::*;
use super::syscall::raw;
use super::{Failed, Step, at};

/// Keeps others from looking into this process. execve, joining a user namespace and changing credentials undo it.
pub(super) fn hide() -> Result<(), i32> {
    // SAFETY: plain numbers; the memory concerned is this process's own.
    unsafe { raw(SYS_prctl, [PR_SET_DUMPABLE, 0, 0, 0, 0]) }.map(drop)
}

/// Joins the namespaces, and enters root and directory. A pid namespace is for the processes that this one makes.
pub(super) fn enter(orders: &Orders, own: &OwnNamespaces) -> Result<(), Failed> {
    let entry = &orders.container;
    join(entry)?;
    root(entry).map_err(at(Step::RootDirectory))?;
    if entry.joins(CLONE_NEWUSER) {
        become_root().map_err(at(Step::Credentials))?;
    }
    hide().map_err(at(Step::Credentials))?;
    check(entry, own)
}

/// Joins those that the caller's own rights open by these, whoever owns them; the rest with the rights that the
/// container's user namespace gives.
fn join(entry: &ContainerEntry) -> Result<(), Failed> {
    let user = entry.joins(CLONE_NEWUSER);
    let joined = || entry.namespaces().iter().filter(|entry| entry.fd >= 0);
    let mut refused = 0;
    for namespace in joined().filter(|entry| entry.flag != CLONE_NEWUSER) {
        match set_namespace(namespace) {
            Err(EPERM) if user => refused |= namespace.flag,
            other => other.map_err(|errno| failed(namespace, errno))?,
        }
    }
    // The user namespace stands before all others.
    for namespace in joined().filter(|entry| entry.flag == CLONE_NEWUSER || refused & entry.flag != 0) {
        set_namespace(namespace).map_err(|errno| failed(namespace, errno))?;
    }
    Ok(())
}

fn failed(namespace: &NamespaceEntry, errno: i32) -> Failed {
    Failed { step: namespace.step, errno }
}

fn set_namespace(namespace: &NamespaceEntry) -> Result<(), i32> {
    // SAFETY: plain numbers.
    unsafe { raw(SYS_setns, [namespace.fd as usize, namespace.flag as usize]) }.map(drop)
}

/// Enters the container's root and working directory.
fn root(entry: &ContainerEntry) -> Result<(), i32> {
    if entry.root < 0 {
        return Ok(());
    }
    let change_directory = |fd: i32| {
        // SAFETY: plain numbers.
        unsafe { raw(SYS_fchdir, [fd as usize]) }
    };
    change_directory(entry.root)?;
    // SAFETY: a NUL-ended path.
    unsafe { raw(SYS_chroot, [c".".as_ptr() as usize]) }?;
    change_directory(entry.directory)?;
    if !is_inside() {
        // The container's process did chroot, and stayed outside.
        change_directory(entry.root)?;
    }
    Ok(())
}

/// Whether the working directory lies in the root: then its path begins with a slash. Of one outside, the kernel says
/// "(unreachable)" (Linux 2.6.36); of one that is gone, or too deep, it says nothing.
#[inline(never)] // its buffer is on no other function's stack
fn is_inside() -> bool {
    const PATH_MAX: usize = 4096;
    let mut path = [0_u8; PATH_MAX];
    // SAFETY: a buffer of that size.
    let told = unsafe { raw(SYS_getcwd, [path.as_mut_ptr() as usize, PATH_MAX]) };
    told.is_ok() && path[0] == b'/'
}

/// Becomes root of the user namespace that was joined, without any other group.
fn become_root() -> Result<(), i32> {
    // SAFETY: no list is read.
    match unsafe { raw(SYS_setgroups, [0, 0]) } {
        // A user namespace that was made without privileges forbids it to everybody.
        Err(EPERM) => {}
        other => drop(other?),
    }
    for call in [SYS_setresgid, SYS_setresuid] {
        // SAFETY: plain numbers.
        unsafe { raw(call, [0, 0, 0]) }?;
    }
    Ok(())
}

/// By what this process tells its own namespaces, wherever it is by then.
pub(super) struct OwnNamespaces {
    /// /proc/self/ns of the caller's mount namespace; -1 without /proc.
    pub directory: i32,
}

impl OwnNamespaces {
    pub fn open() -> OwnNamespaces {
        // SAFETY: a NUL-ended path.
        let directory = unsafe { open(c"/proc/self/ns".as_ptr(), O_PATH | O_DIRECTORY) };
        OwnNamespaces { directory: directory.unwrap_or(-1) }
    }

    /// The inode of the namespace that a child of this process gets.
    fn inode(&self, entry: &NamespaceEntry) -> Result<u64, i32> {
        if self.directory >= 0 {
            // SAFETY: the name ends with NUL.
            return unsafe { Statx::of(self.directory, entry.file.as_ptr().cast()) }
                .map(|status| status.inode());
        }
        // SAFETY: plain numbers.
        let pidfd = unsafe { raw(SYS_pidfd_open, [raw(SYS_getpid, [])?, 0]) }?;
        // SAFETY: plain numbers.
        let namespace = unsafe { raw(SYS_ioctl, [pidfd, entry.request as usize, 0]) };
        // SAFETY: an empty path.
        let status = namespace.and_then(|fd| unsafe { Statx::of(fd as i32, c"".as_ptr()) });
        for fd in [Ok(pidfd), namespace].into_iter().flatten() {
            // SAFETY: both are this function's own.
            let _ = unsafe { raw(SYS_close, [fd]) };
        }
        status.map(|status| status.inode())
    }
}

/// Compares where this process is with where it has to be, whatever the kernel answered on the way.
fn check(entry: &ContainerEntry, own: &OwnNamespaces) -> Result<(), Failed> {
    for namespace in entry.namespaces() {
        let inode = own.inode(namespace).map_err(|errno| failed(namespace, errno))?;
        if inode != namespace.inode {
            return Err(failed(namespace, ESTALE));
        }
    }
    Ok(())
}
