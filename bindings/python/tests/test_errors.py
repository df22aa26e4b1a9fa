"""The exceptions: which class, and what they carry."""

from __future__ import annotations

import copy
import errno
import gc
import os
import pickle
import resource
import signal
import unittest
import weakref
from typing import Any, Callable, List, Tuple, Type
from unittest import mock

import ocihooks
from ocihooks import (
    Canceled,
    Code,
    ExitError,
    HookError,
    Hooks,
    HookTimeout,
    InvalidArgument,
    InvalidHooks,
    InvalidJson,
    InvalidState,
    OcihooksError,
    Outcome,
    SignalError,
    SpawnError,
    UnknownPhase,
)
from ocihooks._library import library
from support import PHASE, STATE, shell


class HookErrors(unittest.TestCase):
    def fails(self, hooks: Hooks, timeout: float = 60) -> HookError:
        with self.assertRaises(HookError) as caught:
            hooks.run(PHASE, STATE, timeout=timeout)
        return caught.exception

    def test_exit(self) -> None:
        error = self.fails(shell("true", "echo out; echo no bridge >&2; exit 3", "true"))
        self.assertIs(type(error), ExitError)
        self.assertEqual(str(error), "error running createRuntime hook #1: /bin/sh: exited with status 3: no bridge")
        self.assertEqual((error.code, error.phase, error.index, error.path), (Code.ERR_EXIT, PHASE, 1, "/bin/sh"))
        self.assertEqual((error.outcome, error.exit_code, error.signal), (Outcome.EXITED, 3, None))
        self.assertEqual((error.stdout, error.stderr), (b"out\n", b"no bridge\n"))
        assert error.report is not None
        self.assertEqual([hook.exit_code for hook in error.report.hooks], [0, 3, None])
        self.assertEqual((error.report.code, error.report.message), (Code.ERR_EXIT, str(error)))

    def test_signal(self) -> None:
        error = self.fails(shell("kill -KILL $$"))
        self.assertIs(type(error), SignalError)
        self.assertEqual((error.signal, error.exit_code), (signal.SIGKILL, None))

    def test_spawn(self) -> None:
        hooks = Hooks()
        hooks.add_command(PHASE, "/no/such")
        error = self.fails(hooks)
        assert isinstance(error, SpawnError)
        self.assertEqual((error.errno, error.outcome, error.exit_code), (errno.ENOENT, Outcome.SPAWN_FAILED, None))

    def test_timeout_is_a_timeout_error(self) -> None:
        hooks = shell("sleep 1000")
        with self.assertRaises(TimeoutError) as caught:
            hooks.run(PHASE, STATE, timeout=0.01)
        error = caught.exception
        assert isinstance(error, HookTimeout)
        self.assertEqual(str(error), "error running createRuntime hook #0: /bin/sh: timed out after 0.01 s")
        self.assertEqual((error.outcome, error.signal), (Outcome.TIMED_OUT, signal.SIGKILL))

    def test_canceled_in_poststop(self) -> None:
        """A failure before it is a warning: the one that ended the phase is the error's."""
        hooks = Hooks()
        hooks.add_command("poststop", "/bin/false")
        hooks.add_command("poststop", "/bin/sleep", ["sleep", "1000"])
        hooks.add_command("poststop", "/bin/true")
        with ocihooks.Cancel() as cancel, self.assertRaises(Canceled) as caught:
            hooks.run(
                "poststop",
                {**STATE, "status": "stopped"},
                cancel=cancel,
                on_event=lambda event: cancel.cancel() if event.index == 1 else None,
            )
        self.assertEqual((caught.exception.index, caught.exception.path), (1, "/bin/sleep"))

    def test_the_phase_without_namespaces_is_named(self) -> None:
        with self.assertRaisesRegex(UnknownPhase, '"preStart"'):
            ocihooks.namespace("preStart")

    def test_pickle_and_copy(self) -> None:
        """An exception crosses processes, as concurrent.futures sends it."""
        for error in (self.fails(shell("exit 3")), self.fails(shell("sleep 1000"), timeout=0.01)):
            for other in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
                self.assertIs(type(other), type(error))
                self.assertEqual((str(other), other.report, other.code), (str(error), error.report, error.code))
                assert other.report is not None and error.report is not None
                self.assertEqual(other.report.json(), error.report.json())

    def test_nothing_waits_for_the_collection(self) -> None:
        """Exceptions that are done with take their hooks with them at once."""
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        for failing in ("exit 3", "callback"):
            hooks = Hooks()
            if failing == "callback":
                hooks.add_callback(PHASE, lambda phase, state: int("x") and None)
            else:
                hooks.add_command(PHASE, "/bin/false")
            handle = weakref.ref(hooks._live())
            try:
                hooks.run(PHASE, STATE)
            except HookError:
                pass
            del hooks
            self.assertIsNone(handle(), failing)

    def test_without_a_report(self) -> None:
        error = HookError("made by hand")
        self.assertEqual((error.hook, error.phase, error.index, error.stderr), (None, None, None, b""))


