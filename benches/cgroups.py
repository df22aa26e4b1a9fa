"""The cgroup of the measured hooks."""

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

# The hierarchies of version 1 whose new cgroups accept any process at once.
CONTROLLERS = {"pids", "memory"}


@dataclass(frozen=True)
class Cgroup:
    """A new cgroup: its directory, and its hierarchy's name."""

    directory: Path
    name: str


@contextmanager
def made():
    """A cgroup under the first hierarchy that accepts one, version 2 before version 1, or None."""
    cgroup = next(filter(None, (make(mount, name) for mount, name in hierarchies())), None)
    try:
        yield cgroup
    finally:
        if cgroup:
            cgroup.directory.rmdir()


def hierarchies():
    """The mount points and their names."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    yield from ((Path(place), "v2") for _, place, kind, *_ in mounts if kind == "cgroup2")
    for _, place, kind, options, *_ in mounts:
        names = CONTROLLERS.intersection(options.split(","))
        if kind == "cgroup" and names:
            yield Path(place), f"v1 {min(names)}"


def make(mount, name):
    """A cgroup in that hierarchy, or None if it can't be created or joined."""
    try:
        directory = Path(mkdtemp(prefix="ocihooks-bench-", dir=mount))
    except OSError:
        return None
    joins = 'echo 0 >"$1"/cgroup.procs'
    if subprocess.run(["sh", "-c", joins, "sh", directory], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return Cgroup(directory, name)
    directory.rmdir()
    return None
