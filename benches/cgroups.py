"""The cgroup that hooks are measured in."""

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

# Of version 1, the hierarchies that any process may be moved into as soon as a cgroup is made.
CONTROLLERS = {"pids", "memory"}


@dataclass(frozen=True)
class Cgroup:
    """A new cgroup: its directory, and what its hierarchy is called."""

    directory: Path
    name: str


@contextmanager
def made():
    """A cgroup under the first hierarchy that takes one, version 2 before version 1; None where none does."""
    cgroup = next(filter(None, (make(mount, name) for mount, name in hierarchies())), None)
    try:
        yield cgroup
    finally:
        if cgroup:
            cgroup.directory.rmdir()


def hierarchies():
    """The mount points, and what to call them."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    yield from ((Path(place), "v2") for _, place, kind, *_ in mounts if kind == "cgroup2")
    for _, place, kind, options, *_ in mounts:
        names = CONTROLLERS.intersection(options.split(","))
        if kind == "cgroup" and names:
            yield Path(place), f"v1 {min(names)}"


def make(mount, name):
    """A cgroup in that hierarchy; None where it can't be made, or joined."""
    try:
        directory = Path(mkdtemp(prefix="ocihooks-bench-", dir=mount))
    except OSError:
        return None
    joins = 'echo 0 >"$1"/cgroup.procs'
    if subprocess.run(["sh", "-c", joins, "sh", directory], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return Cgroup(directory, name)
    directory.rmdir()
    return None
