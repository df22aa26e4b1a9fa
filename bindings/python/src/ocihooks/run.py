"""A run: one call of ocihooks_run, from its arguments to its report or exception."""

from __future__ import annotations

from ctypes import byref, create_string_buffer
from typing import Any, Optional, Tuple

from ._functions import RunFunctions
from ._handle import Handle
from ._interrupt import interruptibly
from ._library import library
from ._report_reader import read_report
from ._runner import add_cancel, new_runner
from ._text import Json, c_string, json_bytes
from .cancel import Cancel
from .enums import Outcome
from .errors import HookError, OcihooksError, error_of
from .options import Options
from .report import Report

# Where there is a report, the whole message comes from there.
_ERRMSG_SIZE = 16384


def run_phase(hooks: Handle, phase: str, state: Json, options: Options) -> Report:
    """Runs a phase: see `Hooks.run`."""
    run = _Run(hooks, phase, state, options)
    interrupt = interruptibly(run.perform, run.stop)
    report, failure = run.take(interrupt)
    try:
        if failure is not None:
            raise failure
        assert report is not None  # the library makes one wherever it returns OCIHOOKS_OK
        return report
    finally:
        # Or the exception would refer to itself by this frame, and stay until the next collection.
        del interrupt, report, failure


def reap_left_behind() -> int:
    """Reaps hooks that were left behind, since they had not died of SIGKILL in time, and are dead by now.

    Returns how many are still there, and never waits. Every run begins with it: a program that makes no further run,
    and wants no zombie, calls it.
    """
    return int(library.ocihooks_reap_left_behind())


class _Run:
    """It owns all that the call needs: it may go on in a thread after its caller was interrupted."""

    def __init__(self, hooks: Handle, phase: str, state: Json, options: Options) -> None:
        self._hooks = hooks
        self._phase = c_string("phase", phase)
        self._state = json_bytes("state", state)
        given = options.get("cancel")
        # Held on to, so that a Cancel which is closed meanwhile stays open here.
        self._pipe = given.pipe() if isinstance(given, Cancel) else None
        self._runner = new_runner(options)
        self._stop = Cancel()
        self._functions = RunFunctions(options.get("on_event"), options.get("on_output"), self._stop)
        add_cancel(self._runner, self._stop.fileno())
        self._report: Optional[Report] = None
        self._error: Optional[OcihooksError] = None

    def stop(self) -> None:
        """Cancels it. Any thread may call this, before, during and after perform()."""
        self._stop.cancel()

    def perform(self) -> None:
        """Makes the call, and takes out of the library's memory what came of it."""
        report = Handle(library.ocihooks_report_free)  # freed by whoever refers to it last: the Report may
        errmsg = create_string_buffer(_ERRMSG_SIZE)
        try:
            with self._functions.current():
                code: int = library.ocihooks_run(
                    self._hooks,
                    self._phase,
                    self._state,
                    len(self._state),
                    self._runner,
                    byref(report),
                    errmsg,
                    len(errmsg),
                )
            if report:
                self._report = read_report(report, self._functions.raised)
            if code != 0:
                message = self._report.message if self._report else errmsg.value.decode("utf-8", "replace")
                self._error = error_of(code, message, self._report)
        finally:
            self._close()

    def _close(self) -> None:
        self._runner.close()
        self._pipe = None
        self._stop.close()
        self._functions.raised.clear()

    def take(self, interrupt: Optional[BaseException]) -> Tuple[Optional[Report], Optional[BaseException]]:
        """Takes out the report, and what is to be raised. What happened before that is its __context__."""
        report, self._report = self._report, None
        error, self._error = self._error, None
        fatal, self._functions.fatal = self._functions.fatal, None
        if isinstance(error, HookError) and error.hook and error.hook.outcome == Outcome.CALLBACK:
            error.__cause__ = error.hook.exception
        raised = [one for one in (error, fatal, interrupt) if one is not None]
        for earlier, later in zip(raised, raised[1:]):
            _add_context(later, earlier)
        return report, raised[-1] if raised else None


def _add_context(error: BaseException, earlier: BaseException) -> None:
    """Makes an exception the last one in another's chain of contexts, unless it is there already."""
    chain = [error]
    while chain[-1].__context__ is not None and chain[-1].__context__ not in chain:
        chain.append(chain[-1].__context__)
    if earlier not in chain and earlier.__cause__ not in chain:
        chain[-1].__context__ = earlier
