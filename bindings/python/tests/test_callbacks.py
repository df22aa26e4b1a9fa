"""Python functions that the library calls: callback hooks, on_event, on_output."""

from __future__ import annotations

import contextvars
import gc
import os
import tempfile
import unittest
import weakref
from typing import Any, List, Tuple

from ocihooks import (
    CallbackError,
    Canceled,
    Event,
    EventKind,
    FailurePolicy,
    Hooks,
    InvalidArgument,
    Kind,
    Outcome,
    Stream,
)
from support import PHASE, STATE, shell


def failing(error: BaseException) -> Any:
    def callback(phase: str, state: bytes) -> None:
        raise error

    return callback


class Callbacks(unittest.TestCase):
    def test_gets_phase_and_state(self) -> None:
        calls: List[Tuple[str, bytes]] = []
        state = '{"ociVersion": "1.2.0",  "id": "w\\u0000b é", "status": "creating", "bundle": "/b"}'
        with Hooks() as hooks:
            hooks.add_callback(PHASE, lambda phase, state: calls.append((phase, state)))
            report = hooks.run(PHASE, state)
        self.assertEqual(calls, [(PHASE, state.encode())])
        self.assertEqual((report.hooks[0].kind, report.hooks[0].outcome), (Kind.CALLBACK, Outcome.CALLBACK))
        self.assertEqual((report.hooks[0].path, report.hooks[0].exit_code), (None, 0))

    def test_in_order_with_commands(self) -> None:
        hooks = shell("true")
        hooks.add_callback(PHASE, lambda phase, state: None)
        hooks.add_command(PHASE, "/bin/true")
        kinds = [hook.kind for hook in hooks.run(PHASE, STATE).hooks]
        self.assertEqual(kinds, [Kind.COMMAND, Kind.CALLBACK, Kind.COMMAND])
        self.assertEqual(len(hooks.to_dict()[PHASE]), 2)

    def test_raising_fails_the_hook(self) -> None:
        hooks = Hooks()
        error = LookupError("no such bridge: é")
        hooks.add_callback(PHASE, failing(error))
        hooks.add_command(PHASE, "/bin/true")
        with self.assertRaises(CallbackError) as caught:
            hooks.run(PHASE, STATE)
        text = "error running createRuntime hook #0: callback returned 1: LookupError: no such bridge: é"
        self.assertEqual(str(caught.exception), text)
        self.assertIs(caught.exception.__cause__, error)
        assert caught.exception.report is not None
        self.assertEqual(
            [hook.outcome for hook in caught.exception.report.hooks], [Outcome.CALLBACK, Outcome.SKIPPED]
        )

    def test_each_failure_has_its_exception(self) -> None:
        hooks = Hooks()
        errors = [ValueError("one"), OSError("two")]
        hooks.add_callback(PHASE, failing(errors[0]))
        hooks.add_callback(PHASE, lambda phase, state: None)
        hooks.add_callback(PHASE, failing(errors[1]))
        report = hooks.run(PHASE, STATE, failure_policy=FailurePolicy.KEEP_GOING)
        self.assertEqual([hook.exception for hook in report.hooks], [errors[0], None, errors[1]])
        self.assertEqual(len(report.warnings), 2)

    def test_any_text_of_an_exception(self) -> None:
        class Silent(Exception):
            def __str__(self) -> str:
                raise RuntimeError

        cases = {
            "ValueError": ValueError(),
            "ValueError: a\ufffdb": ValueError("a\0b"),
            "ValueError: a?b": ValueError("a\ud800b"),
            "Silent": Silent(),
        }
        for text, error in cases.items():
            with self.subTest(text):
                hooks = Hooks()
                hooks.add_callback(PHASE, failing(error))
                with self.assertRaises(CallbackError) as caught:
                    hooks.run(PHASE, STATE)
                self.assertTrue(str(caught.exception).endswith(f"callback returned 1: {text}"), caught.exception)

    def test_long_text_is_cut_between_characters(self) -> None:
        hooks = Hooks()
        hooks.add_callback(PHASE, failing(ValueError("é" * 100000)))
        with self.assertRaises(CallbackError) as caught:
            hooks.run(PHASE, STATE)
        self.assertRegex(str(caught.exception), "ValueError: é+$")

    def test_runs_with_the_callers_context(self) -> None:
        variable = contextvars.ContextVar[str]("variable")
        variable.set("set by the caller")
        seen = []
        hooks = Hooks()
        hooks.add_callback(PHASE, lambda phase, state: seen.append(variable.get()))
        hooks.run(PHASE, STATE)
        self.assertEqual(seen, ["set by the caller"])

    def test_runs_within_runs(self) -> None:
        """Each run has its own functions and exceptions."""
        hooks = Hooks()
        inner = ValueError("inner")
        hooks.add_callback("poststart", failing(inner))
        events: List[str] = []
        nested = []

        def outer(phase: str, state: bytes) -> None:
            try:
                hooks.run("poststart", {**STATE, "status": "running", "pid": 1}, on_event=lambda event: None)
            except CallbackError as error:
                nested.append(error.__cause__)

        hooks.add_callback(PHASE, outer)
        report = hooks.run(PHASE, STATE, on_event=lambda event: events.append(event.phase))
        self.assertEqual(nested, [inner])
        self.assertEqual(events, [PHASE, PHASE])
        self.assertIsNone(report.hooks[0].exception)
        hooks.close()

    def test_lives_as_long_as_a_map_has_it(self) -> None:
        def callback(phase: str, state: bytes) -> None:
            calls.append(phase)

        calls: List[str] = []
        alive = weakref.ref(callback)
        hooks = Hooks()
        hooks.add_callback(PHASE, callback)
        del callback
        copy = hooks.copy()
        merged = Hooks()
        merged.merge(copy)
        hooks.close()
        copy.close()
        gc.collect()
        merged.run(PHASE, STATE)
        self.assertEqual(calls, [PHASE])
        self.assertIsNotNone(alive())
        merged.close()
        self.assertIsNone(alive())

    def test_one_that_was_refused_is_forgotten(self) -> None:
        def callback(phase: str, state: bytes) -> None:
            pass

        alive = weakref.ref(callback)
        with self.assertRaises(InvalidArgument):
            Hooks().add_callback("", callback)
        del callback
        gc.collect()
        self.assertIsNone(alive())

    def test_not_a_function(self) -> None:
        with self.assertRaises(TypeError):
            Hooks().add_callback(PHASE, "echo")  # type: ignore[arg-type]
        with self.assertRaises(TypeError):
            Hooks().run(PHASE, STATE, on_event=[])  # type: ignore[arg-type]


