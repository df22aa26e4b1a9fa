"""The enums of <ocihooks.h>, with the header's names without their prefix."""

from __future__ import annotations

import enum


class _Number(enum.IntEnum):
    """A number of the library. A number that only a newer library defines becomes UNKNOWN_n instead of an error."""

    @classmethod
    def _missing_(cls, value: object) -> _Number | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member


class Code(_Number):
    """The kind of a failure, as a number that never changes its meaning: `OcihooksError.code`, `Report.code`."""

    OK = 0
    ERR_INVALID_ARGUMENT = -1
    ERR_INVALID_JSON = -2
    ERR_INVALID_HOOKS = -3
    ERR_INVALID_STATE = -4
    ERR_UNKNOWN_PHASE = -5
    ERR_SPAWN = -6
    ERR_EXIT = -7
    ERR_SIGNAL = -8
    ERR_TIMEOUT = -9
    ERR_CALLBACK = -10
    ERR_CANCELED = -11
    ERR_SYSTEM = -12
    ERR_INTERNAL = -13
    ERR_LOST = -14
    ERR_STOPPED = -15
    ERR_INVALID_CONFIG = -16
    ERR_INVALID_FILES = -17
    ERR_INVALID_OUTPUT = -18


class Outcome(_Number):
    """How a hook ended: `HookReport.outcome`."""

    EXITED = 0
    SIGNALED = 1
    TIMED_OUT = 2
    SPAWN_FAILED = 3
    CANCELED = 4
    CALLBACK = 5
    SKIPPED = 6
    LOST = 7
    STOPPED = 8
    INVALID = 9


class Document(_Number):
    """The form of a document: the first three for `Hooks.read()`, all but LIBCONTAINER for `lint()`."""

    HOOKS = 0
    CONFIG = 1
    LIBCONTAINER = 2
    HOOK_FILE = 3
    CDI = 4


class ReadFlag(_Number):
    """The flags for reading a document, which `Hooks.read()` sets."""

    LENIENT = 1


class Kind(_Number):
    """The kind of a hook: `HookReport.kind`."""

    COMMAND = 0
    CALLBACK = 1


class WarningKind(_Number):
    """What a warning is about: `Warning.kind`."""

    STATE = 0
    HOOK_FAILED = 1
    LEFT_BEHIND = 2
    CONTINUED = 3
    OUTPUT = 4
    STEP_SKIPPED = 5


class Stream(_Number):
    """An output stream of a hook, as `on_output` receives it."""

    STDOUT = 1
    STDERR = 2


class Namespace(_Number):
    """The namespaces that the hooks of a phase run in, as `namespace()` returns them."""

    RUNTIME = 0
    CONTAINER = 1


class Output(_Number):
    """The destination of a hook's stream: the options `stdout` and `stderr`."""

    CAPTURE = 0
    DISCARD = 1
    INHERIT = 2
    MEMORY = 3


class Environment(_Number):
    """The environment of hooks that specify none: the option `env`. A list or a mapping means LIST."""

    INHERIT = 0
    INHERIT_WITHOUT_LOADER = 1
    LIST = 2


class ProcessGroup(_Number):
    """The process group that hooks run in: the option `process_group`.

    It decides who may use the terminal, and whom ^C and ^Z reach.
    """

    AUTO = 0
    OWN = 1
    CALLER = 2
    SESSION = 3


class FailurePolicy(_Number):
    """The effect of a failed hook on the hooks after it: the option `failure_policy`."""

    SPEC = 0
    SPEC_BEFORE_1_3 = 1
    FAIL_FAST = 2
    KEEP_GOING = 3


class StateCheck(_Number):
    """The requirements for the state, which hooks receive on stdin: the option `state_check`."""

    SPEC = 0
    JSON = 1
    OFF = 2


class EventKind(_Number):
    """The kind of an event: `Event.kind`."""

    BEFORE = 0
    AFTER = 1


class Severity(_Number):
    """How much a `Finding` matters."""

    ERROR = 0
    WARNING = 1
    NOTE = 2
