//! Enters a container. Every host descriptor is closed before the first namespace is joined. The process is
//! undumpable, so that nobody in the container can look into it.

use super::args::{ASKS_PIDFD, COMPARES_PLACE, ContainerEntry, NamespaceEntry, Orders};
use super::descriptors::open;
use super::executable::Statx;
use super::numbers::*;
use super::syscall::{arg, int, raw};
use super::{Failed, Step, at};

/// Makes this process undumpable. execve, joining a user namespace and changing credentials make it dumpable
/// again.
pub(super) fn hide() -> Result<(), i32> {
    // SAFETY: plain numbers; the memory concerned is this process's own.
    unsafe { raw(SYS_prctl, [PR_SET_DUMPABLE, 0, 0, 0, 0]) }.map(drop)
}

/// Joins the namespaces, and enters the root and the working directory. A joined pid namespace takes effect
/// for the children of this process only.
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

/// Joins a namespace with the caller's own rights if they suffice, whoever owns it. Joins the remaining ones
/// with the rights that the container's user namespace gives.
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
    // The user namespace comes before all others.
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

/// Joins a namespace. First compares the descriptor's inode with the expected one.
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
        // The container's process is outside of its own root: it called chroot and kept its working
        // directory.
        change_directory(entry.root)?;
    }
    Ok(())
}

/// Whether the working directory lies inside the root: then its path begins with a slash. The kernel puts
/// "(unreachable)" before the path of a directory outside the root (Linux 2.6.36), and gives no path for one
/// that was deleted or is too deep.
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

/// Becomes root of the joined user namespace, and drops all supplementary groups.
fn become_root() -> Result<(), i32> {
    // SAFETY: no list is read.
    match unsafe { raw(SYS_setgroups, [0, 0]) } {
        // A user namespace that was created without privileges forbids setgroups to everybody.
        Err(EPERM) => {}
        other => drop(other?),
    }
    for call in [SYS_setresgid, SYS_setresuid] {
        // SAFETY: plain numbers.
        unsafe { raw(call, [0, 0, 0]) }?;
    }
    Ok(())
}

/// How this process looks up its own namespaces, wherever it is by then.
pub(super) enum OwnNamespaces {
    /// Through a pidfd of itself (Linux 6.11). It takes a quarter of the time of /proc, which makes an inode
    /// for each name.
    Pidfd,
    /// Through /proc/self/ns of the caller's mount namespace.
    Proc(i32),
}

impl OwnNamespaces {
    /// Opens the descriptors that are needed before another mount namespace is joined.
    pub fn open(orders: &Orders) -> Result<Self, i32> {
        if orders.has(ASKS_PIDFD) || !orders.has(COMPARES_PLACE) {
            return Ok(Self::Pidfd);
        }
        // SAFETY: a NUL-ended path.
        unsafe { open(c"/proc/self/ns".as_ptr(), O_PATH | O_DIRECTORY) }.map(OwnNamespaces::Proc)
    }
}

/// Compares the namespaces that this process is in with those that it must be in, whatever the kernel
/// answered on the way. Only the first hook of a phase does so, because the others join through the same
/// descriptors. Namespaces that are not joined are inherited, and the parent has compared those.
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

/// The descriptor that this opens is closed together with all others.
fn status_by_pidfd(pidfd: i32, namespace: &NamespaceEntry) -> Result<Statx, i32> {
    // SAFETY: plain numbers, and an empty path.
    unsafe {
        let fd = raw(SYS_ioctl, [arg(pidfd), namespace.request as usize, 0])?;
        Statx::of(int(fd), c"".as_ptr())
    }
}
