//! The steps before a child's execve, as errors name them.

use core::fmt;

/// A step that can fail, done by the child or by the parent on its behalf. The child sends the number to the
/// parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
#[non_exhaustive]
pub enum Step {
    /// Joining the cgroup that the runner names.
    Cgroup = 1,
    /// Leading a new process group.
    ProcessGroup = 2,
    /// Setting signals back to their default disposition, and unblocking them.
    Signals = 3,
    /// Putting stdin, stdout and stderr in place.
    Stdio = 4,
    /// Closing every other descriptor.
    CloseDescriptors = 5,
    /// Entering the working directory.
    WorkingDirectory = 6,
    /// Setting a resource limit.
    ResourceLimit = 7,
    /// Giving up the right to gain privileges.
    NoNewPrivileges = 8,
    /// execve itself.
    Execute = 9,
    /// Entering the container's root directory.
    RootDirectory = 10,
    /// Becoming root of the container's user namespace.
    Credentials = 11,
    /// Joining the container's user namespace.
    UserNamespace = 12,
    /// Joining the container's pid namespace.
    PidNamespace = 13,
    /// Joining the container's mount namespace.
    MountNamespace = 14,
    /// Joining the container's network namespace.
    NetworkNamespace = 15,
    /// Joining the container's IPC namespace.
    IpcNamespace = 16,
    /// Joining the container's UTS namespace.
    UtsNamespace = 17,
    /// Joining the container's cgroup namespace.
    CgroupNamespace = 18,
    /// Joining the container's time namespace.
    TimeNamespace = 19,
    /// Leaving the caller's session, in a container.
    Session = 20,
    /// Freeing the copy of the caller's memory, in a fork.
    Memory = 21,
    /// Dying with the caller.
    DieWithCaller = 22,
}

/// Why execve failed, where the errno alone can mean several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
#[non_exhaustive]
pub enum Obstacle {
    /// The interpreter that a script names is missing.
    Interpreter = 1,
    /// The same, and its name ends with the carriage return of a foreign line ending.
    CarriageReturn = 2,
    /// The loader that a program names is missing.
    Loader = 3,
    /// The path is a directory's.
    Directory = 4,
    /// The path is a device's, a pipe's or a socket's.
    NotRegular = 5,
    /// The file's mode permits nobody to execute it.
    Mode = 6,
    /// The file lies on a mount that executes nothing.
    Noexec = 7,
    /// The interpreter that a script names may not be executed.
    InterpreterDenied = 8,
}

impl Obstacle {
    const ALL: [Self; 8] = [
        Self::Interpreter,
        Self::CarriageReturn,
        Self::Loader,
        Self::Directory,
        Self::NotRegular,
        Self::Mode,
        Self::Noexec,
        Self::InterpreterDenied,
    ];

    /// The obstacle of that number.
    pub(crate) fn from_raw(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|obstacle| *obstacle as u32 == number)
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interpreter => "its interpreter is missing",
            Self::CarriageReturn => {
                "its interpreter is missing, since its first line ends with a carriage return"
            }
            Self::Loader => "its loader is missing",
            Self::Directory => "it is a directory",
            Self::NotRegular => "it is not a regular file",
            Self::Mode => "its mode permits nobody to execute it",
            Self::Noexec => "it lies on a mount with noexec",
            Self::InterpreterDenied => "its interpreter may not be executed",
        })
    }
}

impl Step {
    const ALL: [Self; 22] = [
        Self::Cgroup,
        Self::ProcessGroup,
        Self::Signals,
        Self::Stdio,
        Self::CloseDescriptors,
        Self::WorkingDirectory,
        Self::ResourceLimit,
        Self::NoNewPrivileges,
        Self::Execute,
        Self::RootDirectory,
        Self::Credentials,
        Self::UserNamespace,
        Self::PidNamespace,
        Self::MountNamespace,
        Self::NetworkNamespace,
        Self::IpcNamespace,
        Self::UtsNamespace,
        Self::CgroupNamespace,
        Self::TimeNamespace,
        Self::Session,
        Self::Memory,
        Self::DieWithCaller,
    ];

    /// The step with that number.
    pub(crate) fn from_raw(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step as u32 == number)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cgroup => "could not join its cgroup",
            Self::ProcessGroup => "could not be given a process group",
            Self::Signals => "could not be given default signals",
            Self::Stdio => "could not be given its stdin, stdout and stderr",
            Self::CloseDescriptors => "could not be kept from other descriptors",
            Self::WorkingDirectory => "could not enter its working directory",
            Self::ResourceLimit => "could not be given its resource limits",
            Self::NoNewPrivileges => "could not be kept from new privileges",
            Self::Execute => "could not be executed",
            Self::RootDirectory => "could not enter the container's root directory",
            Self::Credentials => "could not become root of the container's user namespace",
            Self::UserNamespace => "could not join the container's user namespace",
            Self::PidNamespace => "could not join the container's pid namespace",
            Self::MountNamespace => "could not join the container's mount namespace",
            Self::NetworkNamespace => "could not join the container's network namespace",
            Self::IpcNamespace => "could not join the container's IPC namespace",
            Self::UtsNamespace => "could not join the container's UTS namespace",
            Self::CgroupNamespace => "could not join the container's cgroup namespace",
            Self::TimeNamespace => "could not join the container's time namespace",
            Self::Session => "could not be given a session",
            Self::Memory => "could not leave the caller's memory",
            Self::DieWithCaller => "could not be made to die with its caller",
        })
    }
}
