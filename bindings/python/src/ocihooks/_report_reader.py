"""Reads a report of the library as plain data."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from ._handle import Handle
from ._library import library
from ._text import read, read_text
from .enums import Code, Kind, Outcome, Stream, WarningKind
from .report import HookReport, Report, ReportWarning

# The initial size of the JSON buffer, in bytes: enough for a few hooks with a few lines of output.
_JSON_SIZE = 16 * 1024
_WITH_EXIT_CODE = (Outcome.EXITED, Outcome.CALLBACK)


def read_report(report: Handle, raised: List[BaseException]) -> Report:
    """Reads the report, which is kept for its JSON. raised: the exceptions of failed callback hooks, in call order."""
    hooks = range(library.ocihooks_report_count(report))
    warnings = range(library.ocihooks_report_warning_count(report))
    left = iter(raised)
    return Report(
        phase=read_text(library.ocihooks_report_phase, report),
        code=Code(library.ocihooks_report_code(report)),
        message=read_text(library.ocihooks_report_message, report),
        duration_ns=library.ocihooks_report_duration_ns(report),
        hooks=tuple(_hook(report, index, left) for index in hooks),
        warnings=tuple(_warning(report, index) for index in warnings),
        config=read_text(library.ocihooks_report_config, report) or None,
        _json=_Json(report),
    )


class _Json:
    """The JSON of a report, which the library writes on the first request. Until then it holds the library's report."""

    def __init__(self, report: Handle) -> None:
        self._report: Optional[Handle] = report
        self._text = ""

    def __call__(self) -> str:
        report = self._report  # another thread may remove it, after it has set the text
        if report is not None:
            self._text = read_text(library.ocihooks_report_json, report, room=_JSON_SIZE)
            self._report = None
        return self._text

    def __getstate__(self) -> Dict[str, Any]:
        """For pickle and copy: the text alone, because a handle is valid in this process only."""
        return {"_report": None, "_text": self()}


def _warning(report: Handle, index: int) -> ReportWarning:
    hook: int = library.ocihooks_report_warning_hook(report, index)
    return ReportWarning(
        read_text(library.ocihooks_report_warning, report, index),
        WarningKind(library.ocihooks_report_warning_kind(report, index)),
        hook if hook >= 0 else None,
    )


def _hook(report: Handle, index: int, raised: Any) -> HookReport:
    kind = Kind(library.ocihooks_report_hook_kind(report, index))
    outcome = Outcome(library.ocihooks_report_hook_outcome(report, index))
    exit_code: int = library.ocihooks_report_hook_exit_code(report, index)
    path = read_text(library.ocihooks_report_hook_path, report, index)
    return HookReport(
        index=index,
        kind=kind,
        path=path if kind == Kind.COMMAND else None,
        outcome=outcome,
        exit_code=exit_code if outcome in _WITH_EXIT_CODE else None,
        signal=_or_none(library.ocihooks_report_hook_signal(report, index)),
        errno=_or_none(library.ocihooks_report_hook_errno(report, index)),
        message=read_text(library.ocihooks_report_hook_message, report, index),
        error=read_text(library.ocihooks_report_hook_error, report, index),
        failed=bool(library.ocihooks_report_hook_failed(report, index)),
        core_dumped=bool(library.ocihooks_report_hook_core_dumped(report, index)),
        pid=_or_none(library.ocihooks_report_hook_pid(report, index)),
        duration_ns=library.ocihooks_report_hook_duration_ns(report, index),
        user_time_ns=library.ocihooks_report_hook_user_time_ns(report, index),
        system_time_ns=library.ocihooks_report_hook_system_time_ns(report, index),
        stdout=read(library.ocihooks_report_hook_output, report, index, Stream.STDOUT),
        stdout_bytes=library.ocihooks_report_hook_output_bytes(report, index, Stream.STDOUT),
        stdout_truncated=bool(library.ocihooks_report_hook_output_truncated(report, index, Stream.STDOUT)),
        stderr=read(library.ocihooks_report_hook_output, report, index, Stream.STDERR),
        stderr_bytes=library.ocihooks_report_hook_output_bytes(report, index, Stream.STDERR),
        stderr_truncated=bool(library.ocihooks_report_hook_output_truncated(report, index, Stream.STDERR)),
        exception=next(raised, None) if outcome == Outcome.CALLBACK and exit_code != 0 else None,
    )


def _or_none(number: int) -> Optional[int]:
    """Returns None for 0, which means none in the library."""
    return number or None
