"""What is run: a situation (situation.c), and what fails in it to begin with, so that the ways around that fail too."""
import dataclasses


@dataclasses.dataclass
class Scenario:
    name: str
    about: str
    situation: str = ""
    # ROLE CALL NTH ERRNO, as of an older kernel or a seccomp profile.
    to_begin_with: tuple = ()

    def __post_init__(self):
        self.situation = self.situation or self.name


SCENARIOS = [
    Scenario("defaults", "one hook, nothing set"),
    Scenario("two-hooks", "two hooks, the second with what the first left in the workshop"),
    Scenario("exit-3", "a hook that fails"),
    Scenario("not-executed", "a hook that does not exist"),
    Scenario("poststop", "a phase that goes on after a failure"),
    Scenario("loud", "a hook that writes 200 KB of output"),
    Scenario("discarded", "both streams discarded"),
    Scenario("handed-over", "stdout to a descriptor below 3, stderr inherited"),
    Scenario("no-streams", "a host without a stdin"),
    Scenario("middle-state", "a state of 20 KB: a pipe, without blocking"),
    Scenario("large-state", "a state of 200 KB: a memfd"),
    Scenario("fed-state", "the same where RLIMIT_FSIZE is less: fed while the hook runs"),
    Scenario("options", "directory, limit, no new privileges, no loader's variables, budget"),
    Scenario("timeout", "a hook that ignores SIGTERM, a timeout and a grace"),
    Scenario("canceled", "canceled while the hook runs"),
    Scenario("children-ignored", "a host that ignores SIGCHLD"),
    Scenario("memory", "every allocation above a page is a mapping, and the heap is trimmed at once"),
    Scenario("no-memory", "the same, and no mapping is to be had: malloc has the heap alone", "memory",
             ("parent mmap * ENOMEM",)),
    Scenario("cgroup", "two hooks in a cgroup, the second up to its timeout"),
    Scenario("start-container", "startContainer in all namespaces, the user's too"),
    Scenario("create-container", "createContainer, the program opened outside"),
    Scenario("create-by-script", "createContainer, a script"),
    Scenario("no-close-range", "no close_range", "defaults", ("child close_range * ENOSYS",)),
    Scenario("no-list", "no close_range and no /proc", "options",
             ("child close_range * ENOSYS", "child openat * ENOENT")),
    Scenario("no-clone3", "two hooks, no clone3", "two-hooks", ("parent clone3 * ENOSYS",)),
    Scenario("vfork", "an emulator's clone: vfork's only", "defaults", ("parent clone3 * ENOSYS", "parent clone 1 EINVAL")),
    Scenario("no-pidfd", "an emulator's clone: vfork's, without a pidfd", "defaults",
             ("parent clone3 * ENOSYS", "parent clone 1 EINVAL", "parent clone 2 EINVAL")),
    Scenario("no-waitid", "no waitid", "exit-3", ("parent waitid * EPERM",)),
    Scenario("reaped-late", "the status is not to be had at the first look", "exit-3", ("parent waitid 1 ECHILD",)),
    Scenario("no-pidfd-info", "a host that ignores SIGCHLD, and a kernel before 6.15", "children-ignored",
             ("parent ioctl * ENOTTY",)),
    Scenario("no-memfd", "a large state, no memfd_create", "large-state", ("parent memfd_create * ENOSYS",)),
    Scenario("no-pidfd-signals", "a timeout, no pidfd_send_signal", "timeout", ("parent pidfd_send_signal * ENOSYS",)),
    Scenario("no-dev-null", "both streams discarded, no /dev", "discarded", ("parent openat * ENOENT",)),
    Scenario("wait-fails", "ppoll fails when the hook has written its output", "long-hook", ("parent ppoll 2 ENOMEM",)),
    Scenario("namespaces-by-proc", "a container, and a kernel before 6.11", "start-container",
             ("parent ioctl * ENOTTY", "parent pidfd_open 1 EINVAL")),
]
