"""All six phases with the container of the process that OCIHOOKS_CONTAINER_PID names, which has a root of busybox."""

from __future__ import annotations

import os
import shutil
import unittest
from typing import List

from ocihooks import PHASES, Hooks, namespace, state_for_phase, Namespace
from support import STATE

KINDS = ["user", "mnt", "pid", "uts", "ipc", "net", "cgroup"]
PID = os.environ.get("OCIHOOKS_CONTAINER_PID")


def namespaces(pid: str) -> List[str]:
    return [os.readlink(f"/proc/{pid}/ns/{kind}") for kind in KINDS]


@unittest.skipIf(PID is None, "no OCIHOOKS_CONTAINER_PID")
class Container(unittest.TestCase):
    def test_hooks_are_in_the_namespaces_that_the_runtime_spec_says(self) -> None:
        pid, busybox = PID or "", shutil.which("busybox") or ""
        for phase in PHASES:
            inside = namespace(phase) == Namespace.CONTAINER
            path = "/bin/busybox" if phase == "startContainer" else busybox
            with Hooks() as hooks:
                for kind in KINDS:
                    hooks.add_command(phase, path, ["busybox", "readlink", f"/proc/self/ns/{kind}"])
                report = hooks.run(phase, state_for_phase(STATE, phase, 1), container_pid=int(pid))
            seen = [hook.stdout_text.strip() for hook in report.hooks]
            self.assertEqual(seen, namespaces(pid if inside else "self"), phase)
