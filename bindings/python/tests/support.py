"""What the tests share."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Callable, Dict, Set

from ocihooks import Hooks

REPOSITORY = Path(__file__).resolve().parents[3]

STATE: Dict[str, Any] = {"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/b"}
PHASE = "createRuntime"


def shell(*scripts: str) -> Hooks:
    """Hooks of createRuntime, each a shell script."""
    hooks = Hooks()
    for script in scripts:
        hooks.add_command(PHASE, "/bin/sh", ["sh", "-c", script])
    return hooks


def descriptors() -> Set[str]:
    """The numbers of the descriptors that are open, but for the one that this looks with."""
    return {number for number in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{number}")}


def is_gone(pid: int) -> bool:
    """Whether there is no such process any more; a zombie that its parent has not reaped counts as gone."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] in ("Z", "X")


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits for something that is bound to come; a minute is for a host under load."""
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not come within a minute")
        time.sleep(0.005)


def pids(file: Path, count: int) -> Set[int]:
    """Waits for a hook to have written that many process ids, one a line."""
    wait_until(lambda: file.exists() and file.read_text().count("\n") == count)
    return {int(line) for line in file.read_text().split()}