class OtherErrors(unittest.TestCase):
    def test_documents(self) -> None:
        cases: List[Tuple[Any, Type[OcihooksError]]] = [("{", InvalidJson), ("{} {}", InvalidJson), (b"\xff", InvalidJson), ("[]", InvalidHooks)]
        for text, kind in cases:
            with self.subTest(text), self.assertRaises(kind):
                Hooks.parse(text)
        with self.assertRaises(ValueError):
            Hooks.parse("\ud800")

    def test_a_hundred_faults_are_named_and_the_rest_counted(self) -> None:
        hooks = {PHASE: [{"path": "relative"}] * 2000}
        with self.assertRaises(InvalidHooks) as caught:
            Hooks.parse(hooks)
        self.assertIn("/createRuntime/0/path", str(caught.exception))
        self.assertIn("/createRuntime/99/path", str(caught.exception))
        self.assertTrue(str(caught.exception).endswith("; and 1900 more"))

    def test_before_any_hook(self) -> None:
        hooks = shell("true")
        cases: List[Tuple[Type[OcihooksError], str, Any]] = [
            (InvalidState, PHASE, "{}"),
            (UnknownPhase, "preStart", STATE),
        ]
        for kind, phase, state in cases:
            with self.subTest(kind.__name__), self.assertRaises(kind) as caught:
                hooks.run(phase, state)
            self.assertIsNone(caught.exception.report)
            self.assertTrue(str(caught.exception))

    def test_arguments(self) -> None:
        hooks = Hooks()
        refused: List[Callable[[], object]] = [
            lambda: hooks.add_command("", "/bin/true"),
            lambda: hooks.add_command("a\0b", "/bin/true"),
            lambda: hooks.add_command(PHASE, "/bin/\udcff"),
            lambda: hooks.add_command(PHASE, "/bin/true", ["true", "a\0b"]),
            lambda: hooks.add_command(PHASE, "/bin/true", timeout=2**31),
            lambda: hooks.count("a\0b"),
            lambda: ocihooks.namespace("a\0b"),
        ]
        for number, call in enumerate(refused):
            with self.subTest(number), self.assertRaises(InvalidArgument):
                call()
        for path, timeout in (("relative", None), ("/bin/true", -1)):
            with self.assertRaises(InvalidHooks):
                hooks.add_command(PHASE, path, timeout=timeout)
        self.assertEqual(hooks.count(PHASE), 0)

    def test_types(self) -> None:
        hooks = Hooks()
        wrong: List[Callable[[], object]] = [
            lambda: hooks.add_command(None, "/bin/true"),  # type: ignore[arg-type]
            lambda: hooks.add_command(PHASE, None),  # type: ignore[arg-type]
            lambda: hooks.add_command(PHASE, "/bin/true", "true"),
            lambda: hooks.add_command(PHASE, "/bin/true", timeout=1.5),  # type: ignore[arg-type]
            lambda: hooks.run(PHASE, None),  # type: ignore[arg-type]
            lambda: Hooks.parse(["x"]),  # type: ignore[arg-type]
        ]
        for number, call in enumerate(wrong):
            with self.subTest(number), self.assertRaises(TypeError):
                call()

    def test_closed(self) -> None:
        hooks = shell("true")
        hooks.close()
        hooks.close()
        uses: List[Callable[[], object]] = [
            lambda: hooks.run(PHASE, STATE),
            lambda: hooks.count(PHASE),
            hooks.to_json,
            hooks.copy,
            lambda: Hooks().merge(hooks),
            lambda: hooks.merge(Hooks()),
            lambda: hooks.add_command(PHASE, "/bin/true"),
        ]
        for number, call in enumerate(uses):
            with self.subTest(number), self.assertRaisesRegex(ValueError, "closed"):
                call()

    def test_every_code_has_a_class(self) -> None:
        for code in Code:
            if code != Code.OK:
                error = ocihooks.errors.error_of(code, "text")
                self.assertEqual((error.code, str(error)), (code, "text"))
                self.assertIsNot(type(error), OcihooksError, code)
                self.assertNotEqual(library.ocihooks_strerror(code), b"unknown error code")
        self.assertIs(type(ocihooks.errors.error_of(-99, "text")), OcihooksError)
        self.assertEqual(ocihooks.errors.error_of(-99, "text").code, -99)

    def test_out_of_descriptors(self) -> None:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        hooks = shell("true")
        opened: List[int] = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, limits[1]))
        try:
            with self.assertRaises(OSError):
                while True:
                    opened.append(os.open("/dev/null", os.O_RDONLY))
            with mock.patch("sys.unraisablehook") as unraisable, self.assertRaises(OSError) as caught:
                hooks.run(PHASE, STATE)
            self.assertEqual(caught.exception.errno, errno.EMFILE)
            unraisable.assert_not_called()
            os.close(opened.pop())
            os.close(opened.pop())
            with self.assertRaises(HookError) as failed:
                hooks.run(PHASE, STATE)
            self.assertIn("errno 24", str(failed.exception))
        finally:
            for number in opened:
                os.close(number)
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)


if __name__ == "__main__":
    unittest.main()
