//! A container's namespaces: those that are not the caller's, held open for a phase, for its hooks to join.

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

/// What makes a namespace, or a directory, the same as another.
type Identity = (u64, u64);

/// A kind of namespace that the hooks belong in one of.
#[derive(Debug)]
struct Place {
    kind: NamespaceKind,
    inode: u64,
    /// What to join; `None` where children of the caller are there already.
    join: Option<OwnedFd>,
}

/// A container, ready for hooks to enter.
#[derive(Debug)]
pub(in crate::run::process) struct ContainerNamespaces {
    process: Task,
    places: Vec<Place>,
    /// The container's root and working directory, where a hook's path is resolved in it.
    root: Option<OwnedFd>,
    directory: Option<OwnedFd>,
}

impl ContainerNamespaces {
    /// Finds what the hooks of a phase have to join. `inside`: their paths are resolved in
    /// the container.
    pub fn find(container: &Container<'_>, inside: bool) -> Result<Self, Outcome> {
        let (own, held) = (Task::own(), hold(container)?);
        let process =
            Task::of(held).map_err(|errno| Outcome::SpawnFailed { step: first_step(container), errno })?;
        check_alive(&process, container)?;
        let mut places = Vec::new();
        for kind in NamespaceKind::all().filter(|kind| container.may_join(*kind)) {
            places.extend(place(&own, &process, kind)?);
        }
        let mut namespaces = Self { process, places, root: None, directory: None };
        if inside && container.may_join(NamespaceKind::Mount) {
            namespaces
                .open_root()
                .map_err(|errno| Outcome::SpawnFailed { step: Step::RootDirectory, errno })?;
        }
        // What was opened by its number in /proc is the container's only if that lived on until here.
        check_alive(&namespaces.process, container)?;
        Ok(namespaces)
    }

    /// Whether the caller's children are where the hooks belong: there is nothing to join.
    pub fn are_the_callers(&self) -> bool {
        self.places.iter().all(|place| place.join.is_none()) && self.root.is_none()
    }

    /// Fails where the container is gone: its namespaces may be there still, held by us.
    pub fn check(&self, container: &Container<'_>) -> Result<(), Outcome> {
        check_alive(&self.process, container)
    }

    /// What a child needs of it.
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

    /// Whether a pidfd hands out namespaces here.
    pub fn pidfds_answer(&self) -> bool {
        self.process.answers.get()
    }

    /// Opens the root and the working directory. A caller without /proc does without: the mount namespace's own
    /// root is the container's, unless that was made by chroot.
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

/// Whether the caller's own side has /proc: then what is missing there is missing because of the container's process.
fn proc_is_mounted() -> bool {
    !matches!(open(c"/proc/self", libc::O_PATH), Err(Errno(libc::ENOENT)))
}

/// Where hooks belong, of one kind of namespace; `None` where the kernel has none of that kind. That is believed of both
/// sides only: whatever keeps one of them from telling its namespace is an error.
fn place(own: &Task, process: &Task, kind: NamespaceKind) -> Result<Option<Place>, Outcome> {
    let failed = |errno| Outcome::SpawnFailed { step: kind.step(), errno };
    // One that was unshared and has no process yet (pid) is not there to be compared: then it is another one.
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

/// The step that a failure is named by which concerns the container as a whole: the first that would be taken.
fn first_step(container: &Container<'_>) -> Step {
    let first = NamespaceKind::all().find(|kind| container.may_join(*kind));
    first.map_or(Step::RootDirectory, NamespaceKind::step)
}

/// A descriptor of the container's process that is ours.
fn hold(container: &Container<'_>) -> Result<OwnedFd, Outcome> {
    const HOLD: &str = "duplicate of the container's pidfd";
    let failed = |errno| Outcome::SpawnFailed { step: first_step(container), errno };
    match container.process {
        ContainerProcess::Pidfd(pidfd) => {
            duplicate(pidfd.as_raw_fd(), HOLD).map_err(|failure| failed(failure.errno))
        }
        ContainerProcess::Pid(pid) => Ok(above_stdio(pidfd::open(pid, 0).map_err(failed)?, HOLD)?),
    }
}

/// A pidfd becomes readable when its process ends.
fn check_alive(process: &Task, container: &Container<'_>) -> Result<(), Outcome> {
    match process.pidfd.as_ref().map_or(Ok(false), |pidfd| pidfd::has_ended(pidfd.as_fd())) {
        Ok(false) => Ok(()),
        Ok(true) => Err(Outcome::SpawnFailed { step: first_step(container), errno: Errno(libc::ESRCH) }),
        Err(SystemFailure { errno, .. }) => Err(Outcome::SpawnFailed { step: first_step(container), errno }),
    }
}

fn identity(fd: &OwnedFd) -> Result<Identity, Errno> {
    let mut status = MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: a structure to fill, valid when zeroed.
    let (answer, status) =
        unsafe { (libc::fstat(fd.as_raw_fd(), status.as_mut_ptr()), status.assume_init()) };
    if answer == 0 { Ok((status.st_dev, status.st_ino)) } else { Err(Errno::last()) }
}
