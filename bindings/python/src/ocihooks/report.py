"""The report of a run, hook by hook, as plain data."""

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
    """The entry of one hook in a report."""

    #: The hook's index in the phase, from 0.
    index: int
    kind: Kind
    #: The hook's path; None for a callback.
    path: Optional[str]
    outcome: Outcome
    #: The exit status of a command. For a callback: 0, or 1 if it raised. None for any other outcome.
    exit_code: Optional[int]
    #: The signal that killed the hook, whoever sent it; otherwise None.
    signal: Optional[int]
    #: The errno that prevented the hook from starting; otherwise None.
    errno: Optional[int]
    #: The cause of the failure, for example "exited with status 3"; empty if the hook succeeded or was not run.
    message: str
    #: The complete error text, which is `str(HookError)` if the hook ends the phase; empty as `message`.
    error: str
    #: Whether the hook failed, whatever the effect on the phase.
    failed: bool
    #: Whether the hook dumped core when a signal killed it.
    core_dumped: bool
    #: The process ID; None if the hook had none. The kernel may have given it to another process since.
    pid: Optional[int]
    #: Monotonic time in nanoseconds, from before the hook's clone to its end.
    duration_ns: int
    #: Processor time in nanoseconds, including the children that the hook waited for.
    user_time_ns: int
    system_time_ns: int
    #: The kept part of the output, unchanged; a line marks omitted bytes.
    stdout: bytes
    #: The number of bytes that the hook wrote, whether kept or not.
    stdout_bytes: int
    stdout_truncated: bool
    stderr: bytes
    stderr_bytes: int
    stderr_truncated: bool
    #: The exception that a callback raised.
    exception: Optional[BaseException] = field(default=None, compare=False)

    @property
    def duration(self) -> float:
        """How long the hook took, in seconds."""
        return self.duration_ns / 1e9

    @property
    def stdout_text(self) -> str:
        """stdout as text; bytes that are not UTF-8 become U+FFFD."""
        return self.stdout.decode("utf-8", "replace")

    @property
    def stderr_text(self) -> str:
        """stderr as text; bytes that are not UTF-8 become U+FFFD."""
        return self.stderr.decode("utf-8", "replace")


@dataclass(frozen=True)
class Report:
    """The report of a run: the result of `Hooks.run`, and `HookError.report`."""

    phase: str
    code: Code
    #: The error message of the run; empty if it succeeded.
    message: str
    #: Monotonic time in nanoseconds.
    duration_ns: int
    #: One entry for each hook of the phase, including hooks that were not run.
    hooks: Tuple[HookReport, ...]
    #: Failures that did not end the phase, and oddities of the state.
    warnings: Tuple[ReportWarning, ...]
    #: The config that filters made, compact JSON; None for a run, and after a failure.
    config: Optional[str]
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
    """The argument of `on_event`: a hook is about to run, or has ended."""

    kind: EventKind
    phase: str
    #: The hook's index in the phase, from 0.
    index: int
    #: The hook's path; None for a callback.
    path: Optional[str]
    #: How the hook ended; None before it runs.
    outcome: Optional[Outcome]
    #: The cause of a failure; empty on success and before the hook runs.
    message: str
    #: How long the hook took, in nanoseconds; 0 before it runs.
    duration_ns: int