class Events(unittest.TestCase):
    def test_before_and_after(self) -> None:
        events: List[Event] = []
        hooks = shell("exit 3")
        hooks.add_callback(PHASE, lambda phase, state: None)
        hooks.run(PHASE, STATE, on_event=events.append, failure_policy=FailurePolicy.KEEP_GOING)
        before = Event(EventKind.BEFORE, PHASE, 0, "/bin/sh", None, "", 0)
        self.assertEqual(events[0], before)
        self.assertEqual((events[1].outcome, events[1].message), (Outcome.EXITED, "exited with status 3"))
        self.assertGreater(events[1].duration_ns, 0)
        self.assertEqual((events[3].index, events[3].path, events[3].outcome), (1, None, Outcome.CALLBACK))

    def test_output_as_it_comes(self) -> None:
        """The hook only ends when what it wrote has been seen: by a fifo that it waits at."""
        seen: List[Tuple[int, Stream, bytes]] = []
        with tempfile.TemporaryDirectory() as folder:
            fifo = f"{folder}/fifo"
            os.mkfifo(fifo)

            def on_output(index: int, stream: Stream, data: bytes) -> None:
                seen.append((index, stream, data))
                if stream == Stream.STDERR:
                    os.close(os.open(fifo, os.O_WRONLY))

            shell(f"printf 'a\\0b'; printf err >&2; cat {fifo}").run(PHASE, STATE, on_output=on_output, capture_limit=2)
        self.assertEqual(b"".join(data for _, stream, data in seen if stream == Stream.STDOUT), b"a\0b")
        self.assertEqual(b"".join(data for _, stream, data in seen if stream == Stream.STDERR), b"err")

    def test_an_exception_cancels_the_run(self) -> None:
        """The first one is raised after the run; the hook, which would take 1000 s, is killed."""
        for option in ("on_event", "on_output"):
            with self.subTest(option):
                calls = []

                def function(*arguments: Any) -> None:
                    calls.append(arguments)
                    raise ValueError(f"number {len(calls)}")

                options: Any = {option: function}
                with self.assertRaisesRegex(ValueError, "number 1") as caught:
                    shell("echo begun; sleep 1000").run(PHASE, STATE, **options)
                self.assertEqual(len(calls), 1)
                self.assertIsInstance(caught.exception.__context__, Canceled)

    def test_an_exception_at_the_very_end(self) -> None:
        def function(event: Event) -> None:
            if event.kind == EventKind.AFTER:
                raise ValueError("too late to cancel anything")

        with self.assertRaises(ValueError):
            shell("true").run(PHASE, STATE, on_event=function)

    def test_an_exception_behind_one_of_a_callback(self) -> None:
        def function(event: Event) -> None:
            if event.kind == EventKind.AFTER:
                raise KeyError("event")

        hooks = Hooks()
        error = ValueError("callback")
        hooks.add_callback(PHASE, failing(error))
        with self.assertRaises(KeyError) as caught:
            hooks.run(PHASE, STATE, on_event=function)
        context = caught.exception.__context__
        self.assertIsInstance(context, CallbackError)
        assert context is not None
        self.assertIs(context.__cause__, error)


if __name__ == "__main__":
    unittest.main()
