"""Ownership of the library's handles."""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Callable


class Handle(ctypes.c_void_p):
    """A handle of the library, freed with the last reference to this object.

    The object itself is passed to C functions, so each call keeps it alive: a thread may close() a `Hooks` during a run
    without affecting the run. Constructors of the library write into the object, so no exception can separate the
    handle from its owner.
    """

    def __init__(self, free: Callable[[Any], None]) -> None:
        super().__init__()
        self._free = free

    def close(self) -> None:
        """Frees the handle now. The caller must know that no other thread uses it."""
        pointer, self.value = self.value, None
        if pointer is not None:
            self._free(pointer)

    def __del__(self, _is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # Freeing may call Python functions, which no longer exist when the interpreter is shutting down.
        if not _is_finalizing():
            self.close()
