//! Entering a container. Every descriptor of the host's is closed before the first namespace is joined, and the
//! process is undumpable: nobody in the container may look into it.

use super::args::{ASKS_PIDFD, COMPARES_PLACE, ContainerEntry, NamespaceEntry, Orders};
use super::descriptors::open;
use super::executable::Statx;
use super::numbers::*;
use super::syscall::{arg, int, raw};
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
    if orders.has(COMPARES_PLACE) { check(entry, own) } else { Ok(()) }
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
        if namespace.flag == CLONE_NEWUSER {
            hide().map_err(at(Step::Credentials))?;
        }
    }
    Ok(())
}

fn failed(namespace: &NamespaceEntry, errno: i32) -> Failed {
    Failed { step: namespace.step, errno }
}

/// Joins a namespace, of which the descriptor is compared with what it has to mean.
fn set_namespace(namespace: &NamespaceEntry) -> Result<(), i32> {
    // SAFETY: an empty path.
    if unsafe { Statx::of(namespace.fd, c"".as_ptr()) }?.inode() != namespace.inode {
        return Err(ESTALE);
    }
    // SAFETY: plain numbers.
    unsafe { raw(SYS_setns, [arg(namespace.fd), arg(namespace.flag)]) }.map(drop)
}

/// Enters the container's root and working directory.
fn root(entry: &ContainerEntry) -> Result<(), i32> {
    if entry.root < 0 {
        return Ok(());
    }
    let change_directory = |fd: i32| {
        // SAFETY: plain numbers.
        unsafe { raw(SYS_fchdir, [arg(fd)]) }
    };
    change_directory(entry.root)?;
    // SAFETY: a NUL-ended path.
    unsafe { raw(SYS_chroot, [c".".as_ptr() as usize]) }?;
    change_directory(entry.directory)?;
    if !is_inside()? {
        // The container's process did chroot, and stayed outside.
        change_directory(entry.root)?;
    }
    Ok(())
}

/// Whether the working directory lies in the root: then its path begins with a slash. Of one outside, the kernel says
/// "(unreachable)" (Linux 2.6.36); of one that is gone, or too deep, it names none.
#[inline(never)] // its buffer is on no other function's stack
fn is_inside() -> Result<bool, i32> {
    const PATH_MAX: usize = 4096;
    let mut path = [0_u8; PATH_MAX];
    // SAFETY: a buffer of that size.
    match unsafe { raw(SYS_getcwd, [path.as_mut_ptr() as usize, PATH_MAX]) } {
        Err(ENOENT | ENAMETOOLONG | ERANGE) => Ok(false),
        answer => answer.map(|_| path[0] == b'/'),
    }
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

/// How this process finds out its own namespaces, wherever it is by then.
pub(super) enum OwnNamespaces {
    /// By a pidfd of itself (Linux 6.11): a quarter of the time that /proc takes, which makes an inode for each name.
    Pidfd,
    /// By /proc/self/ns of the caller's mount namespace.
    Proc(i32),
}

impl OwnNamespaces {
    /// Opens what has to be opened before another mount namespace is joined.
    pub fn open(orders: &Orders) -> Result<Self, i32> {
        if orders.has(ASKS_PIDFD) || !orders.has(COMPARES_PLACE) {
            return Ok(Self::Pidfd);
        }
        // SAFETY: a NUL-ended path.
        unsafe { open(c"/proc/self/ns".as_ptr(), O_PATH | O_DIRECTORY) }.map(OwnNamespaces::Proc)
    }
}

/// Compares where this process is with where it has to be, whatever the kernel answered on the way: in the first hook of
/// a phase, since the others join by the same descriptors. Kinds that are not joined are inherited, and were compared by
/// the parent.
fn check(entry: &ContainerEntry, own: &OwnNamespaces) -> Result<(), Failed> {
    let source = match own {
        OwnNamespaces::Proc(directory) => *directory,
        OwnNamespaces::Pidfd => own_pidfd().map_err(at(Step::PidNamespace))?,
    };
    for namespace in entry.namespaces().iter().filter(|entry| entry.fd >= 0) {
        let status = match own {
            // SAFETY: the name ends with NUL.
            OwnNamespaces::Proc(_) => unsafe { Statx::of(source, namespace.file.as_ptr().cast()) },
            OwnNamespaces::Pidfd => status_by_pidfd(source, namespace),
        };
        let status = status.map_err(|errno| failed(namespace, errno))?;
        if status.inode() != namespace.inode {
            return Err(failed(namespace, ESTALE));
        }
    }
    Ok(())
}

fn own_pidfd() -> Result<i32, i32> {
    // SAFETY: plain numbers.
    unsafe { raw(SYS_getpid, []).and_then(|pid| raw(SYS_pidfd_open, [pid, 0])) }.map(int)
}

/// The descriptor that this opens is closed with all others.
fn status_by_pidfd(pidfd: i32, namespace: &NamespaceEntry) -> Result<Statx, i32> {
    // SAFETY: plain numbers, and an empty path.
    unsafe {
        let fd = raw(SYS_ioctl, [arg(pidfd), namespace.request as usize, 0])?;
        Statx::of(int(fd), c"".as_ptr())
    }
}
