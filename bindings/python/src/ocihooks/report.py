"""What happened in a run, hook by hook: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Optional, Tuple

from .enums import Code, EventKind, Kind, Outcome, WarningKind


class ReportWarning(str):
    """A warning: its text, one line that is safe to print."""

    #: What it is about.
    kind: WarningKind
    #: The hook's place in the phase, from 0; None where it is about the whole phase.
    hook: Optional[int]

    def __new__(cls, text: str, kind: WarningKind, hook: Optional[int]) -> ReportWarning:
        self = super().__new__(cls, text)
        self.kind, self.hook = kind, hook
        return self

    def __getnewargs__(self) -> Tuple[str, WarningKind, Optional[int]]:  # type: ignore[override]
        """For pickle and copy."""
        return str(self), self.kind, self.hook


@dataclass(frozen=True)
class HookReport:
    """What happened to one hook."""

    #: Its place in the phase, from 0.
    index: int
    kind: Kind
    #: The program; None for a callback.
    path: Optional[str]
    outcome: Outcome
    #: The status it exited with, or what a callback returned to the library (0, or 1 if it raised); else None.
    exit_code: Optional[int]
    #: The signal that killed it, whoever sent it; else None.
    signal: Optional[int]
    #: What kept it from being started; else None.
    errno: Optional[int]
    #: The cause of its failure, as "exited with status 3"; empty if it did not fail or was not run.
    message: str
    #: The whole error, as `str(HookError)` has it where the hook ends the phase; empty as `message`.
    error: str
    #: Whether it failed, whatever that did to the phase.
    failed: bool
    #: Whether it dumped core when a signal killed it.
    core_dumped: bool
    #: None if it had none. The number may be another process's by now.
    pid: Optional[int]
    #: Monotonic time in nanoseconds, from before its clone to its end.
    duration_ns: int
    #: Processor time in nanoseconds, with the children it waited for.
    user_time_ns: int
    system_time_ns: int
    #: What was kept of its output, raw; where something was left out, a line says so.
    stdout: bytes
    #: How many bytes it wrote, kept or not.
    stdout_bytes: int
    stdout_truncated: bool
    stderr: bytes
    stderr_bytes: int
    stderr_truncated: bool
    #: What a callback raised.
    exception: Optional[BaseException] = field(default=None, compare=False)

    @property
    def duration(self) -> float:
        """How long it took, in seconds."""
        return self.duration_ns / 1e9

    @property
    def stdout_text(self) -> str:
        """stdout as text; what is not UTF-8 becomes U+FFFD."""
        return self.stdout.decode("utf-8", "replace")

    @property
    def stderr_text(self) -> str:
        """stderr as text; what is not UTF-8 becomes U+FFFD."""
        return self.stderr.decode("utf-8", "replace")


@dataclass(frozen=True)
class Report:
    """What happened in a run: what `Hooks.run` returns, and `HookError.report`."""

    phase: str
    code: Code
    #: The run's error message; empty if it went well.
    message: str
    #: Monotonic time in nanoseconds.
    duration_ns: int
    #: One for each hook of the phase, run or not.
    hooks: Tuple[HookReport, ...]
    #: Failures that did not end the phase, and what is odd about the state.
    warnings: Tuple[ReportWarning, ...]
    _json: Callable[[], str] = field(repr=False, compare=False)

    @property
    def duration(self) -> float:
        """How long the phase took, in seconds."""
        return self.duration_ns / 1e9

    def json(self) -> str:
        """The report as the library writes it: one compact JSON object. <ocihooks.h> lists its members."""
        return self._json()


@dataclass(frozen=True)
class Event:
    """What `on_event` is told: a hook is about to run, or has ended."""

    kind: EventKind
    phase: str
    #: The hook's place in the phase, from 0.
    index: int
    #: None for a callback.
    path: Optional[str]
    #: How it ended; None before.
    outcome: Optional[Outcome]
    #: The cause of its failure; empty before, and for a success.
    message: str
    #: How long it took, in nanoseconds; 0 before.
    duration_ns: int
