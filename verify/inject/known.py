"""What can't be kept when a call fails, by name: known limits of the library, each with its reason. Nothing else may break."""
import dataclasses
import re


@dataclasses.dataclass
class Known:
    role: str
    call: str
    says: str           # in the table
    broken: str         # what the subject or the tracer says then; a pattern
    reason: str
    errors: str = ""    # empty: whichever
    scenario: str = ""  # a pattern; empty: whichever

    def covers(self, scenario, role, call, error, text):
        return ((self.role, self.call) == (role, call) and re.fullmatch(self.scenario or ".*", scenario)
                and (not self.errors or error in self.errors.split()) and re.match(self.broken, text) is not None)


SILENT = ("not the error that was given.*(exited with status 127|exit status lost)|hook: it found something else: $|"
          "output: not all of it")

KNOWN = [
    Known("parent", "rt_sigprocmask", "the mask of the host's thread", "host: \"SigBlk:",
          "putting the mask back, which no kernel refuses to who could change it a moment before: signals stay blocked"),
    Known("parent", "rt_sigaction", "a disposition of the hook's", "hook: it found something else: .*not default",
          "taken for a signal that there is not on this machine: it is not set back", "EINVAL"),
    Known("parent", "munmap", "a page of memory", "mappings: ", "a mapping that is not taken back stays"),
    Known("parent", "brk", "32 bytes of heap", "heap: 32 bytes more", "glibc's own: it marks the end of a heap that could not grow in place"),
    Known("parent", "brk", "all: the process aborts", "end: signaled 6|stderr: |left |children: ",
          "neither mapping nor heap is to be had; malloc says so, and Rust aborts (README, Limits)", "", "no-memory.*"),
    Known("parent", "openat", "the hook's directory", "hook: it found something else: .* in / ",
          "taken for a caller without /proc: the hook begins in the mount namespace's root", "ENOENT", "start-container.*"),
    Known("parent", "openat", "what the error says", "not the error that was given.* -6 .*errno 3",
          "taken for a process that has ended: the error says so", "ENOENT", "namespaces-by-proc.*"),
    Known("parent", "openat", "what the error says", "not the error that was given.* -6 .*join its cgroup.*errno 22",
          "cgroup.events is missing in the root of all alone: the error says that it is that", "ENOENT", "cgroup.*"),
    Known("child", "getcwd", "the hook's directory", "hook: it found something else: .* in / ",
          "taken for a directory that is gone, or too deep to be told: the hook begins in the container's root",
          "ENOENT ERANGE ENAMETOOLONG", "(start-container|namespaces-by-proc).*"),
    Known("successor", "execveat", "descriptor 3 stays open", "hook: it found something else: .*open 3",
          "taken for a script, which its interpreter opens by that number", "ENOENT"),
    Known("child", "write", "what the report says", SILENT, "the message that says what failed is lost: the process can only exit, "
          "with 127"),
    Known("successor", "write", "what the report says", SILENT, "the message that says what failed is lost: the process can only exit, "
          "with 127"),
    Known("parent", "read", "the end of the hook's output", "output: not all of it, without a warning",
          "the pipe was not empty a moment before: a process that the hook left must have read it", "EAGAIN"),
    Known("parent", "waitid", "the hook's body, or the hook", "children: one is left|left |not the error that was given.* -14 ",
          "it has said that the hook is no child of the host's, though it lives: a pidfd that no child of ours can have sent", "ECHILD",
          "(start-container|create-|namespaces-by-proc|.*-inside).*"),
    Known("parent", "getsid", "the hook's body, or the hook", "children: one is left|left |not the error that was given.* -14 ",
          "it has said that there is no such process, though it lives: then its pidfd may be anybody's", "ESRCH",
          "(start-container|create-|namespaces-by-proc|.*-inside).*"),
    Known("parent", "poll", "what the error says", "not the error that was given.* -14 ",
          "of a process that nobody's child is any more, it could not tell whether it is dead: then its pidfd may be anybody's", "",
          "children-ignored-inside.*"),
    Known("parent", "recvmsg", "the hook, or what failed",
          "children: one is left|left |hook: it found something else: $|"
          "not the error that was given.*(exited with status 127|exit status lost)",
          "it has said that there is no message, though there is one", "EAGAIN"),
    Known("parent", "wait4", "the hook's body", "children: one is left", "with neither waitid nor wait4 nobody can reap", "EPERM ENOSYS",
          "no-waitid.*"),
    Known("parent", "kill", "the hook, and its memory", "children: one is left|left |heap: ",
          "with neither pidfd_send_signal nor kill nobody can be killed: the hook is left behind, with a warning", "EPERM ENOSYS",
          "no-pidfd-signals.*"),
    Known("parent", "ioctl", "the hook's body", "children: one is left",
          "waitid has said that somebody else reaped it, and the pidfd contradicts no more", "", "reaped-late.*"),
    Known("parent", "pidfd_open", "what the report says", "hook: it ran, but is said not to have",
          "emulators only, who say so when the hook runs already: it is killed, and reported as not started", "",
          "no-pidfd"),
]
