"""examples/run_phase.py with the repository's bundle: all six phases, one that fails, and its exit statuses."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from ocihooks import PHASES
from support import REPOSITORY

EXAMPLE = REPOSITORY / "bindings" / "python" / "examples" / "run_phase.py"


class Example(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bundle = Path(folder.name) / "bundle"
        subprocess.run(["sh", str(REPOSITORY / "examples/bundle/prepare.sh"), str(self.bundle)], check=True)

    def run_phase(self, *arguments: str, **more: Any) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(EXAMPLE), *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def test_six_phases(self) -> None:
        for phase in PHASES:
            with self.subTest(phase):
                result = self.run_phase(f"{self.bundle}/config.json", phase, f"{self.bundle}/state/{phase}.json")
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                lines = result.stdout.splitlines()
                self.assertRegex(lines[0], f"^{phase}: [0-9] hooks?$")
                self.assertRegex(lines[-1], "^ok, [0-9.]+ (us|ms|s)$")

    def test_one_that_fails(self) -> None:
        state = (self.bundle / "state" / "createRuntime.json").read_text()
        result = self.run_phase(f"{self.bundle}/failing.json", "createRuntime", "-", input=state)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"(?m)^  FAIL  #\d ")
        self.assertRegex(result.stdout, r"(?m)^  skip  #\d .*: skipped$")
        self.assertRegex(result.stderr, r"^error running createRuntime hook #\d: .*\n$")

    def test_wrong_usage(self) -> None:
        self.assertEqual(self.run_phase().returncode, 2)
        result = self.run_phase("/no/such", "poststop", "-")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "run-phase: cannot open /no/such: No such file or directory\n")


if __name__ == "__main__":
    unittest.main()
