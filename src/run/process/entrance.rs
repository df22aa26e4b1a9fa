//! The way into a container: those of its namespaces that are not the caller's, held open for a phase.
//!
//! Asked of the pidfd (Linux 6.11), or of /proc where the kernel is older.

use std::cell::Cell;
use std::ffi::CString;
use std::io::ErrorKind;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

use super::child::ContainerEntry;
use super::descriptor::{above_stdio, duplicate, is_readable, open};
use super::pidfd::{self, PIDFD_THREAD};
use super::{Failure, SystemFailure};
use crate::errno::Errno;
use crate::run::container::{Container, ContainerProcess, NamespaceKind};
use crate::run::step::Step;

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
pub(super) struct Entrance {
    process: Task,
    places: Vec<Place>,
    /// The container's root and working directory, where a hook's path is resolved in it.
    root: Option<OwnedFd>,
    directory: Option<OwnedFd>,
}

impl Entrance {
    /// Finds what the hooks of a phase have to join; `None` where that is nothing. `inside`: their paths are resolved in
    /// the container.
    pub fn find(container: &Container<'_>, inside: bool) -> Result<Option<Entrance>, Failure> {
        let (own, held) = (Task::own(), hold(container)?);
        let process = Task::of(held).map_err(|errno| Failure::Step(first_step(container), errno))?;
        check_alive(&process, container)?;
        let mut places = Vec::new();
        for kind in NamespaceKind::all().filter(|kind| container.may_join(*kind)) {
            places.extend(place(&own, &process, kind)?);
        }
        let mut entrance = Entrance { process, places, root: None, directory: None };
        if inside && container.may_join(NamespaceKind::Mount) {
            entrance.open_root().map_err(|errno| Failure::Step(Step::RootDirectory, errno))?;
        }
        // What was opened by its number in /proc is the container's only if that lived on until here.
        check_alive(&entrance.process, container)?;
        let nothing = entrance.places.iter().all(|place| place.join.is_none()) && entrance.root.is_none();
        Ok(if nothing { None } else { Some(entrance) })
    }

    /// Fails where the container is gone: its namespaces may be there still, held by us.
    pub fn check(&self, container: &Container<'_>) -> Result<(), Failure> {
        check_alive(&self.process, container)
    }

