//! A container's namespaces. Those that differ from the caller's are held open for a phase, for its hooks to
//! join.

mod task;

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use crate::errno::Errno;
use crate::outcome::Outcome;
use crate::run::process::child::{ContainerEntry, NO_DESCRIPTOR};
use crate::run::process::pidfd;
use crate::run::process::pidfd::namespaces::request;
use crate::run::process::system::descriptor::{above_stdio, duplicate, open};
use crate::run::process::system::failure::SystemFailure;
use crate::run::runner::container::{Container, ContainerProcess, NamespaceKind};
use crate::step::Step;
use task::Task;

/// Device and inode, which identify a namespace or a directory.
type Identity = (u64, u64);

/// The namespace of one kind that the hooks belong in.
#[derive(Debug)]
struct Place {
    kind: NamespaceKind,
    inode: u64,
    /// The namespace to join; `None` if children of the caller are in it already.
    join: Option<OwnedFd>,
}

/// A container, ready for hooks to enter.
#[derive(Debug)]
pub(in crate::run::process) struct ContainerNamespaces {
    process: Task,
    places: Vec<Place>,
    /// The container's root and working directory, if a hook's path is resolved inside.
    root: Option<OwnedFd>,
    directory: Option<OwnedFd>,
}

impl ContainerNamespaces {
    /// Finds the namespaces that the hooks of a phase have to join. With `inside`, their paths are resolved
    /// in the container.
    pub fn find(container: &Container<'_>, inside: bool) -> Result<Self, Outcome> {
        let (own, held) = (Task::own(), hold(container)?);
        let process = Task::of(held).map_err(|errno| Outcome::SpawnFailed {
            step: first_step(container),
            errno,
            obstacle: None,
        })?;
        check_alive(&process, container)?;
        let mut places = Vec::new();
        for kind in NamespaceKind::all().filter(|kind| container.may_join(*kind)) {
            places.extend(place(&own, &process, kind)?);
        }
        let mut namespaces = Self { process, places, root: None, directory: None };
        if inside && container.may_join(NamespaceKind::Mount) {
            namespaces.open_root().map_err(|errno| Outcome::SpawnFailed {
                step: Step::RootDirectory,
                errno,
                obstacle: None,
            })?;
        }
        // The namespaces that were opened by pid in /proc are the container's only if its process has lived
        // until here.
        check_alive(&namespaces.process, container)?;
        Ok(namespaces)
    }

    /// Whether the caller's children are already where the hooks belong, so that there is nothing to join.
    pub fn are_the_callers(&self) -> bool {
        self.places.iter().all(|place| place.join.is_none()) && self.root.is_none()
    }

    /// Fails if the container is gone. Its namespaces may still exist, because we hold them open.
    pub fn check(&self, container: &Container<'_>) -> Result<(), Outcome> {
        check_alive(&self.process, container)
    }

    /// The container in the form that a child reads.
    pub fn entry(&self) -> ContainerEntry {
        let number = |fd: &Option<OwnedFd>| fd.as_ref().map_or(NO_DESCRIPTOR, AsRawFd::as_raw_fd);
        let mut entry = ContainerEntry::NONE;
        for (place, namespace) in self.places.iter().zip(&mut entry.namespaces) {
            let (file, ioctl) = place.kind.for_children();
            namespace.file[..file.len()].copy_from_slice(file.as_bytes());
            namespace.inode = place.inode;
            namespace.fd = number(&place.join);
            namespace.flag = place.kind.flag();
            namespace.step = place.kind.step() as u32;
            namespace.request = u32::try_from(request(ioctl)).unwrap_or(0);
            entry.count += 1;
        }
        (entry.root, entry.directory) = (number(&self.root), number(&self.directory));
        entry
    }

    /// Whether a pidfd gives access to namespaces on this kernel.
    pub fn pidfds_answer(&self) -> bool {
        self.process.answers.get()
    }

