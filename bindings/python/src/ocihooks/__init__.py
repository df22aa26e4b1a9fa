"""Runs OCI lifecycle hooks with the C library libocihooks.

>>> from ocihooks import Hooks
>>> hooks = Hooks.parse('{"createRuntime": [{"path": "/bin/echo", "args": ["echo", "hello"]}]}')
>>> state = {"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/run/web-1"}
>>> report = hooks.run("createRuntime", state, timeout=10)
>>> report.hooks[0].stdout
b'hello\\n'
"""

from ._functions import Callback, OnEvent, OnOutput
from ._library import library as _library
from .cancel import Cancel
from .documents import lint, set_config_hooks
from .enums import (
    Code,
    Document,
    Environment,
    EventKind,
    FailurePolicy,
    Kind,
    Namespace,
    Outcome,
    Output,
    ProcessGroup,
    ReadFlag,
    Severity,
    StateCheck,
    Stream,
    WarningKind,
)
from .errors import (
    CallbackError,
    Canceled,
    ExitError,
    HookError,
    HookTimeout,
    InternalError,
    InvalidArgument,
    InvalidConfig,
    InvalidFiles,
    InvalidHook,
    InvalidHooks,
    InvalidJson,
    InvalidOutput,
    InvalidState,
    Lost,
    OcihooksError,
    SignalError,
    SpawnError,
    Stopped,
    SystemFailure,
    UnknownPhase,
)
from .finding import Finding
from .hook_files import HookFiles
from .hooks import Hooks
from .options import Options
from .phase import PHASES, namespace
from .report import Event, HookReport, Report, ReportWarning
from .run import reap_left_behind
from .state import new_state, state_for_phase

#: The version of the C library.
__version__: str = _library.ocihooks_version().decode()

__all__ = [
    "PHASES",
    "Callback",
    "CallbackError",
    "Cancel",
    "Canceled",
    "Code",
    "Document",
    "Environment",
    "Event",
    "EventKind",
    "ExitError",
    "FailurePolicy",
    "Finding",
    "HookError",
    "HookFiles",
    "HookReport",
    "HookTimeout",
    "Hooks",
    "InternalError",
    "InvalidArgument",
    "InvalidConfig",
    "InvalidFiles",
    "InvalidHook",
    "InvalidHooks",
    "InvalidJson",
    "InvalidOutput",
    "InvalidState",
    "Kind",
    "Lost",
    "Namespace",
    "OcihooksError",
    "OnEvent",
    "OnOutput",
    "Options",
    "Outcome",
    "Output",
    "ProcessGroup",
    "ReadFlag",
    "Report",
    "ReportWarning",
    "Severity",
    "SignalError",
    "SpawnError",
    "StateCheck",
    "Stopped",
    "Stream",
    "SystemFailure",
    "UnknownPhase",
    "WarningKind",
    "__version__",
    "lint",
    "namespace",
    "new_state",
    "reap_left_behind",
    "set_config_hooks",
    "state_for_phase",
]
