"""Ctrl-C in a program that gevent has patched, where threads are greenlets of the one thread that waits."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from support import is_gone, pids, wait_until

PROGRAM = """
import sys
if sys.argv[2] == "before":
    import ocihooks
from gevent import monkey
monkey.patch_all()
import gevent
from ocihooks import Hooks

STATE = {"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/b"}
hooks = Hooks()
hooks.add_callback("createRuntime", lambda phase, state: print("callback", flush=True))
hooks.add_command("createRuntime", "/bin/sh", ["sh", "-c", sys.argv[1]])

def run():
    try:
        hooks.run("createRuntime", STATE, on_output=lambda index, stream, data: print(data.decode(), end="", flush=True))
    except KeyboardInterrupt:
        print("KeyboardInterrupt")

if sys.argv[3] == "greenlet":
    gevent.spawn(run).join()
else:
    run()
quick = Hooks()
quick.add_command("createRuntime", "/bin/echo", ["echo", "after"])
print(quick.run("createRuntime", STATE).hooks[0].stdout_text, end="")
"""
SCRIPT = "echo output; echo $$ >>{pids}; sleep 1000 & echo $! >>{pids}; wait"


@unittest.skipUnless(importlib.util.find_spec("gevent"), "SKIPPED: there is no gevent")
class Gevent(unittest.TestCase):
    def test_ctrl_c(self) -> None:
        for imported in ("before", "after"):
            for place in ("main", "greenlet"):
                with self.subTest(imported=imported, place=place), tempfile.TemporaryDirectory() as folder:
                    self.interrupt(Path(folder) / "pids", imported, place)

    def interrupt(self, file: Path, imported: str, place: str) -> None:
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, SCRIPT.format(pids=file), imported, place],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running = pids(file, 2)
        program.send_signal(signal.SIGINT)
        try:
            out, err = program.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            for pid in (program.pid, *running):
                os.kill(pid, signal.SIGKILL)
            raise
        self.assertEqual((out, err), (b"callback\noutput\nKeyboardInterrupt\nafter\n", b""))
        for pid in running:
            wait_until(lambda: is_gone(pid))


if __name__ == "__main__":
    unittest.main()
