"""Hosts without descriptor 0, 1 or 2, as daemons are: the binding's own descriptors never take these numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from itertools import combinations
from pathlib import Path
from typing import Any, Dict, Tuple

# It closes what it is told to, then writes what came of each run to a file: nothing else may take the low numbers meanwhile.
PROGRAM = """
import json, os, sys
from ocihooks import Cancel, Hooks, OcihooksError, Output
STATE = {"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/b"}
hooks = Hooks()
hooks.add_command("createRuntime", "/bin/sh", ["sh", "-c", "cat; echo out; echo err >&2"])

def outcome(**options):
    try:
        report = hooks.run("createRuntime", STATE, **options)
    except OcihooksError as error:
        return str(error)
    return [report.hooks[0].stdout_text, report.hooks[0].stderr_text]

result = os.open(sys.argv[1], os.O_WRONLY)
os.dup2(result, 9)
os.close(result)
for number in json.loads(sys.argv[2]):
    os.close(number)
with Cancel() as cancel:
    seen = {
        "pipe": [cancel.pipe().reader, cancel.pipe().writer],
        "captured": outcome(cancel=cancel),
        "stdout": outcome(stdout=Output.INHERIT),
        "stderr": outcome(stderr=Output.INHERIT),
        "number": outcome(stdout=1),
    }
os.write(9, json.dumps(seen).encode())
"""


class LowDescriptors(unittest.TestCase):
    def outcomes(self, closed: Tuple[int, ...]) -> Dict[str, Any]:
        with tempfile.NamedTemporaryFile() as file:
            program = subprocess.run(
                [sys.executable, "-c", PROGRAM, file.name, json.dumps(closed)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=dict(os.environ),
                timeout=60,
            )
            self.assertEqual(program.returncode, 0, program.stderr)  # the hook writes there, too
            outcomes: Dict[str, Any] = json.loads(Path(file.name).read_text())
            return outcomes

    def test_every_combination(self) -> None:
        state = '{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/b"}'
        for closed in (numbers for count in (1, 2, 3) for numbers in combinations(range(3), count)):
            with self.subTest(closed=closed):
                seen = self.outcomes(closed)
                self.assertGreater(min(seen["pipe"]), 2)
                self.assertEqual(seen["captured"], [state + "out\n", "err\n"])
                if 1 in closed:
                    self.assertIn("Bad file descriptor (errno 9)", seen["stdout"])
                    self.assertIn("Bad file descriptor (errno 9)", seen["number"])
                if 2 in closed:
                    self.assertIn("Bad file descriptor (errno 9)", seen["stderr"])


if __name__ == "__main__":
    unittest.main()
