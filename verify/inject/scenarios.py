"""Scenarios: a situation (situation.c), the way children are created in it, and initial faults, so that the fallbacks
fail too."""
import dataclasses


@dataclasses.dataclass
class Scenario:
    name: str
    about: str
    situation: str = ""
    # ROLE CALL NTH ERRNO, as with an older kernel or a seccomp profile.
    to_begin_with: tuple = ()
    # Set in the subject's environment.
    environment: dict = dataclasses.field(default_factory=dict)
    # The scenario that this one varies.
    of: object = None

    def __post_init__(self):
        self.situation = self.situation or self.name


PLAIN = [
    Scenario("defaults", "one hook, nothing set"),
    Scenario("two-hooks", "two hooks, the second reusing the phase's resources"),
    Scenario("exit-3", "a hook that fails"),
    Scenario("not-executed", "a hook that does not exist"),
    Scenario("poststop", "a phase that goes on after a failure"),
    Scenario("loud", "a hook that writes 200 KB of output"),
    Scenario("discarded", "both streams discarded"),
    Scenario("handed-over", "stdout to a descriptor below 3, stderr inherited"),
    Scenario("no-streams", "a host without a stdin"),
    Scenario("middle-state", "a state of 20 KB: a non-blocking pipe"),
    Scenario("large-state", "a state of 200 KB: a memfd"),
    Scenario("fed-state", "the same with a smaller RLIMIT_FSIZE: fed while the hook runs"),
    Scenario("options", "directory, limit, no new privileges, no loader's variables, budget"),
    Scenario("timeout", "a hook that ignores SIGTERM, a timeout and a grace"),
    Scenario("canceled", "canceled while the hook runs"),
    Scenario("children-ignored", "a host that ignores SIGCHLD"),
    Scenario("memory", "every allocation above a page is a mapping, and the heap is trimmed at once"),
    Scenario("no-memory", "the same, and every mapping fails: malloc has the heap alone", "memory",
             ("parent mmap * ENOMEM",)),
    Scenario("cgroup", "two hooks in a cgroup, the second up to its timeout"),
    Scenario("start-container", "startContainer in all namespaces, the user's too"),
    Scenario("create-container", "createContainer, the program opened outside"),
    Scenario("create-by-script", "createContainer, a script"),
    Scenario("no-close-range", "no close_range", "defaults", ("child close_range * ENOSYS",)),
    Scenario("no-list", "no close_range and no /proc", "options",
             ("child close_range * ENOSYS", "child openat * ENOENT")),
    Scenario("no-clone3", "two hooks, no clone3", "two-hooks", ("parent clone3 * ENOSYS",)),
    Scenario("no-shared-memory", "two hooks by a fork: the kernel shares no memory after unshare(CLONE_NEWTIME)", "two-hooks",
             ("parent clone3 * EINVAL", "parent clone 1 EINVAL")),
    Scenario("no-pidfd", "an emulator's clone: a fork, without a pidfd", "defaults",
             ("parent clone3 * ENOSYS", "parent clone 1 EINVAL", "parent clone 2 EINVAL")),
    Scenario("no-waitid", "no waitid", "exit-3", ("parent waitid * EPERM",)),
    Scenario("reaped-late", "the first query of the status fails", "exit-3", ("parent waitid 1 ECHILD",)),
    Scenario("no-pidfd-info", "a host that ignores SIGCHLD, and a kernel before 6.15", "children-ignored",
             ("parent ioctl * ENOTTY",)),
    Scenario("no-memfd", "a large state, no memfd_create", "large-state", ("parent memfd_create * ENOSYS",)),
    Scenario("no-pidfd-signals", "a timeout, no pidfd_send_signal", "timeout", ("parent pidfd_send_signal * ENOSYS",)),
    Scenario("no-dev-null", "both streams discarded, no /dev", "discarded", ("parent openat * ENOENT",)),
    Scenario("wait-fails", "ppoll fails after the hook has written its output", "long-hook", ("parent ppoll 2 ENOMEM",)),
    Scenario("namespaces-by-proc", "a container, and a kernel before 6.11", "start-container",
             ("parent ioctl * ENOTTY", "parent pidfd_open 1 EINVAL")),
    Scenario("not-executed-inside", "a hook that does not exist in a container"),
    Scenario("timeout-inside", "a hook in a container that ignores SIGTERM, a timeout and a grace"),
    Scenario("children-ignored-inside", "a hook in a container, and a host that ignores SIGCHLD"),
    Scenario("wait-fails-inside", "ppoll fails when the hook runs in a container", "long-hook-inside",
             ("parent ppoll 2 ENOMEM",)),
    Scenario("wait-fails-entering", "ppoll fails when the hook is on its way into a container", "long-hook-inside",
             ("parent ppoll 1 ENOMEM",)),
    Scenario("no-waitid-inside", "a hook in a container, no waitid", "create-container", ("parent waitid * EPERM",)),
]

FORK = {"OCIHOOKS_CHILD": "fork"}
JOINED = ["cgroup", "start-container", "create-container", "create-by-script"]
# Scenarios that a fork skips.
NEVER_FORKED = ["no-clone3", "no-shared-memory", "no-pidfd"]
OF_ONE_HOOK = ["defaults", "not-executed", "handed-over", "no-streams", "options", "timeout", "no-close-range", "no-list"]
# Scenarios whose variants the short form tries.
SHORT_VARIANTS = {"defaults", "two-hooks", "handed-over", "cgroup", "start-container", "create-container", "wait-fails-inside"}
# Calls before the child is created. They have failed in the plain scenario already.
BEFORE_THE_CHILD = {"rt_sigaction", "newfstatat", "gettid"}


def again(names, suffix, about, to_begin_with=(), environment=None):
    """Plain scenarios with further initial faults."""
    return [Scenario(f"{plain.name}-{suffix}", f"{plain.about}; {about}", plain.situation,
                     (*plain.to_begin_with, *to_begin_with), environment or {}, plain)
            for plain in PLAIN if plain.name in names]


SCENARIOS = [
    *PLAIN,
    *again(OF_ONE_HOOK, "old", "a kernel before 5.16", ("parent uname * EFAULT",)),
    *again(JOINED, "no-memfd", "no memfd_create", ("parent memfd_create * EPERM",)),
    *again([*JOINED, "wait-fails-inside"], "no-memfd-executed", "memfds can't be executed", ("child execveat 1 EACCES",)),
    *again(["handed-over"], "old-no-memfd-executed", "a kernel before 5.16, and memfds can't be executed",
           ("parent uname * EFAULT", "child execveat 1 EACCES")),
    *again(JOINED, "no-code", "a fork, and written memory can't become executable", ("child mprotect * EACCES",), FORK),
    *again(["cgroup", "create-container"], "no-socketpair", "no socketpair", ("parent socketpair * EPERM",)),
    *again([plain.name for plain in PLAIN if plain.name not in NEVER_FORKED], "forked", "a fork", (), FORK),
]
