"""Known limits of the library when a call fails, each with its reason. All other checks have to pass."""
import dataclasses
import re


@dataclasses.dataclass
class Known:
    role: str
    call: str
    says: str           # in the table
    broken: str         # a pattern of the subject's or the tracer's message
    reason: str
    errors: str = ""    # empty: any
    scenario: str = ""  # a pattern; empty: any

    def covers(self, scenario, role, call, error, text):
        return ((self.role, self.call) == (role, call) and re.fullmatch(self.scenario or ".*", scenario)
                and (not self.errors or error in self.errors.split()) and re.match(self.broken, text) is not None)


SILENT = ("not the error that was given.*(exited with status 127|exit status lost)|hook: it found something else: $|"
          "output: not all of it")

KNOWN = [
    Known("parent", "rt_sigprocmask", "the mask of the host's thread", "host: \"SigBlk:",
          "restoring the mask fails, which no kernel does after the mask was changed a moment before: signals stay blocked"),
    Known("parent", "rt_sigaction", "a disposition of the hook's", "hook: it found something else: .*not default",
          "the library takes the signal for one that this machine lacks, and does not reset it", "EINVAL"),
    Known("child", "rt_sigaction", "a disposition of the hook's", "hook: it found something else: .*not default [^0]",
          "a profile that refuses the call lets no signal be reset: the hook runs without, with a warning", "EPERM ENOSYS"),
    Known("child", "setpgid", "the hook's group", "hook: it found something else: .*leads its group 0",
          "a profile that refuses the call keeps the hook in the caller's group: it runs there, with a warning", "EPERM ENOSYS"),
    Known("successor", "rt_sigaction", "a disposition of the hook's", "hook: it found something else: .*not default [^0]",
          "a profile that refuses the call lets no signal be reset: the hook runs without, with a warning", "EPERM ENOSYS"),
    Known("successor", "setpgid", "the hook's group", "hook: it found something else: .*leads its group 0",
          "a profile that refuses the call keeps the hook in the caller's group: it runs there, with a warning", "EPERM ENOSYS"),
    Known("parent", "ppoll", "the initial fault", "not the error that was given.* -9 ",
          "poll stands in for a refused ppoll, so the initial fault does not happen", "EPERM ENOSYS", "wait-fails.*"),
    Known("parent", "munmap", "a page of memory", "mappings: ", "a mapping that munmap refuses to release stays"),
    Known("parent", "brk", "32 bytes of heap", "heap: 32 bytes more", "glibc marks the end of a heap that could not grow in place"),
    Known("parent", "brk", "all: the process aborts", "end: signaled 6|stderr: |left |children: ",
          "neither mapping nor heap is available; malloc fails, and Rust aborts (README, Limits)", "", "no-memory.*"),
    Known("parent", "openat", "the hook's directory", "hook: it found something else: .* in / ",
          "the library assumes a caller without /proc: the hook begins in the mount namespace's root", "ENOENT", "start-container.*"),
    Known("parent", "openat", "the error's text", "not the error that was given.* -6 .*errno 3",
          "the library assumes that the process has ended: the error says so", "ENOENT", "namespaces-by-proc.*"),
    Known("parent", "openat", "the error's text", "not the error that was given.* -6 .*join its cgroup.*errno 22",
          "cgroup.events is missing in the root cgroup only: the error names that cause", "ENOENT", "cgroup.*"),
    Known("child", "getcwd", "the hook's directory", "hook: it found something else: .* in / ",
          "the library assumes that the directory is gone or its path too long: the hook begins in the container's root",
          "ENOENT ERANGE ENAMETOOLONG", "(start-container|namespaces-by-proc).*"),
    Known("successor", "execveat", "descriptor 3 stays open", "hook: it found something else: .*open 3",
          "the library assumes a script, which its interpreter opens by that number", "ENOENT"),
    Known("child", "write", "the report", SILENT, "the message that names the failure is lost: the process can only exit, "
          "with 127"),
    Known("successor", "write", "the report", SILENT, "the message that names the failure is lost: the process can only exit, "
          "with 127"),
    Known("parent", "read", "the end of the hook's output", "output: not all of it, without a warning",
          "the pipe held data a moment before: a process that the hook left running must have read it", "EAGAIN"),
    Known("parent", "waitid", "the hook's zombie, or the hook", "children: one is left|left |not the error that was given.* -14 ",
          "it denies that the live hook is the host's child: then the pidfd can't come from a child of ours", "ECHILD",
          "(start-container|create-|namespaces-by-proc|.*-inside).*"),
    Known("parent", "getsid", "the hook's zombie, or the hook", "children: one is left|left |not the error that was given.* -14 ",
          "it reports a live process as missing: then the pidfd may be anybody's", "ESRCH",
          "(start-container|create-|namespaces-by-proc|.*-inside).*"),
    Known("parent", "poll", "the error's text", "not the error that was given.* -14 ",
          "it can't tell whether a process without a parent is dead: then the pidfd may be anybody's", "",
          "children-ignored-inside.*"),
    Known("parent", "recvmsg", "the hook, or the error",
          "children: one is left|left |hook: it found something else: $|"
          "not the error that was given.*(exited with status 127|exit status lost)",
          "it denies that there is a message", "EAGAIN"),
    Known("parent", "wait4", "the hook's zombie", "children: one is left", "without waitid and wait4 the library can't reap", "EPERM ENOSYS",
          "no-waitid.*"),
    Known("parent", "kill", "the hook, and its memory", "children: one is left|left |heap: ",
          "without pidfd_send_signal and kill the library can't kill: the hook is left behind, with a warning", "EPERM ENOSYS",
          "no-pidfd-signals.*"),
    Known("parent", "ioctl", "the hook's zombie", "children: one is left",
          "waitid reports that somebody else reaped the hook, and the pidfd can't correct it", "", "reaped-late.*"),
    Known("parent", "pidfd_open", "the report", "hook: it ran, but is said not to have",
          "only emulators fail here, after the hook has started: the library kills it, and reports it as not started", "",
          "no-pidfd"),
]