    /// What a child needs of it.
    pub fn entry(&self) -> ContainerEntry {
        let number = |fd: &Option<OwnedFd>| fd.as_ref().map_or(-1, AsRawFd::as_raw_fd);
        let mut entry = ContainerEntry::NONE;
        for (place, namespace) in self.places.iter().zip(&mut entry.namespaces) {
            let (file, ioctl) = place.kind.for_children();
            namespace.file[..file.len()].copy_from_slice(file.as_bytes());
            namespace.inode = place.inode;
            namespace.fd = number(&place.join);
            namespace.flag = place.kind.flag();
            namespace.step = place.kind.step() as u32;
            namespace.request = request(ioctl) as u32;
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
        let root = match open_path(&format!("{}/root", self.process.proc), libc::O_PATH | libc::O_DIRECTORY) {
            Err(Errno(libc::ENOENT)) if mount && !proc_is_mounted() => return Ok(()),
            other => other?,
        };
        if mount || identity(&root)? != identity(&open(c"/", libc::O_PATH)?)? {
            let directory =
                open_path(&format!("{}/cwd", self.process.proc), libc::O_PATH | libc::O_DIRECTORY)?;
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
fn place(own: &Task, process: &Task, kind: NamespaceKind) -> Result<Option<Place>, Failure> {
    let failed = |errno| Failure::Step(kind.step(), errno);
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
fn hold(container: &Container<'_>) -> Result<OwnedFd, Failure> {
    const HOLD: &str = "duplicate of the container's pidfd";
    let failed = |errno| Failure::Step(first_step(container), errno);
    match container.process {
        ContainerProcess::Pidfd(pidfd) => {
            duplicate(pidfd.as_raw_fd(), HOLD).map_err(|failure| failed(failure.errno))
        }
        ContainerProcess::Pid(pid) => Ok(above_stdio(pidfd::open(pid, 0).map_err(failed)?, HOLD)?),
    }
}

/// A pidfd becomes readable when its process ends.
fn check_alive(process: &Task, container: &Container<'_>) -> Result<(), Failure> {
    match process.pidfd.as_ref().map_or(Ok(false), |pidfd| is_readable(pidfd.as_fd())) {
        Ok(false) => Ok(()),
        Ok(true) => Err(Failure::Step(first_step(container), Errno(libc::ESRCH))),
        Err(SystemFailure { errno, .. }) => Err(Failure::Step(first_step(container), errno)),
    }
}

/// Whose namespaces are asked for.
#[derive(Debug)]
struct Task {
    /// Whether the pidfd hands out namespaces.
    answers: Cell<bool>,
    /// `None` before Linux 6.9, for a thread.
    pidfd: Option<OwnedFd>,
    /// Its directory in /proc.
    proc: String,
}

impl Task {
    /// The calling thread, whose namespaces its children get.
    fn own() -> Task {
        // SAFETY: no arguments.
        let pidfd = pidfd::open(unsafe { libc::gettid() }, PIDFD_THREAD).ok();
        Task { answers: Cell::new(false), pidfd, proc: "/proc/thread-self".into() }
    }

    fn of(process: OwnedFd) -> Result<Task, Errno> {
        let pid = pid_of(&process)?.unwrap_or(-1);
        Ok(Task { answers: Cell::new(false), pidfd: Some(process), proc: format!("/proc/{pid}") })
    }

    /// A namespace of the task, by its file and the pidfd's ioctl; `None` where it says that there is none.
    fn namespace(&self, (file, ioctl): (&str, u32)) -> Result<Option<OwnedFd>, Errno> {
        match self.pidfd.as_ref().map(|fd| namespace_of(fd, ioctl)) {
            Some(Ok(fd)) => {
                self.answers.set(true);
                Ok(Some(fd))
            }
            // It answers what is wrong with the process; anything else may mean that it knows no such question.
            Some(Err(Errno(errno @ (libc::ESRCH | libc::EMFILE | libc::ENFILE | libc::ENOMEM)))) => {
                Err(Errno(errno))
            }
            Some(Err(refused)) => self.namespace_in_proc(file).map_err(|errno| match errno {
                // Without /proc, the pidfd's is the better answer: of a kernel that was built without that kind, say.
                Errno(libc::ENOENT) => refused,
                errno => errno,
            }),
            None => self.namespace_in_proc(file),
        }
    }

    fn namespace_in_proc(&self, file: &str) -> Result<Option<OwnedFd>, Errno> {
        match open_path(&format!("{}/ns/{file}", self.proc), libc::O_RDONLY) {
            Ok(fd) => Ok(Some(fd)),
            Err(Errno(libc::ENOENT)) if open_path(&format!("{}/ns", self.proc), libc::O_PATH).is_ok() => {
                Ok(None)
            }
            Err(errno) => Err(errno),
        }
    }
}

/// The request by which a pidfd hands out a namespace: `_IO(0xFF, number)`.
fn request(ioctl: u32) -> libc::Ioctl {
    libc::_IO(0xFF, ioctl)
}

/// The pidfd's own answer.
fn namespace_of(pidfd: &OwnedFd, ioctl: u32) -> Result<OwnedFd, Errno> {
    // SAFETY: no argument is read or written.
    let fd = unsafe { libc::ioctl(pidfd.as_raw_fd(), request(ioctl), 0) };
    // SAFETY: it is new, and nobody else's.
    if fd < 0 { Err(Errno::last()) } else { Ok(unsafe { OwnedFd::from_raw_fd(fd) }) }
}

/// The number of a pidfd's process; `None` where there is no /proc to ask. Where there is one, it has to tell: what is
/// not found in it is taken for a container without a root of its own.
fn pid_of(pidfd: &OwnedFd) -> Result<Option<i32>, Errno> {
    let text = match std::fs::read_to_string(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd())) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Errno(error.raw_os_error().unwrap_or(libc::EIO))),
    };
    let number = text.lines().find_map(|line| line.strip_prefix("Pid:"));
    Ok(number.and_then(|number| number.trim().parse().ok()))
}

fn identity(fd: &OwnedFd) -> Result<Identity, Errno> {
    let mut status = MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: a structure to fill, valid when zeroed.
    let (answer, status) =
        unsafe { (libc::fstat(fd.as_raw_fd(), status.as_mut_ptr()), status.assume_init()) };
    if answer == 0 { Ok((status.st_dev, status.st_ino)) } else { Err(Errno::last()) }
}

fn open_path(path: &str, flags: i32) -> Result<OwnedFd, Errno> {
    open(&CString::new(path).map_err(|_| Errno(libc::EINVAL))?, flags)
}
