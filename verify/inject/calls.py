"""System calls: their numbers on this machine, the errors that each may give, and their effect when they fail."""
import errno
import re
import subprocess

# The errors of a seccomp profile, which may refuse any call.
REFUSED = "EPERM ENOSYS"
# Calls that every running program needs, so that no profile refuses them, and calls whose result is useless.
NEVER_REFUSED = {"mmap", "munmap", "brk", "mremap", "madvise", "exit_group"}
# The kernel makes this call itself, to resume a sleep that a tracer has interrupted.
IGNORED = {"restart_syscall"}
# These calls depend on timing: how reads cut the output, which process is dead at the first look.
SOMETIMES = {"mremap", "clock_nanosleep"}
# These calls take effect even if they return an error: Linux has closed a descriptor whatever close returns.
HAPPENS = {"close"}

OPEN = "ENOENT EMFILE EACCES ENFILE ENOMEM EINTR ELOOP ENOTDIR ENXIO ENODEV EIO EBUSY"
EXECUTE = ("ENOENT ETXTBSY EACCES ENOEXEC ENOMEM E2BIG EIO ELOOP EMFILE ENFILE EINVAL EISDIR ELIBBAD ENAMETOOLONG ENOTDIR "
           "EAGAIN EFAULT")
STATUS = "ENOMEM EACCES EIO EOVERFLOW"

# The errors that man-pages name, likeliest first. The short form takes two of each. The child has no EINTR, because it
# blocks all signals. Calls that fail differently in the child have a separate entry at the top.
ERRNOS = {
    "child write": "EBUSY EACCES ENODEV EOPNOTSUPP EAGAIN",
    "child openat": "ENOENT EACCES EMFILE ENFILE ENOMEM",
    "child fcntl": "EBADF EINVAL",
    "child close": "EIO EBADF",
    "child ioctl": "ENOTTY EMFILE EINVAL ESRCH EOPNOTSUPP",
    "brk": "ENOMEM",
    "chdir": "EACCES ENOENT ENOTDIR ELOOP EIO ENOMEM ENAMETOOLONG",
    "chroot": "EACCES ENOENT ENOTDIR EIO ELOOP",
    "clock_nanosleep": "EINTR EINVAL",
    "clone": "EAGAIN EINVAL ENOMEM ENOSPC EMFILE EUSERS",
    "clone3": "EAGAIN EINVAL ENOMEM EMFILE ENFILE E2BIG ENOSPC EUSERS",
    "close": "EINTR EIO ENOSPC EDQUOT EBADF",
    "close_range": "EINVAL ENOMEM EMFILE",
    "dup3": "EMFILE EBUSY EBADF EINVAL",
    "execve": EXECUTE,
    "execveat": EXECUTE,
    "exit_group": "EPERM",
    "fchdir": "EACCES EBADF EIO ENOTDIR",
    "fcntl": "EMFILE EINVAL EBADF EBUSY",
    "fstat": STATUS,
    "fstatfs": STATUS,
    "ftruncate": "EINVAL EFBIG EINTR EPERM",
    "getcwd": "ENOENT ERANGE ENAMETOOLONG ENOMEM EACCES",
    "getdents64": "EIO ENOENT EINVAL",
    "getpgid": "ESRCH",
    "getpid": "",
    "getsid": "ESRCH",
    "gettid": "",
    "ioctl": "ENOTTY EMFILE EINVAL EBADF ESRCH EOPNOTSUPP EACCES ENOMEM EFAULT",
    "kill": "ESRCH EINVAL",
    "lseek": "EINVAL ESPIPE EBADF EOVERFLOW",
    "memfd_create": "EMFILE ENOMEM ENFILE EINVAL EACCES",
    "mmap": "ENOMEM EAGAIN EPERM",
    "mprotect": "EACCES ENOMEM EINVAL",
    "mremap": "ENOMEM EAGAIN",
    "munmap": "ENOMEM EINVAL",
    "newfstatat": STATUS,
    "openat": OPEN,
    "pidfd_open": "ESRCH EMFILE EINVAL ENFILE ENOMEM ENODEV",
    "pidfd_send_signal": "ESRCH EINVAL EBADF",
    "pipe2": "EMFILE ENFILE ENOMEM EINVAL",
    "poll": "EINTR ENOMEM EINVAL EFAULT",
    "ppoll": "EINTR ENOMEM EINVAL EFAULT",
    "prctl": "EINVAL EACCES",
    "pread64": "EIO EINTR ESPIPE ENXIO",
    "prlimit64": "EINVAL ESRCH EFAULT",
    "pwritev2": "EAGAIN EOPNOTSUPP EIO ENOSPC EPIPE EBADF",
    "read": "EINTR EIO EAGAIN EBADF ENOMEM",
    "recvfrom": "EAGAIN ENOMEM",
    "recvmsg": "ENOMEM EINTR EAGAIN EBADF EINVAL",
    "rseq": "EINVAL EBUSY EFAULT",
    "rt_sigaction": "EINVAL EFAULT",
    "rt_sigpending": "EFAULT EINVAL",
    "rt_sigprocmask": "EINVAL EFAULT",
    "rt_sigtimedwait": "EAGAIN EINTR EINVAL",
    "sendmsg": "ENOMEM ENOBUFS EMFILE ETOOMANYREFS EPIPE EAGAIN EBADF",
    "sendto": "EAGAIN ENOBUFS ENOMEM EPIPE",
    "setgroups": "EINVAL ENOMEM",
    "setns": "EINVAL ENOMEM EBADF ENOSPC EUSERS",
    "setpgid": "EACCES ESRCH EINVAL",
    "setresgid": "EINVAL EAGAIN",
    "setresuid": "EINVAL EAGAIN",
    "setsid": "",
    "setsockopt": "EINVAL ENOPROTOOPT ENOMEM EBADF",
    "socketpair": "EMFILE ENFILE ENOMEM ENOBUFS EAFNOSUPPORT EPROTONOSUPPORT",
    "statfs": STATUS,
    "statx": STATUS,
    "uname": "EFAULT",
    "wait4": "EINTR ECHILD EINVAL",
    "waitid": "ECHILD EINTR EINVAL",
    "write": "EINTR EIO EAGAIN ENOSPC EPIPE ENOMEM EBADF EDQUOT EFBIG",
}


def errnos_of(role, call, short):
    """The names of the errors to try, or None if the table lacks the call."""
    own = ERRNOS.get(f"{'parent' if role == 'parent' else 'child'} {call}", ERRNOS.get(call))
    if own is None:
        return None
    names = own.split() + ([] if call in NEVER_REFUSED else REFUSED.split())
    return names[:2] if short else names


def numbers(compiler):
    """The numbers of all calls in the compiler's headers."""
    command = [*compiler, "-E", "-dM", "-include", "sys/syscall.h", "-xc", "/dev/null"]
    text = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    defined = dict(re.findall(r"#define (\w+) (\w+)$", text, re.MULTILINE))

    def resolve(value):
        return resolve(defined[value]) if value in defined else value

    found = {name[4:]: resolve(value) for name, value in defined.items() if name.startswith("SYS_")}
    return {name: int(value) for name, value in found.items() if value.isdigit()}


def refusals(call, count):
    """The errors to try when every call of a kind fails: a profile refuses all of them or none."""
    return [] if call in NEVER_REFUSED or count == 1 else ["EPERM"]


def fault(known, role, call, nth, error):
    """A fault in the tracer's format. `nth` is '*' for every call."""
    text = f"{role}:{known[call]}:{0 if nth == '*' else nth}:{getattr(errno, error)}"
    return text + (":happens" if call in HAPPENS else "")
