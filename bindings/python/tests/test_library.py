"""Which library is loaded, and the wheel: in a fresh venv, with nothing else installed."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import unittest
import venv
from pathlib import Path
from typing import Dict, Optional

import ocihooks
from support import REPOSITORY

PACKAGE = Path(ocihooks.__file__).resolve().parent
BUILD = REPOSITORY / "bindings" / "python" / "build_wheel.py"

RUN = """
import ocihooks
hooks = ocihooks.Hooks.parse('{"poststop": [{"path": "/bin/echo", "args": ["echo", "hello"]}]}')
state = ocihooks.new_state(oci_version="1.2.0", id="web-1", status="stopped", bundle="/b")
print(hooks.run("poststop", state).hooks[0].stdout_text, end="")
print({line.split()[-1] for line in open("/proc/self/maps") if "libocihooks" in line})
"""


def loaded_library() -> str:
    with open("/proc/self/maps") as maps:
        return next(line.split()[-1] for line in maps if "libocihooks" in line)


def run(
    *command: str, env: Optional[Dict[str, str]] = None, folder: str = "/"
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, env=env or {}, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class Finding(unittest.TestCase):
    def load(self, env: Dict[str, str]) -> "subprocess.CompletedProcess[str]":
        return run(sys.executable, "-c", RUN, env={"PYTHONPATH": str(PACKAGE.parent), **env})

    def test_named(self) -> None:
        result = self.load({"OCIHOOKS_LIBRARY": loaded_library()})
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue(result.stdout.startswith("hello\n"))

    def test_a_name_means_that_one_only(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(loaded_library(), f"{folder}/libocihooks.so.0")
            result = self.load({"OCIHOOKS_LIBRARY": "/no/such.so", "LD_LIBRARY_PATH": folder})
        self.assertIn("ImportError: libocihooks could not be loaded; tried /no/such.so (", result.stderr)
        self.assertNotIn("then", result.stderr)

    def test_installed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(loaded_library(), f"{folder}/libocihooks.so.0")
            result = self.load({"LD_LIBRARY_PATH": folder})
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_another_library(self) -> None:
        result = self.load({"OCIHOOKS_LIBRARY": "libc.so.6"})
        self.assertIn("ImportError: libocihooks could not be loaded; tried libc.so.6 (", result.stderr)
        self.assertIn("ocihooks_", result.stderr)

    def test_version(self) -> None:
        library = ctypes.CDLL(loaded_library())
        library.ocihooks_version.restype = ctypes.c_char_p
        self.assertEqual(ocihooks.__version__, library.ocihooks_version().decode())


class Wheel(unittest.TestCase):
    def test_in_a_fresh_venv(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            built = run(sys.executable, str(BUILD), loaded_library(), f"{folder}/wheel", env=dict(os.environ))
            self.assertEqual(built.returncode, 0, built.stderr)
            wheel = Path(built.stdout.strip())
            self.assertRegex(wheel.name, r"^ocihooks-[\d.]+-py3-none-(many)?linux_\w+\.whl$")
            venv.create(f"{folder}/venv", with_pip=True)
            python = f"{folder}/venv/bin/python"
            installed = run(python, "-m", "pip", "install", "-q", "--no-index", str(wheel))
            self.assertEqual(installed.returncode, 0, installed.stderr)
            result = run(python, "-c", RUN)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertTrue(result.stdout.startswith("hello\n"))
            self.assertIn(f"{folder}/venv/", result.stdout.splitlines()[1])
            checked = run(python, "-m", "pip", "check")
            self.assertEqual(checked.returncode, 0, checked.stdout)

    def test_the_same_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            wheels = []
            for part in ("a", "b"):
                built = run(sys.executable, str(BUILD), loaded_library(), f"{folder}/{part}", env=dict(os.environ))
                wheels.append(Path(built.stdout.strip()).read_bytes())
            self.assertEqual(wheels[0], wheels[1])


if __name__ == "__main__":
    unittest.main()
