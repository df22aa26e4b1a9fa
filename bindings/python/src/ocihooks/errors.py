"""The exceptions, one class for each code of the library."""

from __future__ import annotations

from typing import Dict, Optional, Type

from .enums import Code, Outcome
from .report import HookReport, Report


class OcihooksError(Exception):
    """The base of all errors of the library. str() is the library's message, unchanged."""

    #: The library's code for the failure.
    code: Code = Code.ERR_INTERNAL
    #: The report of the run; None if the phase never began.
    report: Optional[Report] = None


class InvalidArgument(OcihooksError, ValueError):
    """The library does not accept an argument or option."""

    code = Code.ERR_INVALID_ARGUMENT


class InvalidJson(OcihooksError, ValueError):
    """The text is not JSON, or not UTF-8. The message gives line and column."""

    code = Code.ERR_INVALID_JSON


class InvalidHooks(OcihooksError, ValueError):
    """The JSON describes hooks that the runtime-spec forbids. The message lists the first 100 violations."""

    code = Code.ERR_INVALID_HOOKS


class InvalidState(OcihooksError, ValueError):
    """The state violates the runtime-spec. No hook was run."""

    code = Code.ERR_INVALID_STATE


class UnknownPhase(OcihooksError, LookupError):
    """The phase is neither one of the six of the runtime-spec nor in the map."""

    code = Code.ERR_UNKNOWN_PHASE


class InternalError(OcihooksError):
    """The library has a defect, which was caught before it could reach Python."""

    code = Code.ERR_INTERNAL


class HookError(OcihooksError):
    """A hook ended the phase. `report` has all details; the properties describe the failed hook."""

    @property
    def hook(self) -> Optional[HookReport]:
        """The hook that failed; None only if the exception was not raised by a run."""
        # The failed hook ends the phase, so exactly the hooks after it were skipped.
        run = [hook for hook in self.report.hooks if hook.outcome != Outcome.SKIPPED] if self.report else []
        return run[-1] if run else None

    @property
    def phase(self) -> Optional[str]:
        """The phase that was run."""
        return self.report.phase if self.report else None

    @property
    def index(self) -> Optional[int]:
        """The hook's index in the phase, from 0."""
        return self.hook.index if self.hook else None

    @property
    def path(self) -> Optional[str]:
        """The hook's path; None for a callback."""
        return self.hook.path if self.hook else None

    @property
    def outcome(self) -> Optional[Outcome]:
        """How the hook ended."""
        return self.hook.outcome if self.hook else None

    @property
    def exit_code(self) -> Optional[int]:
        """The hook's exit status; None if it did not exit."""
        return self.hook.exit_code if self.hook else None

    @property
    def signal(self) -> Optional[int]:
        """The signal that killed the hook; None if no signal did."""
        return self.hook.signal if self.hook else None

    @property
    def stdout(self) -> bytes:
        """The kept part of the hook's standard output, if it was captured."""
        return self.hook.stdout if self.hook else b""

    @property
    def stderr(self) -> bytes:
        """The kept part of the hook's standard error, if it was captured."""
        return self.hook.stderr if self.hook else b""


class InvalidHook(InvalidHooks, HookError):
    """A leniently read hook, which the runtime-spec forbids, was about to run."""


class SpawnError(HookError):
    """execve, or a step before it, failed in the child. The message names the step."""

    code = Code.ERR_SPAWN

    @property
    def errno(self) -> Optional[int]:
        """The reason of the failure."""
        return self.hook.errno if self.hook else None


class ExitError(HookError):
    """A hook exited with a status other than 0, which is `exit_code`."""

    code = Code.ERR_EXIT


class SignalError(HookError):
    """A signal killed a hook. `signal` is its number."""

    code = Code.ERR_SIGNAL


class HookTimeout(HookError, TimeoutError):
    """A hook or the phase exceeded its time limit."""

    code = Code.ERR_TIMEOUT


class CallbackError(HookError):
    """A callback raised an exception, which is the `__cause__`."""

    code = Code.ERR_CALLBACK


class Canceled(HookError):
    """The run was canceled: see the option `cancel`."""

    code = Code.ERR_CANCELED


class SystemFailure(HookError):
    """No child could be created, or a system call of the library failed, for example with EMFILE or EAGAIN."""

    code = Code.ERR_SYSTEM


class Lost(HookError):
    """The host reaped the hook, and its exit status is unknown."""

    code = Code.ERR_LOST


class Stopped(HookError):
    """A hook used the terminal from a background process group. `signal` is SIGTTIN or SIGTTOU."""

    code = Code.ERR_STOPPED


class InvalidConfig(OcihooksError):
    """A config.json violates the runtime-spec, as far as the library read it."""

    code = Code.ERR_INVALID_CONFIG


class InvalidFiles(OcihooksError):
    """Hook files are invalid, and reading was strict."""

    code = Code.ERR_INVALID_FILES


class InvalidOutput(HookError):
    """A filter exited with status 0 but wrote no config."""

    code = Code.ERR_INVALID_OUTPUT


_CLASSES: Dict[Code, Type[OcihooksError]] = {
    error.code: error
    for error in (
        InvalidArgument,
        InvalidJson,
        InvalidHooks,
        InvalidState,
        UnknownPhase,
        InternalError,
        SpawnError,
        ExitError,
        SignalError,
        HookTimeout,
        CallbackError,
        Canceled,
        SystemFailure,
        Lost,
        Stopped,
        InvalidConfig,
        InvalidFiles,
        InvalidOutput,
    )
}


def error_of(code: int, message: str, report: Optional[Report] = None) -> OcihooksError:
    """Returns the exception for a code that a function returned."""
    kind = _CLASSES.get(Code(code), OcihooksError)
    if kind is InvalidHooks and report is not None:
        kind = InvalidHook
    error = kind(message)
    error.code = Code(code)
    error.report = report
    return error
