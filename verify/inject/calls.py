"""System calls: their numbers on this machine, which errors each may give, and what becomes of it when it is made to."""
import errno
import re
import subprocess

# Answered by a seccomp profile, which may refuse any call.
REFUSED = "EPERM ENOSYS"
# Calls that no profile can refuse to a program that is to run at all, or whose answer nobody can act upon.
NEVER_REFUSED = {"mmap", "munmap", "brk", "mremap", "madvise", "exit_group"}
# The kernel's own: a sleep goes on that a tracer has stopped.
IGNORED = {"restart_syscall"}
# Whether these are made depends on time: on how output is cut into reads, on who is seen dead at the first look.
SOMETIMES = {"mremap", "clock_nanosleep"}
# These take effect, and answer an error all the same: Linux has closed a descriptor whatever close says.
HAPPENS = {"close"}

OPEN = "ENOENT EMFILE EACCES ENFILE ENOMEM EINTR ELOOP ENOTDIR ENXIO ENODEV EIO EBUSY"
EXECUTE = ("ENOENT ETXTBSY EACCES ENOEXEC ENOMEM E2BIG EIO ELOOP EMFILE ENFILE EINVAL EISDIR ELIBBAD ENAMETOOLONG ENOTDIR "
           "EAGAIN EFAULT")
STATUS = "ENOMEM EACCES EIO EOVERFLOW"

# What man-pages name, the likeliest first: the short form takes two of each. EINTR only where a signal can come: the
# child has all of them blocked. A call as the child makes it stands first where that differs.
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
    "read": "EINTR EIO EAGAIN EBADF ENOMEM",
    "recvfrom": "EAGAIN ENOMEM",
    "recvmsg": "ENOMEM EINTR EAGAIN EBADF EINVAL",
    "rseq": "EINVAL EBUSY EFAULT",
    "rt_sigaction": "EINVAL EFAULT",
    "rt_sigpending": "EFAULT EINVAL",
    "rt_sigprocmask": "EINVAL EFAULT",
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
    "statx": STATUS,
    "uname": "EFAULT",
    "wait4": "EINTR ECHILD EINVAL",
    "waitid": "ECHILD EINTR EINVAL",
    "write": "EINTR EIO EAGAIN ENOSPC EPIPE ENOMEM EBADF EDQUOT EFBIG",
}


def errnos_of(role, call, short):
    """The errors to try, by name; None where the table does not know the call."""
    own = ERRNOS.get(f"{'parent' if role == 'parent' else 'child'} {call}", ERRNOS.get(call))
    if own is None:
        return None
    names = own.split() + ([] if call in NEVER_REFUSED else REFUSED.split())
    return names[:2] if short else names


def numbers(compiler):
    """The number of every call that the compiler's headers know."""
    command = [*compiler, "-E", "-dM", "-include", "sys/syscall.h", "-xc", "/dev/null"]
    text = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    defined = dict(re.findall(r"#define (\w+) (\w+)$", text, re.MULTILINE))

    def resolve(value):
        return resolve(defined[value]) if value in defined else value

    found = {name[4:]: resolve(value) for name, value in defined.items() if name.startswith("SYS_")}
    return {name: int(value) for name, value in found.items() if value.isdigit()}


def refusals(call, count):
    """The errors to try where every call of a kind fails: a profile refuses all of them or none."""
    return [] if call in NEVER_REFUSED or count == 1 else ["EPERM"]


def fault(known, role, call, nth, error):
    """A fault as the tracer reads it; nth is '*' for every one."""
    text = f"{role}:{known[call]}:{0 if nth == '*' else nth}:{getattr(errno, error)}"
    return text + (":happens" if call in HAPPENS else "")
