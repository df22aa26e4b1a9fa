//! The container whose namespaces a phase's hooks run in, in the phases for which the spec requires it.

use std::os::fd::BorrowedFd;

use crate::step::Step;

/// A process of a container, most often its init.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ContainerProcess<'a> {
    /// By a pidfd, which can't come to mean another process.
    Pidfd(BorrowedFd<'a>),
    /// By its pid, which must stay its own while phases run with it. A child that was not reaped keeps its
    /// pid.
    Pid(i32),
}

/// A container, as it was set on the runner.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct Container<'a> {
    pub process: ContainerProcess<'a>,
    /// The kinds that may be joined, `CLONE_NEW*`; 0 for every kind.
    pub kinds: i32,
}

impl Container<'_> {
    /// Whether a namespace of that kind may be joined.
    pub fn may_join(&self, kind: NamespaceKind) -> bool {
        self.kinds == 0 || self.kinds & kind.flag() != 0
    }
}

/// A kind of namespace (namespaces(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // they are the system's own words
#[non_exhaustive]
pub enum NamespaceKind {
    User,
    Cgroup,
    Ipc,
    Uts,
    Network,
    Pid,
    Time,
    Mount,
}

/// The system's names and numbers of a kind.
struct Facts {
    kind: NamespaceKind,
    /// The flag for setns.
    flag: i32,
    /// Its name in /proc/PID/ns.
    file: &'static str,
    /// The number of the pidfd's ioctl (Linux 6.11).
    ioctl: u32,
    /// File and ioctl of the namespace that a task's children get, which differs from the task's own after
    /// unshare.
    for_children: (&'static str, u32),
    step: Step,
}

/// The user namespace comes first, because it gives the rights to join the others. The mount namespace comes
/// last, because it changes what paths mean.
const TABLE: [Facts; 8] = {
    use NamespaceKind::*;
    [
        facts(User, libc::CLONE_NEWUSER, "user", 9, Step::UserNamespace),
        facts(Cgroup, libc::CLONE_NEWCGROUP, "cgroup", 1, Step::CgroupNamespace),
        facts(Ipc, libc::CLONE_NEWIPC, "ipc", 2, Step::IpcNamespace),
        facts(Uts, libc::CLONE_NEWUTS, "uts", 10, Step::UtsNamespace),
        facts(Network, libc::CLONE_NEWNET, "net", 4, Step::NetworkNamespace),
        Facts {
            for_children: ("pid_for_children", 6),
            ..facts(Pid, libc::CLONE_NEWPID, "pid", 5, Step::PidNamespace)
        },
        Facts {
            for_children: ("time_for_children", 8),
            ..facts(Time, CLONE_NEWTIME, "time", 7, Step::TimeNamespace)
        },
        facts(Mount, libc::CLONE_NEWNS, "mnt", 3, Step::MountNamespace),
    ]
};

/// Linux 5.6; libc lacks it on some targets.
const CLONE_NEWTIME: i32 = 0x80;

const fn facts(kind: NamespaceKind, flag: i32, file: &'static str, ioctl: u32, step: Step) -> Facts {
    Facts { kind, flag, file, ioctl, for_children: (file, ioctl), step }
}

impl NamespaceKind {
    /// Every kind, in the order in which they are joined.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|facts| facts.kind)
    }

    /// Its flag for setns and clone, `CLONE_NEW*`.
    pub fn flag(self) -> i32 {
        self.facts().flag
    }

    /// The file in /proc/PID/ns and the pidfd's ioctl of the namespace that a task is in.
    pub(in crate::run) fn current(self) -> (&'static str, u32) {
        (self.facts().file, self.facts().ioctl)
    }

    /// File and ioctl of the namespace that the task's children get.
    pub(in crate::run) fn for_children(self) -> (&'static str, u32) {
        self.facts().for_children
    }

    pub(in crate::run) fn step(self) -> Step {
        self.facts().step
    }

    fn facts(self) -> &'static Facts {
        &TABLE[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (place, facts) in TABLE.iter().enumerate() {
            assert_eq!(facts.kind as usize, place, "{}", facts.file);
        }
    }
}
