"""The exceptions: one class for each code of the library."""

from __future__ import annotations

from typing import Dict, Optional, Type

from .enums import Code, Outcome
from .report import HookReport, Report


class OcihooksError(Exception):
    """Whatever the library reports. str() is its message, unchanged."""

    #: The library's code.
    code: Code = Code.ERR_INTERNAL
    #: What happened in the run; None where no hook was looked at.
    report: Optional[Report] = None


class InvalidArgument(OcihooksError, ValueError):
    """An argument or an option that the library does not take."""

    code = Code.ERR_INVALID_ARGUMENT


class InvalidJson(OcihooksError, ValueError):
    """Not JSON, or not UTF-8: the message says line and column."""

    code = Code.ERR_INVALID_JSON


class InvalidHooks(OcihooksError, ValueError):
    """JSON, but the runtime-spec forbids it: the message names the first 100 faults."""

    code = Code.ERR_INVALID_HOOKS


class InvalidState(OcihooksError, ValueError):
    """The state is not what the runtime-spec asks for; no hook was run."""

    code = Code.ERR_INVALID_STATE


class UnknownPhase(OcihooksError, LookupError):
    """Not one of the six phases, and not one that the hooks have."""

    code = Code.ERR_UNKNOWN_PHASE


class InternalError(OcihooksError):
    """A defect of the library, caught at its boundary."""

    code = Code.ERR_INTERNAL


class HookError(OcihooksError):
    """A hook ended the phase. `report` says everything, the properties are of the hook that failed."""

    @property
    def hook(self) -> Optional[HookReport]:
        """The hook that failed; None only if the exception was not raised by a run."""
        # The failure ends the phase: those behind it were skipped, and only those.
        run = [hook for hook in self.report.hooks if hook.outcome != Outcome.SKIPPED] if self.report else []
        return run[-1] if run else None

    @property
    def phase(self) -> Optional[str]:
        """The phase that was run."""
        return self.report.phase if self.report else None

    @property
    def index(self) -> Optional[int]:
        """The hook's place in the phase, from 0."""
        return self.hook.index if self.hook else None

    @property
    def path(self) -> Optional[str]:
        """The program; None for a callback."""
        return self.hook.path if self.hook else None

    @property
    def outcome(self) -> Optional[Outcome]:
        """How the hook ended."""
        return self.hook.outcome if self.hook else None

    @property
    def exit_code(self) -> Optional[int]:
        """The status it exited with; None if it did not exit."""
        return self.hook.exit_code if self.hook else None

    @property
    def signal(self) -> Optional[int]:
        """The signal that killed it; None if none did."""
        return self.hook.signal if self.hook else None

    @property
    def stdout(self) -> bytes:
        """What it wrote to stdout, as far as it was captured."""
        return self.hook.stdout if self.hook else b""

    @property
    def stderr(self) -> bytes:
        """What it wrote to stderr, as far as it was captured."""
        return self.hook.stderr if self.hook else b""


class InvalidHook(InvalidHooks, HookError):
    """A hook that the runtime-spec forbids, in hooks that were read leniently: its turn came."""


class SpawnError(HookError):
    """A step before execve, or execve itself, failed: the message says which."""

    code = Code.ERR_SPAWN

    @property
    def errno(self) -> Optional[int]:
        """Why it failed."""
        return self.hook.errno if self.hook else None


class ExitError(HookError):
    """A hook exited with a status other than 0: `exit_code`."""

    code = Code.ERR_EXIT


class SignalError(HookError):
    """A signal killed a hook: `signal`."""

    code = Code.ERR_SIGNAL


class HookTimeout(HookError, TimeoutError):
    """A hook, or the phase, went over its time limit."""

    code = Code.ERR_TIMEOUT


class CallbackError(HookError):
    """A callback raised an exception: it is the `__cause__`."""

    code = Code.ERR_CALLBACK


class Canceled(HookError):
    """The run was canceled: see the option `cancel`."""

    code = Code.ERR_CANCELED


class SystemFailure(HookError):
    """No child could be made, or a call of the library's own failed: EMFILE, EAGAIN ..."""

    code = Code.ERR_SYSTEM


class Lost(HookError):
    """The host reaped the hook itself, so its status is not known."""

    code = Code.ERR_LOST


class Stopped(HookError):
    """A hook wanted the terminal from a background process group: `signal` is SIGTTIN or SIGTTOU."""

    code = Code.ERR_STOPPED


class InvalidConfig(OcihooksError):
    """A config.json is not what the runtime-spec asks for, as far as the library read it."""

    code = Code.ERR_INVALID_CONFIG


class InvalidFiles(OcihooksError):
    """Hook files are invalid, and reading was strict."""

    code = Code.ERR_INVALID_FILES


class InvalidOutput(HookError):
    """A filter exited with 0 and wrote no config."""

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
    """The exception for a code that a function returned."""
    kind = _CLASSES.get(Code(code), OcihooksError)
    if kind is InvalidHooks and report is not None:
        kind = InvalidHook
    error = kind(message)
    error.code = Code(code)
    error.report = report
    return error
