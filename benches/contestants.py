"""The contestants as processes: their start, and the request of a batch."""

import contextlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

# All contestants get the same short environment, because execve copies it and its size is a part of the cost.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "LANG": "C.UTF-8"}

# Parsers also keep the heap between two parses. Otherwise the block at the top of the heap decides whether glibc
# releases it, which made the same parser a third slower in one program than in another.
KEPT_HEAP = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_TOP_PAD_": "67108864"}


FLOOR = "floor: clone(VM|VFORK), execve, waitpid"


class Missing(Exception):
    """The contestant was not built."""


class Failed(Exception):
    """The contestant ended instead of answering. The text is the contestant's reason, if it gave one."""


@dataclass(frozen=True)
class Contestant:
    """A row of the table: its name, its program, and the arguments before the common ones."""

    name: str
    program: Path
    arguments: tuple = ()

    def environment(self):
        return ENVIRONMENT

    def command(self, common):
        arguments = [*self.arguments, *common]
        if self.program.suffix == ".py":
            return [sys.executable, "-B", str(self.program), *arguments]
        return [str(self.program), *arguments]


@dataclass(frozen=True)
class Runner(Contestant):
    """A contestant that runs hooks."""

    hooks_per_phase: int = 1
    forks: bool = False  # a fork copies page tables: slow in a large host
    limit: float = 0.0  # the most that the hook may cost, as a ratio to the floor; 0: no limit
    variables: tuple = ()  # added to the common environment

    def environment(self):
        return ENVIRONMENT | dict(self.variables)

    def task(self, hook, state, mebibytes):
        """The arguments of all contestants that run hooks."""
        return (str(hook), str(state), str(mebibytes), str(self.hooks_per_phase))


class Parser(Contestant):
    """A contestant that parses."""

    def environment(self):
        return ENVIRONMENT | KEPT_HEAP


class Process:
    """A running contestant."""

    def __init__(self, contestant, common, log):
        if not contestant.program.exists():
            raise Missing
        self.name = contestant.name
        self._process = subprocess.Popen(
            contestant.command(common),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=contestant.environment(),
            text=True,
        )

    def batch(self, count):
        """Microseconds for each of the `count` units of one batch."""
        # A contestant that has ended may have given its reason.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{count}\n")
            self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer.strip().isdigit():
            raise Failed(answer.removeprefix("unavailable:").strip())
        return int(answer) / count / 1000

    def end(self):
        """Ends it by closing its input."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def hook_runners(build):
    """The contestants that run hooks. The first is the floor."""
    rust = build / "cargo" / "release"
    return [
        Runner(FLOOR, build / "floor"),
        Runner("libocihooks, defaults, 50 hooks a phase", build / "library", ("default",), 50),
        Runner("libocihooks, defaults, 1 hook a phase", build / "library", ("default",), 1),
        Runner("libocihooks, discard, 50 hooks a phase", build / "library", ("discard",), 50),
        Runner("libocihooks, discard, 1 hook a phase", build / "library", ("discard",), 1),
        Runner("posix_spawn in C, by hand", build / "posix_spawn"),
        Runner("Rust std::process::Command, by hand", rust / "std_command"),
        Runner("libcontainer run_hooks, 50 hooks a phase", rust / "libcontainer", (), 50),
        Runner("Python subprocess", HERE / "python" / "subprocess_peer.py"),
        Runner("Go os/exec", build / "os_exec"),
    ]


BY_FORK = (("OCIHOOKS_CHILD", "fork"),)

# The limits of a joined hook's cost, and of its growth in a large host.
JOINED_LIMIT, LARGE_HOST_LIMIT = 2.6, 1.15


def joined_runners(build, cgroup):
    """The contestants that run hooks in a container or a cgroup. The first is the floor, which joins nothing. `cgroup`
    may be None."""
    places = [("createContainer", "createContainer"), ("startContainer", "startContainer")]
    if cgroup:
        places.append((f"cgroup {cgroup.name}", f"cgroup:{cgroup.directory}"))
    library = build / "library"
    return [
        Runner(FLOOR, build / "floor"),
        *(
            Runner(f"libocihooks, {name}, {hooks} a phase", library, (mode,), hooks, limit=JOINED_LIMIT)
            for name, mode in places
            for hooks in (50, 1)
        ),
        *(
            Runner(f"libocihooks by fork, {name}, 10 a phase", library, (mode,), 10, True, variables=BY_FORK)
            for name, mode in places
        ),
        *(Runner(f"fork as crun's, {name}", build / "crun_fork", (mode,), forks=True) for name, mode in places),
    ]


def start_runners(build, kind, limit):
    """Pairs (contestant, program), started by the floor. The first program lacks the library. `kind` may be "many"."""
    prefix = f"{kind}_" if kind else ""
    programs = [
        ("without", kind or "without", 0.0),
        ("an empty library", f"{prefix}empty", 0.0),
        ("libocihooks, shared", f"{prefix}shared", limit),
        ("libocihooks, static", f"{prefix}static", limit),
    ]
    folder = build / "start"
    return [
        (Runner(name, build / "floor" if (folder / program).exists() else folder / program, limit=most), folder / program)
        for name, program, most in programs
    ]


def parsers(build):
    """The contestants that parse. The others are compared with the first."""
    rust = build / "cargo" / "release"
    return [
        Parser("Python json.loads", HERE / "python" / "parse_peer.py"),
        Parser("libocihooks, C API", build / "parse"),
        Parser("libocihooks, Rust crate", rust / "ocihooks-bench-rust"),
        Parser("serde_json Value", rust / "parse", ("value",)),
        Parser("oci-spec crate", rust / "parse", ("oci-spec",)),
    ]
