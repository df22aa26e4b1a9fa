"""Threads: many runs at once, other threads go on, and hooks that are closed or changed during runs."""

from __future__ import annotations

import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import ocihooks
from ocihooks import Cancel, Canceled, Hooks
from support import PHASE, STATE, shell

THREADS = 16


class Threads(unittest.TestCase):
    def test_sixteen_at_once_on_one_map(self) -> None:
        inside = threading.Barrier(THREADS, timeout=60)  # broken if they did not run at once
        hooks = shell("cat")
        hooks.add_callback(PHASE, lambda phase, state: inside.wait())

        def run(number: int) -> bytes:
            return hooks.run(PHASE, {**STATE, "id": f"web-{number}"}).hooks[0].stdout

        with ThreadPoolExecutor(THREADS) as pool:
            for number, output in enumerate(pool.map(run, range(THREADS))):
                self.assertIn(f'"id": "web-{number}"'.encode(), output)

    def test_other_threads_go_on(self) -> None:
        """The hook only ends when another thread, which waits for it to have begun, cancels it."""
        begun = threading.Event()
        with Cancel() as cancel, shell("echo begun; sleep 1000") as hooks:

            def other() -> None:
                if begun.wait(60):
                    cancel.cancel()

            thread = threading.Thread(target=other)
            thread.start()
            with self.assertRaises(Canceled):
                hooks.run(PHASE, STATE, cancel=cancel, on_output=lambda index, stream, data: begun.set())
            thread.join()

    def test_close_during_runs(self) -> None:
        hooks = shell("cat", "true")
        hooks.add_callback(PHASE, lambda phase, state: hooks.close())
        hooks.add_command(PHASE, "/bin/true")
        self.assertEqual(len(hooks.run(PHASE, STATE).hooks), 4)
        with self.assertRaises(ValueError):
            hooks.run(PHASE, STATE)

    def test_change_during_runs(self) -> None:
        hooks = Hooks()
        hooks.add_callback(PHASE, lambda phase, state: hooks.add_command(PHASE, "/bin/true"))
        self.assertEqual(len(hooks.run(PHASE, STATE).hooks), 1)
        self.assertEqual(hooks.count(PHASE), 2)
        hooks.close()

    def test_no_change_is_lost(self) -> None:
        hooks = Hooks()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda _: hooks.add_command(PHASE, "/bin/true"), range(200)))
        self.assertEqual(hooks.count(PHASE), 200)

    def test_chaos(self) -> None:
        """All methods at once on the same objects: nothing may crash, and only documented exceptions come."""
        hooks = shell("true")
        hooks.add_callback(PHASE, lambda phase, state: None)

        def one(number: int) -> None:
            cancel = Cancel()
            stopper = threading.Thread(target=cancel.close if number % 2 else cancel.cancel)
            stopper.start()
            try:
                if number % 3 == 0:
                    hooks.merge(hooks)
                elif number % 3 == 1:
                    hooks.to_json()
                hooks.copy().run(PHASE, STATE, cancel=cancel, on_event=lambda event: None)
            except ocihooks.Canceled:
                pass
            except ValueError as error:  # closed before the run began
                self.assertIn("closed", str(error))
            stopper.join()
            cancel.close()

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(one, range(24)))


if __name__ == "__main__":
    unittest.main()
