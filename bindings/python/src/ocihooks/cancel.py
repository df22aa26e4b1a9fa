"""Cancel: says "stop now" to runs."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Callable, Optional, Type


class _Descriptor:
    """A descriptor, closed when nobody refers to this object any more: never while somebody uses it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self, _close: Callable[[int], None] = os.close) -> None:
        _close(self.number)


class Cancel:
    """Stops the runs that were given it: the hook that runs is killed, and those behind it are skipped.

    One may serve any number of runs, before, during and after them. Any thread may call any of its methods at any
    time, a signal handler too. It holds two descriptors until close(), which is no cancel().
    """

    def __init__(self) -> None:
        self._canceled = False
        reader, writer = os.pipe()
        self._reader: Optional[_Descriptor] = _Descriptor(reader)
        self._writer: Optional[_Descriptor] = _Descriptor(writer)
        os.set_blocking(writer, False)

    def cancel(self) -> None:
        """Stops the runs. A second time, and after close(), it does nothing."""
        # Referred to here, so that close() in another thread can't close either end under the write.
        reader, writer = self._reader, self._writer
        if reader is not None and writer is not None and not self._canceled:
            os.write(writer.number, b"\0")
            self._canceled = True

    @property
    def canceled(self) -> bool:
        """Whether cancel() was called."""
        return self._canceled

    def fileno(self) -> int:
        """The descriptor that becomes readable. ValueError after close()."""
        return self.reader().number

    def reader(self) -> _Descriptor:
        """The same with its owner: who holds on to it keeps it open."""
        reader = self._reader
        if reader is None:
            raise ValueError("this Cancel is closed")
        return reader

    def close(self) -> None:
        """Gives the descriptors back, at the latest when the runs have ended that use them."""
        self._writer = None
        self._reader = None

    def __enter__(self) -> Cancel:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
