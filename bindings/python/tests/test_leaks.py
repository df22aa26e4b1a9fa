"""No descriptor, thread, or memory of the library's is left, whatever a run came to."""

from __future__ import annotations

import gc
import os
import threading
import unittest
from pathlib import Path
from typing import Any, Callable

import ocihooks
from ocihooks import Cancel, Event, Hooks, OcihooksError
from support import PHASE, STATE, descriptors, shell

ROUNDS = 300


def resident() -> int:
    """The memory in use, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def raising(*arguments: Any) -> None:
    raise ValueError


def success() -> None:
    shell("echo out").run(PHASE, STATE, on_event=lambda event: None, on_output=lambda *arguments: None)


def failure() -> None:
    shell("exit 3", "true").run(PHASE, STATE)


def bad_option() -> None:
    shell("true").run(PHASE, STATE, budget=-1)


def bad_state() -> None:
    shell("true").run(PHASE, "{}")


def bad_document() -> None:
    Hooks.parse('{"createRuntime": [{"path": "x"}]}')


def callback() -> None:
    hooks = Hooks()
    hooks.add_callback(PHASE, raising)
    hooks.run(PHASE, STATE)


def observer() -> None:
    def on_event(event: Event) -> None:
        raise ValueError

    shell("true").run(PHASE, STATE, on_event=on_event)


def canceled() -> None:
    cancel = Cancel()
    cancel.cancel()
    shell("true").run(PHASE, STATE, cancel=cancel)


class Leaks(unittest.TestCase):
    def check(self, once: Callable[[], object], rounds: int) -> None:
        def again(times: int) -> None:
            for _ in range(times):
                try:
                    once()
                except (OcihooksError, ValueError):
                    pass

        again(rounds // 3)
        gc.collect()
        before = descriptors(), threading.active_count()
        memory = resident()
        again(rounds)
        # Before the collection: what has to be closed does not wait for it.
        self.assertEqual((descriptors(), threading.active_count()), before)
        gc.collect()
        self.assertLess(resident() - memory, 10 << 20)  # one megabyte a round would be 30

    def test_runs(self) -> None:
        for once in (success, failure, bad_option, bad_state, bad_document, callback, observer, canceled):
            with self.subTest(once.__name__):
                self.check(once, ROUNDS)

    def test_memory_of_the_library(self) -> None:
        """Maps and reports of a megabyte each: one that stays would be seen."""
        large = {PHASE: [{"path": "/bin/true", "args": ["x" * (1 << 20)]}]}
        self.check(lambda: Hooks.parse(large).merge(Hooks.parse(large)), 30)
        hooks = shell("head -c 1000000 /dev/zero; exit 1")
        self.check(lambda: hooks.run(PHASE, STATE, capture_limit=1 << 20), 30)

    def test_hooks_inherit_nothing(self) -> None:
        """A hook has its three descriptors, also while a Cancel and a run's own pipe are there."""
        with Cancel() as cancel:
            output = shell("ls /proc/$$/fd").run(PHASE, STATE, cancel=cancel).hooks[0].stdout
        self.assertEqual(output.split(), [b"0", b"1", b"2"])

    def test_nothing_is_left_behind_where_every_hook_died(self) -> None:
        self.assertEqual(ocihooks.reap_left_behind(), 0)


if __name__ == "__main__":
    unittest.main()
