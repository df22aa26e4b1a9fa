"""Hook files: hooks from directories, as engines have them in hooks.d."""

from __future__ import annotations

import json
import os
import threading
from ctypes import byref, c_int
from types import TracebackType
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Type, Union

from ._handle import Handle
from ._library import library
from ._text import Json, c_string, c_strings, check, json_bytes, read_text, read_written
from .enums import Severity
from .finding import Finding, read_findings
from .hooks import Hooks

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]


class HookFiles:
    """Hook files that were read. docs/hooksd.md has the rules of directories and documents.

    Any thread may call any method at any time; one that changes the files waits for the others. They are freed by close(), at
    the end of a `with`, or when nobody refers to them any more. Every method of a closed one raises ValueError.
    """

    def __init__(self, stages: Iterable[str] = ()) -> None:
        """Makes one without files. stages: those offered besides the runtime-spec's, as podman's "precreate"."""
        self._lock = threading.RLock()
        handle = Handle(library.ocihooks_hooksd_free)
        check(library.ocihooks_hooksd_new, byref(handle))
        self._handle: Optional[Handle] = handle
        for stage in stages:
            check(library.ocihooks_hooksd_add_stage, handle, c_string("stage", stage))

    def _live(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise ValueError("these hook files are closed")
        return handle

    def add_dir(self, directory: Path) -> None:
        """Reads the hook files of a directory. A file masks one of the same name that was read before.

        A missing directory is empty. Files that can't be used are violations, and all others are used. InvalidArgument.
        """
        with self._lock:
            check(library.ocihooks_hooksd_add_dir, self._live(), c_string("directory", directory))

    def add_file(self, name: str, content: Json) -> None:
        """Reads a hook file in memory: JSON text or a mapping. InvalidArgument: the name does not end in .json."""
        raw = json_bytes("content", content)
        with self._lock:
            check(library.ocihooks_hooksd_add_file, self._live(), c_string("name", name), raw, len(raw))

    def set_strict(self, on: bool) -> None:
        """Whether match() fails where a file can't be used. Default: no, the other files are used."""
        with self._lock:
            check(library.ocihooks_hooksd_set_strict, self._live(), bool(on))

    def set_check_host(self, on: bool) -> None:
        """Whether the hooks' programs are looked for on this host; what is found is a warning. Default: no."""
        with self._lock:
            check(library.ocihooks_hooksd_set_check_host, self._live(), bool(on))

    def refresh(self) -> bool:
        """Lists the directories again, and reads the files that have changed. Returns whether anything has changed."""
        changed = c_int()
        with self._lock:
            check(library.ocihooks_hooksd_refresh, self._live(), byref(changed))
        return changed.value != 0

    def count(self) -> int:
        """How many files can inject a hook."""
        with self._lock:
            count: int = library.ocihooks_hooksd_count(self._live())
        return count

    def names(self) -> List[str]:
        """The names of those files, in the order of injection."""
        with self._lock:
            return [read_text(library.ocihooks_hooksd_name, self._live(), index) for index in range(self.count())]

    def files(self) -> List[str]:
        """Their paths, in the same order; of a file in memory its name."""
        with self._lock:
            return [read_text(library.ocihooks_hooksd_file, self._live(), index) for index in range(self.count())]

    def violations(self) -> List[Finding]:
        """What is to be said of the directories and files."""
        with self._lock:
            return read_findings(read_text(library.ocihooks_hooksd_violations_json, self._live()))

    def violation_count(self, severity: Severity) -> int:
        """How many violations of a severity there are."""
        with self._lock:
            count: int = library.ocihooks_hooksd_violation_count(self._live(), severity)
        return count

    def violation_lines(self, severity: Severity) -> List[str]:
        """The violations of a severity, a line each, safe to print."""
        with self._lock:
            places = range(self.violation_count(severity))
            return [read_text(library.ocihooks_hooksd_violation, self._live(), severity, place) for place in places]

    def match(
        self, config: Json, annotations: Optional[Mapping[str, str]] = None, has_bind_mounts: bool = False
    ) -> Hooks:
        """The hooks that the files add to a container, in the order of injection; the config's own are not among them.

        config: the config.json. annotations: in place of the config's. has_bind_mounts: whether the user asked for bind
        mounts. InvalidArgument, InvalidJson, InvalidConfig; InvalidFiles: strict, and a file can't be used.
        """
        handle = Handle(library.ocihooks_free)
        with self._lock:
            container = _container(config, annotations, has_bind_mounts)
            check(library.ocihooks_hooksd_match, self._live(), *container, byref(handle))
        return Hooks._of(handle)

    def explain(
        self, config: Json, annotations: Optional[Mapping[str, str]] = None, has_bind_mounts: bool = False
    ) -> Dict[str, Any]:
        """What becomes of every file for a container: docs/hooksd.md, "Asking why". The arguments are those of match()."""
        with self._lock:
            container = _container(config, annotations, has_bind_mounts)
            text = read_written(library.ocihooks_hooksd_explain, self._live(), *container)
        result: Dict[str, Any] = json.loads(text)
        return result

    def close(self) -> None:
        """Frees them."""
        with self._lock:
            self._handle = None

    def __enter__(self) -> HookFiles:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


def _container(config: Json, annotations: Optional[Mapping[str, str]], has_bind_mounts: bool) -> Tuple[Any, ...]:
    raw = json_bytes("config", config)
    texts = None if annotations is None else [text for pair in annotations.items() for text in pair]
    return raw, len(raw), c_strings("annotations", texts), bool(has_bind_mounts)
