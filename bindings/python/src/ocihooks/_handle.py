"""Who owns what the library made."""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Callable


class Handle(ctypes.c_void_p):
    """A handle of the library's, freed when nobody refers to this object any more.

    It is passed to functions as it is, so each call keeps it alive: close() of a `Hooks` during a run, on whatever
    thread, takes nothing away from the run. It is also the place where a constructor writes to, so that no
    exception can come between the handle and its owner.
    """

    def __init__(self, free: Callable[[Any], None]) -> None:
        super().__init__()
        self._free = free

    def close(self) -> None:
        """Frees it now. For who knows that no other thread uses it."""
        pointer, self.value = self.value, None
        if pointer is not None:
            self._free(pointer)

    def __del__(self, _is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # Freeing may call Python functions, which an interpreter that ends has no more.
        if not _is_finalizing():
            self.close()
