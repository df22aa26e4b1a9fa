"""The hook map: phases, each with its ordered list of hooks."""

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
from .run import filter_config, run_phase

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import Options


def _made(function: Callable[..., int], *arguments: object) -> Handle:
    handle = Handle(library.ocihooks_free)
    check(function, *arguments, byref(handle))
    return handle


class Hooks:
    """The hook map of a container.

    Threads may call all methods at any time. A run uses the hooks as they were when it began: changes during a run are
    made to a copy.

    The map is freed by close(), at the end of a `with`, or with the last reference to it. All methods of a closed map
    raise ValueError.
    """

    def __init__(self) -> None:
        """Creates an empty map."""
        self._changing = threading.RLock()
        self._handle: Optional[Handle] = _made(library.ocihooks_new)

    @classmethod
    def parse(cls, text: Json) -> Hooks:
        """Reads the `hooks` object of the runtime-spec: JSON text or a mapping.

        The map is lossless: to_json() writes unknown properties and members. Raises InvalidJson, and InvalidHooks,
        whose message lists the first 100 violations.
        """
        return cls._of(_parsed(library.ocihooks_parse, text))

    @classmethod
    def parse_config(cls, text: Json) -> Hooks:
        """Reads the hooks of a complete config.json."""
        return cls._of(_parsed(library.ocihooks_parse_config, text))

    @classmethod
    def parse_libcontainer(cls, text: Json) -> Hooks:
        """Reads libcontainer's dialect, as runc keeps it in its state: "timeout" in nanoseconds, and "dir".

        It is lenient, as read() can be, because the container exists and must be deleted, whatever its hooks are.
        """
        return cls._of(_parsed(library.ocihooks_parse_libcontainer, text))

    @classmethod
    def read(cls, document: Document, text: Json, *, lenient: bool = False) -> Hooks:
        """Reads a document of any form.

        lenient: hooks that the runtime-spec forbids are kept. Each fails with `InvalidHook` when it runs, while the
        others run, and `warnings` reports it. This suits documents that another program accepted before. The map is
        lenient afterwards, see set_lenient(). Raises InvalidJson and InvalidHooks.
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
        """Changes a copy, which then replaces the map, because a run may be reading the map."""
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

        path: the absolute path of the program. args: the complete argument vector, beginning with the program's name.
        env: the complete environment; None leaves it to the run. timeout: the time limit in whole seconds, the
        runtime-spec's unit; None for no limit. Raises InvalidArgument and InvalidHooks.
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
        """Appends a function to a phase. It receives the phase's name and the state as JSON.

        The hook fails if the function raises an exception; its return value is ignored. The thread that runs the phase
        calls it. For a run in the main thread, another thread calls it with the caller's context (contextvars) while
        the main thread waits. No time limit and no Ctrl-C interrupts it. The function may use and change these hooks.
        If it refers to them, only close() frees them. Raises InvalidArgument.
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
        """Sets whether add_command() keeps a hook that the runtime-spec forbids. Such a hook fails when it runs."""
        self._change(library.ocihooks_set_lenient, bool(on))

    def add_cdi_edits(self, edits: Json) -> None:
        """Appends the hooks of a CDI containerEdits object, each to the phase of its hookName. Raises InvalidJson and InvalidHooks."""
        raw = json_bytes("edits", edits)
        self._change(library.ocihooks_add_cdi_edits, raw, len(raw))

    def merge(self, other: Hooks) -> None:
        """Appends the hooks of another map, phase by phase. Raises InvalidArgument if the maps can't be joined."""
        self._change(library.ocihooks_merge, other._live())

    def copy(self) -> Hooks:
        """Returns a copy of the map, which shares the callbacks."""
        return self._of(_made(library.ocihooks_clone, self._live()))

    __copy__ = copy

    def count(self, phase: str) -> int:
        """Returns the number of hooks in a phase; 0 for a phase that is not in the map."""
        result: int = library.ocihooks_count(self._live(), c_string("phase", phase))
        return result

    @property
    def phases(self) -> List[str]:
        """The phases of the map: those of the six that have hooks, then all that the runtime-spec does not define."""
        return self._texts(library.ocihooks_hooks_phase_count, library.ocihooks_hooks_phase_name)

    @property
    def warnings(self) -> List[str]:
        """The oddities of the document, and of commands appended since.

        They report hooks that will fail, names that differ from the runtime-spec's only in case, and a document that
        looks like another form.
        """
        return self._texts(library.ocihooks_warning_count, library.ocihooks_warning)

    def _texts(self, count: Any, text: Any) -> List[str]:
        handle = self._live()
        return [read_text(text, handle, index) for index in range(count(handle))]

    def to_json(self) -> str:
        """Returns the `hooks` object of the runtime-spec as compact JSON, without callbacks."""
        return read_text(library.ocihooks_to_json, self._live())

    def to_libcontainer(self) -> str:
        """Returns libcontainer's dialect as compact JSON, without callbacks."""
        return read_text(library.ocihooks_to_libcontainer, self._live())

    def to_dict(self) -> Dict[str, Any]:
        """Returns to_json() as a dict."""
        result: Dict[str, Any] = json.loads(self.to_json())
        return result

    def run(self, phase: str, state: Json, **options: Unpack[Options]) -> Report:
        """Runs a phase: its hooks in order, each with the state on stdin. Returns the report.

        phase: one of the six, or another phase of the map. state: JSON text, which reaches the hooks byte for byte, or
        a mapping. `Options` describes the keyword arguments.

        A hook that ends the phase raises a `HookError` with the report. UnknownPhase, InvalidState, InvalidArgument,
        and OSError if no pipe can be created, are raised before any hook is run. An exception from `on_event` or
        `on_output` cancels the run and is raised after it. In the main thread, so does Ctrl-C or any other exception
        from a signal handler: the hook is killed, then the exception is raised.

        Other threads continue during the call.
        """
        return run_phase(self._live(), phase, state, options)

    def filter(self, phase: str, config: Json, **options: Unpack[Options]) -> Report:
        """Runs a phase as filters of a config, as podman does with its stage "precreate".

        Each hook gets the config on its stdin and writes the new one to its stdout, which is the next hook's stdin. The last
        one is `Report.config`. A phase that is not there leaves the config as it is. A hook without env has an empty
        environment, unless `env` names another.

        Raises as run() does; InvalidJson and InvalidConfig where the config is no JSON object. A filter that exits with 0 and
        writes no config raises InvalidOutput.
        """
        return filter_config(self._live(), phase, config, options)

    def close(self) -> None:
        """Frees the map, or lets the last run that uses it free it when it ends."""
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
