"""Ctrl-C, and whatever else a signal handler raises, during a run in the main thread."""

from __future__ import annotations

import _thread
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from types import FrameType
from typing import Any, List, Optional
from unittest import mock

from ocihooks import Event, EventKind, Hooks, Outcome, _interrupt
from support import PHASE, STATE, descriptors, is_gone, pids, shell, wait_until

# A hook that ignores what it can, with a child; both say who they are.
STUBBORN = "trap '' INT TERM HUP; echo $$ >>{pids}; sleep 1000 & echo $! >>{pids}; wait; sleep 1000"

PROGRAM = """
import sys
from ocihooks import Hooks
hooks = Hooks()
hooks.add_command("createRuntime", "/bin/sh", ["sh", "-c", sys.argv[1]])
try:
    hooks.run("createRuntime", {"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/b"})
except KeyboardInterrupt:
    print("KeyboardInterrupt")
"""


class AlarmError(Exception):
    pass


class Interrupt(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "pids"
        self.script = STUBBORN.format(pids=self.file)
        handler = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, handler)
        self.before = descriptors(), threading.active_count()

    def tearDown(self) -> None:
        self.assertEqual((descriptors(), threading.active_count()), self.before)

    def when_hooks_run(self, signal_number: int) -> threading.Thread:
        def send() -> None:
            pids(self.file, 2)
            self.sent = time.monotonic()
            os.kill(os.getpid(), signal_number)

        thread = threading.Thread(target=send)
        thread.start()
        self.addCleanup(thread.join)
        return thread

    def check_gone(self) -> None:
        """Both were killed. A process that is not our child may take a moment to die."""
        for pid in pids(self.file, 2):
            wait_until(lambda: is_gone(pid))

    def test_ctrl_c_in_a_program(self) -> None:
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, self.script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        pids(self.file, 2)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=60)
        self.assertEqual((program.returncode, out, err), (0, b"KeyboardInterrupt\n", b""))
        self.check_gone()

    def test_ctrl_c(self) -> None:
        thread = self.when_hooks_run(signal.SIGINT)
        with self.assertRaises(KeyboardInterrupt):
            shell(self.script, "true").run(PHASE, STATE)
        took = time.monotonic() - self.sent
        print(f"Ctrl-C to KeyboardInterrupt: {took * 1000:.1f} ms")
        self.check_gone()
        thread.join()

    def test_another_exception_of_a_handler(self) -> None:
        def handler(number: int, frame: Optional[FrameType]) -> None:
            raise AlarmError("enough")

        self.addCleanup(signal.signal, signal.SIGUSR1, signal.signal(signal.SIGUSR1, handler))
        thread = self.when_hooks_run(signal.SIGUSR1)
        with self.assertRaises(AlarmError):
            shell(self.script).run(PHASE, STATE)
        self.check_gone()
        thread.join()

    def test_a_handler_that_raises_nothing_changes_nothing(self) -> None:
        seen = []
        self.addCleanup(
            signal.signal, signal.SIGUSR1, signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
        )
        hooks = shell("kill -USR1 $PPID; echo on")
        self.assertEqual(hooks.run(PHASE, STATE).hooks[0].stdout, b"on\n")
        self.assertEqual(seen, [signal.SIGUSR1])

    def test_interrupted_again_and_again(self) -> None:
        """A storm of exceptions while a hook has its grace: nothing is left, and the hook ends, here by the storm's end."""
        enough = 10
        raised: List[int] = []
        returned = threading.Event()

        def storm() -> None:
            hooks = pids(self.file, 2)
            while len(raised) < enough and not returned.wait(0.001):
                os.kill(os.getpid(), signal.SIGUSR1)
            for pid in hooks:
                os.kill(pid, signal.SIGKILL)

        def handler(number: int, frame: Optional[FrameType]) -> None:
            while frame is not None and frame.f_code.co_name != "_wait":
                frame = frame.f_back
            if frame is not None:
                raised.append(number)
                raise AlarmError(f"number {len(raised)}")

        self.addCleanup(signal.signal, signal.SIGUSR1, signal.signal(signal.SIGUSR1, handler))
        thread = threading.Thread(target=storm)
        thread.start()
        try:
            with self.assertRaises(AlarmError):
                shell(self.script).run(PHASE, STATE, grace=3600)
        finally:
            returned.set()
            thread.join()
        self.assertGreater(len(raised), 1)
        # The run's thread ends by itself, should an exception have come where the one before was dealt with.
        wait_until(lambda: (descriptors(), threading.active_count()) == self.before)
        self.check_gone()

    def test_an_interrupted_join_is_no_end(self) -> None:
        """Python takes a thread whose join() was interrupted for one that has ended. run() still waits for its end."""
        joined = threading.Event()
        call = _interrupt._Job._call

        def slowly(job: _interrupt._Job) -> None:
            call(job)
            joined.wait(60)
            time.sleep(0.1)  # what the run has to wait for

        def join(thread: threading.Thread, timeout: Optional[float] = None) -> None:
            joined.set()

        with mock.patch.object(_interrupt._Job, "_call", slowly), mock.patch("threading.Thread.join", join):
            shell("true").run(PHASE, STATE)
        self.assertEqual(threading.active_count(), self.before[1])

    def test_events_and_output_until_the_end(self) -> None:
        events: List[Event] = []
        thread = self.when_hooks_run(signal.SIGINT)
        with self.assertRaises(KeyboardInterrupt) as caught:
            shell(self.script).run(PHASE, STATE, on_event=events.append)
        self.assertEqual([event.outcome for event in events], [None, Outcome.CANCELED])
        error = caught.exception.__context__
        self.assertEqual(str(error), "error running createRuntime hook #0: /bin/sh: canceled")
        thread.join()

    def test_ctrl_c_during_a_callback(self) -> None:
        """The callback ends, then the run does."""
        hooks = Hooks()
        ended = []

        def callback(phase: str, state: bytes) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            ended.append(phase)

        hooks.add_callback(PHASE, callback)
        hooks.add_command(PHASE, "/bin/sleep", ["sleep", "1000"])
        with self.assertRaises(KeyboardInterrupt):
            hooks.run(PHASE, STATE)
        self.assertEqual(ended, [PHASE])

    def test_keyboard_interrupt_in_a_callback(self) -> None:
        """What is no Exception is more than a hook that failed, in a phase that goes on after failures too."""
        for kind in (KeyboardInterrupt, SystemExit):
            with self.subTest(kind.__name__):
                hooks = Hooks()
                hooks.add_callback("poststop", mock.Mock(side_effect=kind("now")))
                hooks.add_command("poststop", "/bin/sleep", ["sleep", "1000"])
                with self.assertRaises(kind):
                    hooks.run("poststop", {**STATE, "status": "stopped"})

    def test_without_threads(self) -> None:
        """Where no thread can be started, the call is made all the same."""
        for start in ("_thread.start_new_thread", "threading.Thread.start"):
            with mock.patch(start, side_effect=RuntimeError("can't start new thread")):
                self.assertEqual(shell("echo here").run(PHASE, STATE).hooks[0].stdout, b"here\n")

    def test_interrupted_while_the_thread_starts(self) -> None:
        start = _thread.start_new_thread

        def interrupted(*arguments: Any) -> None:
            start(*arguments)
            pids(self.file, 2)
            raise AlarmError

        with mock.patch("_thread.start_new_thread", interrupted), self.assertRaises(AlarmError):
            shell(self.script).run(PHASE, STATE)
        self.check_gone()

    def test_interrupted_before_the_thread_starts(self) -> None:
        def interrupted(*arguments: Any) -> None:
            raise AlarmError

        with mock.patch("_thread.start_new_thread", interrupted), self.assertRaises(AlarmError):
            shell(self.script).run(PHASE, STATE)
        self.assertFalse(self.file.exists())

    def test_hooks_get_the_events_in_order(self) -> None:
        events: List[Event] = []
        shell("true", "true").run(PHASE, STATE, on_event=events.append)
        self.assertEqual([event.kind for event in events], [EventKind.BEFORE, EventKind.AFTER] * 2)


if __name__ == "__main__":
    unittest.main()