    /// Opens the root and the working directory. Without /proc, hooks enter the mount namespace's own root.
    /// That is the container's root, unless it was changed by chroot.
    fn open_root(&mut self) -> Result<(), Errno> {
        let mount =
            self.places.iter().any(|place| place.kind == NamespaceKind::Mount && place.join.is_some());
        let root = match self.process.open("root", libc::O_PATH | libc::O_DIRECTORY) {
            Err(Errno(libc::ENOENT)) if mount && !proc_is_mounted() => return Ok(()),
            other => other?,
        };
        if mount || identity(&root)? != identity(&open(c"/", libc::O_PATH)?)? {
            let directory = self.process.open("cwd", libc::O_PATH | libc::O_DIRECTORY)?;
            let above = |fd| above_stdio(fd, "duplicate").map_err(|failure| failure.errno);
            (self.root, self.directory) = (Some(above(root)?), Some(above(directory)?));
        }
        Ok(())
    }
}

/// Whether the caller has /proc: then a file that is missing there is missing because of the container's
/// process.
fn proc_is_mounted() -> bool {
    !matches!(open(c"/proc/self", libc::O_PATH), Err(Errno(libc::ENOENT)))
}

/// The namespace of one kind that the hooks belong in; `None` if the kernel lacks that kind. Both sides have
/// to show that it does: if only one of them can't open its namespace, that is an error.
fn place(own: &Task, process: &Task, kind: NamespaceKind) -> Result<Option<Place>, Outcome> {
    let failed = |errno| Outcome::SpawnFailed { step: kind.step(), errno, obstacle: None };
    // A pid namespace that was unshared and has no process yet can't be opened for the comparison. It differs
    // from the container's in any case.
    let mine = own.namespace(kind.for_children()).map_err(failed)?;
    let is_known = mine.is_some() || own.namespace(kind.current()).map_err(failed)?.is_some();
    let theirs = match (is_known, process.namespace(kind.current()).map_err(failed)?) {
        (false, None) => return Ok(None),
        (false, Some(_)) => return Err(failed(Errno(libc::ENOENT))),
        (true, None) => return Err(failed(Errno(libc::ESRCH))),
        (true, Some(theirs)) => theirs,
    };
    let theirs_id = identity(&theirs).map_err(failed)?;
    let is_mine = match mine {
        Some(mine) => identity(&mine).map_err(failed)? == theirs_id,
        None => false,
    };
    let join =
        if is_mine { None } else { Some(above_stdio(theirs, "duplicate of a namespace's descriptor")?) };
    Ok(Some(Place { kind, inode: theirs_id.1, join }))
}

/// The step that names a failure of the container as a whole: the first step that would be taken.
fn first_step(container: &Container<'_>) -> Step {
    let first = NamespaceKind::all().find(|kind| container.may_join(*kind));
    first.map_or(Step::RootDirectory, NamespaceKind::step)
}

/// Our own descriptor of the container's process.
fn hold(container: &Container<'_>) -> Result<OwnedFd, Outcome> {
    const HOLD: &str = "duplicate of the container's pidfd";
    let failed = |errno| Outcome::SpawnFailed { step: first_step(container), errno, obstacle: None };
    match container.process {
        ContainerProcess::Pidfd(pidfd) => {
            duplicate(pidfd.as_raw_fd(), HOLD).map_err(|failure| failed(failure.errno))
        }
        ContainerProcess::Pid(pid) => Ok(above_stdio(pidfd::open(pid, 0).map_err(failed)?, HOLD)?),
    }
}

/// Fails if the container's process has ended: its pidfd is then readable.
fn check_alive(process: &Task, container: &Container<'_>) -> Result<(), Outcome> {
    match process.pidfd.as_ref().map_or(Ok(false), |pidfd| pidfd::has_ended(pidfd.as_fd())) {
        Ok(false) => Ok(()),
        Ok(true) => Err(Outcome::SpawnFailed {
            step: first_step(container),
            errno: Errno(libc::ESRCH),
            obstacle: None,
        }),
        Err(SystemFailure { errno, .. }) => {
            Err(Outcome::SpawnFailed { step: first_step(container), errno, obstacle: None })
        }
    }
}

fn identity(fd: &OwnedFd) -> Result<Identity, Errno> {
    let mut status = MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: a structure to fill, valid when zeroed.
    let (answer, status) =
        unsafe { (libc::fstat(fd.as_raw_fd(), status.as_mut_ptr()), status.assume_init()) };
    if answer == 0 { Ok((status.st_dev, status.st_ino)) } else { Err(Errno::last()) }
}
