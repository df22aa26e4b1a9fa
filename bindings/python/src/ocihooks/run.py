"""A run: one call of ocihooks_run() or ocihooks_filter(), from its arguments to its report or exception."""

from __future__ import annotations

from ctypes import byref, create_string_buffer
from typing import Any, Callable, Optional, Tuple

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

# This buffer only holds messages of calls without a report, because a report has the complete message.
_ERRMSG_SIZE = 16384


def run_phase(hooks: Handle, phase: str, state: Json, options: Options) -> Report:
    """Runs a phase: see `Hooks.run`."""
    return _performed(_Run(library.ocihooks_run, hooks, phase, json_bytes("state", state), options))


def filter_config(hooks: Handle, phase: str, config: Json, options: Options) -> Report:
    """Runs a phase as filters: see `Hooks.filter`."""
    return _performed(_Run(library.ocihooks_filter, hooks, phase, json_bytes("config", config), options))


def _performed(run: _Run) -> Report:
    interrupt = interruptibly(run.perform, run.stop)
    report, failure = run.take(interrupt)
    try:
        if failure is not None:
            raise failure
        assert report is not None  # the library creates a report whenever it returns OCIHOOKS_OK
        return report
    finally:
        # Otherwise the exception would refer to itself through this frame, and stay until the next garbage collection.
        del interrupt, report, failure


def reap_left_behind() -> int:
    """Reaps hooks that were left behind because they survived SIGKILL, and that have died since.

    It never waits, and returns the number of hooks that are still left behind. Every run begins with the same work; a
    program that makes no further run calls this function to avoid zombies.
    """
    return int(library.ocihooks_reap_left_behind())


class _Run:
    """A run. It owns everything that the call needs: a thread may continue it after its caller was interrupted."""

    def __init__(
        self, function: Callable[..., int], hooks: Handle, phase: str, state: bytes, options: Options
    ) -> None:
        self._function = function
        self._hooks = hooks
        self._phase = c_string("phase", phase)
        self._state = state
        given = options.get("cancel")
        # This reference keeps the pipe of a Cancel open if the Cancel is closed during the run.
        self._pipe = given.pipe() if isinstance(given, Cancel) else None
        self._runner = new_runner(options)
        self._stop = Cancel()
        self._functions = RunFunctions(options.get("on_event"), options.get("on_output"), self._stop)
        add_cancel(self._runner, self._stop.fileno())
        self._report: Optional[Report] = None
        self._error: Optional[OcihooksError] = None

    def stop(self) -> None:
        """Cancels the run. Threads may call it before, during and after perform()."""
        self._stop.cancel()

    def perform(self) -> None:
        """Makes the call and copies its results from the library's memory."""
        report = Handle(library.ocihooks_report_free)  # the last reference frees it, which may be the Report's
        errmsg = create_string_buffer(_ERRMSG_SIZE)
        try:
            with self._functions.current():
                code = self._function(
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
        """Returns the report and the exception to raise, whose __context__ is the earlier exceptions."""
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
    """Appends an exception to another's chain of contexts, unless the chain already contains it."""
    chain = [error]
    while chain[-1].__context__ is not None and chain[-1].__context__ not in chain:
        chain.append(chain[-1].__context__)
    if earlier not in chain and earlier.__cause__ not in chain:
        chain[-1].__context__ = earlier
