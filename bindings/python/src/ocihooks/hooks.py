"""The hooks: phases, each with its ordered list of hooks."""

from __future__ import annotations

import json
import os
import threading
from ctypes import byref, c_int
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Optional, Type, Union

from ._functions import Callback, callback_hook, forget, remember
from ._handle import Handle
from ._library import library
from ._text import Json, Strings, c_string, c_strings, check, integer, json_bytes, read_text
from .enums import Document, ReadFlag
from .errors import OcihooksError
from .report import Report
from .run import run_phase

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import Options


def _made(function: Callable[..., int], *arguments: object) -> Handle:
    handle = Handle(library.ocihooks_free)
    check(function, *arguments, byref(handle))
    return handle


class Hooks:
    """The hook map of a container.

    Any thread may call any method at any time. A run keeps to the hooks as they were when it began: whoever changes
    them meanwhile changes a copy.

    It is freed by close(), at the end of a `with`, or when nobody refers to it any more. Every method of a closed one
    raises ValueError.
    """

    def __init__(self) -> None:
        """Makes one without hooks."""
        self._changing = threading.RLock()
        self._handle: Optional[Handle] = _made(library.ocihooks_new)

    @classmethod
    def parse(cls, text: Json) -> Hooks:
        """Reads the `hooks` object of the runtime-spec: JSON text, or a mapping.

        Nothing is lost: unknown properties and members are kept for to_json(). InvalidJson, InvalidHooks: the message
        names the first 100 faults.
        """
        return cls._of(_parsed(library.ocihooks_parse, text))

    @classmethod
    def parse_config(cls, text: Json) -> Hooks:
        """Reads the hooks of a whole config.json."""
        return cls._of(_parsed(library.ocihooks_parse_config, text))

    @classmethod
    def parse_libcontainer(cls, text: Json) -> Hooks:
        """Reads libcontainer's dialect, as runc keeps it: "timeout" in nanoseconds, and "dir".

        It is lenient, as read() is, because the container exists and has to be deleted, whatever its hooks are.
        """
        return cls._of(_parsed(library.ocihooks_parse_libcontainer, text))

    @classmethod
    def read(cls, document: Document, text: Json, *, lenient: bool = False) -> Hooks:
        """Reads a document of any form.

        lenient: hooks that the runtime-spec forbids are kept, and each fails when its turn comes (`InvalidHook`), while
        the others run: for documents that somebody else accepted before. `warnings` tells of each. These hooks are
        lenient then, see set_lenient(). InvalidJson, InvalidHooks.
        """
        number = integer("document", document, c_int)
        return cls._of(_parsed(library.ocihooks_read, text, number, ReadFlag.LENIENT if lenient else 0))

    @classmethod
    def _of(cls, handle: Handle) -> Hooks:
        hooks = cls.__new__(cls)
        hooks._changing = threading.RLock()
        hooks._handle = handle
        return hooks

    def _live(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise ValueError("these hooks are closed")
        return handle

    def _change(self, function: Callable[..., int], *arguments: object) -> None:
        """Changes a copy, which then takes the place of the map: a run may be reading that one."""
        with self._changing:
            changed = _made(library.ocihooks_clone, self._live())
            check(function, changed, *arguments)
            self._handle = changed

    def add_command(
        self,
        phase: str,
        path: Union[str, os.PathLike[str]],
        args: Optional[Iterable[str]] = None,
        env: Optional[Strings] = None,
        timeout: Optional[int] = None,
    ) -> None:
        """Appends a command to a phase.

        path: the program's absolute path. args: the whole argument vector, the program's name first. env: the whole
        environment; None leaves it to the run. timeout: in whole seconds, as the runtime-spec has it; None for none.
        InvalidArgument, InvalidHooks.
        """
        self._change(
            library.ocihooks_add_command,
            c_string("phase", phase),
            c_string("path", path),
            c_strings("args", args),
            c_strings("env", env),
            0 if timeout is None else integer("timeout", timeout, c_int),
        )

    def add_callback(self, phase: str, function: Callback) -> None:
        """Appends a function to a phase: it gets the phase's name, and the state as JSON.

        The hook fails if the function raises something; what it returns is ignored. It is called by every thread that
        runs the phase; where that is the main thread, by another one, with the caller's context (contextvars), while
        the main thread waits. No time limit and no Ctrl-C interrupts it. It may use these hooks, and change them; if
        it refers to them, they are only freed by close(). InvalidArgument.
        """
        if not callable(function):
            raise TypeError(f"a callback must be a function, not {type(function).__name__}")
        name = c_string("phase", phase)
        number = remember(function)
        try:
            self._change(library.ocihooks_add_callback, name, callback_hook, number, forget)
        except OcihooksError:
            forget(number)
            raise

    def set_lenient(self, on: bool) -> None:
        """Says whether add_command() keeps a hook that the runtime-spec forbids: it fails when its turn comes."""
        self._change(library.ocihooks_set_lenient, bool(on))

    def merge(self, other: Hooks) -> None:
        """Appends the hooks of another map, phase by phase. InvalidArgument: the two can't be joined."""
        self._change(library.ocihooks_merge, other._live())

    def copy(self) -> Hooks:
        """A map with the same hooks. Callbacks are the same functions."""
        return self._of(_made(library.ocihooks_clone, self._live()))

    __copy__ = copy

    def count(self, phase: str) -> int:
        """How many hooks a phase has; 0 for one that is not there."""
        result: int = library.ocihooks_count(self._live(), c_string("phase", phase))
        return result

    @property
    def phases(self) -> List[str]:
        """The phases that these hooks have: those of the six with hooks in it, then all that the spec does not know."""
        return self._texts(library.ocihooks_hooks_phase_count, library.ocihooks_hooks_phase_name)

    @property
    def warnings(self) -> List[str]:
        """What was odd in the document, though it was read, or in what was appended since: hooks that will fail, names
        that differ from the runtime-spec's in case only, the looks of a document of another form."""
        return self._texts(library.ocihooks_warning_count, library.ocihooks_warning)

    def _texts(self, count: Any, text: Any) -> List[str]:
        handle = self._live()
        return [read_text(text, handle, index) for index in range(count(handle))]

    def to_json(self) -> str:
        """The `hooks` object of the runtime-spec, compact. Callbacks are left out."""
        return read_text(library.ocihooks_to_json, self._live())

    def to_libcontainer(self) -> str:
        """libcontainer's dialect, compact. Callbacks are left out."""
        return read_text(library.ocihooks_to_libcontainer, self._live())

    def to_dict(self) -> Dict[str, Any]:
        """to_json() as a dict."""
        result: Dict[str, Any] = json.loads(self.to_json())
        return result

    def run(self, phase: str, state: Json, **options: Unpack[Options]) -> Report:
        """Runs a phase: its hooks in order, each with the state on its stdin. Returns what happened.

        phase: one of the six, or one that these hooks have. state: JSON text, which goes to the hooks byte for byte, or
        a mapping. The keyword arguments are described at `Options`.

        A hook that fails raises a `HookError`, with the report. Before any hook is run: UnknownPhase, InvalidState,
        InvalidArgument, and OSError where Python gets no pipe. What `on_event` or `on_output` raises cancels the run,
        and is raised after it. In the main thread, Ctrl-C, or whatever a signal handler raises, does so too: the hook
        is killed, then KeyboardInterrupt is raised.

        Other threads go on meanwhile.
        """
        return run_phase(self._live(), phase, state, options)

    def close(self) -> None:
        """Frees it, at the latest when the runs have ended that use it."""
        with self._changing:
            self._handle = None

    def __enter__(self) -> Hooks:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


def _parsed(function: Callable[..., int], text: Json, *choices: int) -> Handle:
    raw = json_bytes("hooks", text)
    return _made(function, *choices, raw, len(raw))
