//! Entering a container. Runs in the child, by its rules; the child is a fork here, with a memory of its own.

use std::sync::atomic::Ordering;

use syscalls::raw;

use super::kernel::answer;
use super::plan::Join;
use super::stack::Slot;
use crate::run::container::NamespaceKind;
use crate::run::step::Step;

/// Joins the pid namespace: by the caller's own rights, or else by those that the container's user namespace gives. Says
/// whether that was joined for it. Then the caller has no rights of its own over any namespace: these come with those over
/// the one that it is in.
pub(super) fn pid_namespace(join: &Join) -> Result<bool, (Step, i32)> {
    let set = |kind: NamespaceKind| {
        let fd = join.namespaces.iter().find(|(joined, _)| *joined == kind).map_or(-1, |(_, fd)| *fd);
        set_namespace(kind, fd).map_err(|errno| (kind.step(), errno))
    };
    match set(NamespaceKind::Pid) {
        Err((_, libc::EPERM)) if join.has(NamespaceKind::User) => {
            set(NamespaceKind::User)?;
            set(NamespaceKind::Pid).map(|()| true)
        }
        other => other.map(|()| false),
    }
}

/// Joins the other namespaces. Those that the caller's own rights open are joined by these, whoever owns them; the rest
/// with the rights that the container's user namespace gives.
pub(super) fn namespaces(join: &Join, in_user_namespace: bool) -> Result<(), (Step, i32)> {
    let user = join.has(NamespaceKind::User) && !in_user_namespace;
    let mut refused = 0;
    let others = |kind: NamespaceKind| !matches!(kind, NamespaceKind::User | NamespaceKind::Pid);
    for &(kind, fd) in join.namespaces.iter().filter(|(kind, _)| others(*kind)) {
        match set_namespace(kind, fd) {
            Err(libc::EPERM) if user => refused |= kind.flag(),
            other => other.map_err(|errno| (kind.step(), errno))?,
        }
    }
    let is_left = |kind: NamespaceKind| (user && kind == NamespaceKind::User) || refused & kind.flag() != 0;
    for &(kind, fd) in join.namespaces.iter().filter(|(kind, _)| is_left(*kind)) {
        set_namespace(kind, fd).map_err(|errno| (kind.step(), errno))?;
    }
    Ok(())
}

fn set_namespace(kind: NamespaceKind, fd: i32) -> Result<(), i32> {
    // SAFETY: plain numbers.
    answer(unsafe { raw::syscall2(libc::SYS_setns as usize, fd as usize, kind.flag() as usize) }).map(drop)
}

/// Keeps what is in the container from looking into this process, whose memory is a copy of the host's.
pub(super) fn hide() -> Result<(), i32> {
    let (option, off) = (libc::PR_SET_DUMPABLE as usize, 0);
    // SAFETY: plain numbers; the memory concerned is this process's own.
    answer(unsafe { raw::syscall5(libc::SYS_prctl as usize, option, off, 0, 0, 0) }).map(drop)
}

/// A process gets a pid namespace by birth only: makes one that goes on from here, as a child of this one's parent,
/// and ends this one. Returns in the new process alone.
pub(super) fn be_born(slot: &Slot) -> Result<(), i32> {
    let flags = (libc::CLONE_PARENT | libc::CLONE_PIDFD | libc::SIGCHLD) as usize;
    let pidfd = slot.pidfd.as_ptr() as usize;
    #[cfg(target_arch = "s390x")]
    let (first, second) = (0, flags);
    #[cfg(not(target_arch = "s390x"))]
    let (first, second) = (flags, 0);
    // SAFETY: a fork: the new process goes on with a copy of this stack. The kernel writes the pidfd's number, which is
    // the host's as well, since this process shares its descriptors.
    match answer(unsafe { raw::syscall5(libc::SYS_clone as usize, first, second, pidfd, 0, 0) })? {
        0 => Ok(()),
        pid => {
            slot.pid.store(pid as i32, Ordering::Release);
            loop {
                // SAFETY: ends this process.
                unsafe { raw::syscall1(libc::SYS_exit_group as usize, 0) };
            }
        }
    }
}

/// Enters the container's root and working directory.
pub(super) fn root(join: &Join) -> Result<(), i32> {
    if join.root < 0 {
        return Ok(());
    }
    let change_directory = |fd: i32| {
        // SAFETY: plain numbers.
        answer(unsafe { raw::syscall1(libc::SYS_fchdir as usize, fd as usize) })
    };
    change_directory(join.root)?;
    // SAFETY: a NUL-ended path.
    answer(unsafe { raw::syscall1(libc::SYS_chroot as usize, c".".as_ptr() as usize) })?;
    change_directory(join.directory).map(drop)
}

/// Becomes root of the user namespace that was joined, without any other group.
pub(super) fn credentials(join: &Join) -> Result<(), i32> {
    if !join.has(NamespaceKind::User) {
        return Ok(());
    }
    // SAFETY: no list is read.
    match answer(unsafe { raw::syscall2(libc::SYS_setgroups as usize, 0, 0) }) {
        // A user namespace that was made without privileges forbids it to everybody.
        Err(libc::EPERM) => {}
        other => drop(other?),
    }
    for call in [libc::SYS_setresgid, libc::SYS_setresuid] {
        // SAFETY: plain numbers.
        answer(unsafe { raw::syscall3(call as usize, 0, 0, 0) })?;
    }
    Ok(())
}
