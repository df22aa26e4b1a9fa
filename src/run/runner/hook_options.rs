//! The runner's options about the hook's process: where it runs, and what it may do.

use std::os::fd::BorrowedFd;

use super::container::Container;
use super::{ContainerProcess, NamespaceKind, ProcessGroup, Resource, Runner};

impl<'a> Runner<'a> {
    /// The directory of the cgroup (version 2) that hooks start in.
    pub fn cgroup(&mut self, directory: Option<BorrowedFd<'a>>) -> &mut Self {
        self.cgroup = directory;
        self
    }

    /// A process of the container that hooks of createContainer and startContainer run in; `None`, the
    /// default, runs them in the caller's own namespaces.
    pub fn container(&mut self, process: Option<ContainerProcess<'a>>) -> &mut Self {
        self.container = process;
        self
    }

    /// The kinds of namespace that hooks join, if the container's differs from the caller's. An empty list,
    /// the default, means every kind.
    pub fn container_namespaces(&mut self, kinds: impl IntoIterator<Item = NamespaceKind>) -> &mut Self {
        self.container_kinds = kinds.into_iter().fold(0, |flags, kind| flags | kind.flag());
        self
    }

    pub(in crate::run) fn entered(&self) -> Option<Container<'a>> {
        self.container.map(|process| Container { process, kinds: self.container_kinds })
    }

    /// Adds a resource limit, and replaces an earlier one of the same resource.
    pub fn resource(&mut self, limit: Resource) -> &mut Self {
        self.resources.retain(|other| other.resource != limit.resource);
        self.resources.push(limit);
        self
    }

    /// The process group that hooks run in. A hook that enters a container leads a new session in any case.
    pub fn process_group(&mut self, group: ProcessGroup) -> &mut Self {
        self.process_group = group;
        self
    }

    /// Whether the kernel kills a hook when the thread that runs it, or the whole process, dies
    /// (`PR_SET_PDEATHSIG`).
    pub fn die_with_caller(&mut self, on: bool) -> &mut Self {
        self.dies_with_caller = on;
        self
    }

    /// Whether hooks, and the programs that they execute, are kept from gaining privileges
    /// (`PR_SET_NO_NEW_PRIVS`).
    pub fn no_new_privileges(&mut self, on: bool) -> &mut Self {
        self.no_new_privileges = on;
        self
    }

    /// Whether the library makes no call that is newer than Linux 5.4, for a seccomp profile that kills for a call that
    /// it does not know: `clone3` and `close_range`. It also makes no `memfd_create` for the state.
    pub fn old_calls(&mut self, on: bool) -> &mut Self {
        self.old_calls = on;
        self
    }
}
