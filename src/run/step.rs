//! What a child does between clone and execve, step by step, as errors name it.

use std::fmt;

/// A step of the child's that can fail. The numbers travel from the child to the parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
#[non_exhaustive]
pub enum Step {
    /// Joining the cgroup that the runner names.
    Cgroup = 1,
    /// Leading a process group of its own.
    ProcessGroup = 2,
    /// Setting signals back to their defaults, and unblocking them.
    Signals = 3,
    /// Putting stdin, stdout and stderr in place.
    Stdio = 4,
    /// Closing every other descriptor.
    CloseDescriptors = 5,
    /// Entering the working directory.
    WorkingDirectory = 6,
    /// Setting a resource limit.
    ResourceLimit = 7,
    /// Giving up new privileges.
    NoNewPrivileges = 8,
    /// execve itself.
    Execute = 9,
}

impl Step {
    const ALL: [Step; 9] = [
        Step::Cgroup,
        Step::ProcessGroup,
        Step::Signals,
        Step::Stdio,
        Step::CloseDescriptors,
        Step::WorkingDirectory,
        Step::ResourceLimit,
        Step::NoNewPrivileges,
        Step::Execute,
    ];

    /// The step of that number.
    pub(super) fn from_raw(number: u32) -> Option<Step> {
        Step::ALL.into_iter().find(|step| *step as u32 == number)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Cgroup => "could not join its cgroup",
            Step::ProcessGroup => "could not be given a process group",
            Step::Signals => "could not be given default signals",
            Step::Stdio => "could not be given its stdin, stdout and stderr",
            Step::CloseDescriptors => "could not be kept from other descriptors",
            Step::WorkingDirectory => "could not enter its working directory",
            Step::ResourceLimit => "could not be given its resource limits",
            Step::NoNewPrivileges => "could not be kept from new privileges",
            Step::Execute => "could not be executed",
        })
    }
}
