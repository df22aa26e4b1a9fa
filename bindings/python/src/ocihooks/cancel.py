"""Cancel: says "stop now" to runs."""

from __future__ import annotations

import fcntl
import os
from types import TracebackType
from typing import Callable, Optional, Type


def _above_standard_streams(descriptor: int) -> int:
    """Moves a descriptor that has the number of a standard stream which the host has closed.

    A hook that inherits that stream would write into the pipe, and so cancel itself.
    """
    if descriptor > 2:
        return descriptor
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(descriptor)
    return moved


class Pipe:
    """A pipe, closed when nobody refers to this object any more: never while somebody uses it."""

    def __init__(self) -> None:
        self.reader = self.writer = -1  # for __del__, where there is no pipe to be had
        self.reader, self.writer = os.pipe()
        self.reader = _above_standard_streams(self.reader)
        self.writer = _above_standard_streams(self.writer)

    def __del__(self, _close: Callable[[int], None] = os.close) -> None:
        for descriptor in (self.writer, self.reader):
            if descriptor >= 0:
                _close(descriptor)


class Cancel:
    """Stops the runs that were given it: the hook that runs is killed, and those behind it are skipped.

    One may serve any number of runs, before, during and after them. Any thread may call any of its methods at any
    time, a signal handler too. It holds two descriptors until close(), which is no cancel().
    """

    def __init__(self) -> None:
        self._canceled = False
        self._pipe: Optional[Pipe] = Pipe()

    def cancel(self) -> None:
        """Stops the runs. A second time, and after close(), it does nothing."""
        # Referred to here, so that close() in another thread can't close it under the write.
        pipe = self._pipe
        if pipe is not None and not self._canceled:
            os.write(pipe.writer, b"\0")
            self._canceled = True

    @property
    def canceled(self) -> bool:
        """Whether cancel() was called."""
        return self._canceled

    def fileno(self) -> int:
        """The descriptor that gets a byte to read. ValueError after close()."""
        return self.pipe().reader

    def pipe(self) -> Pipe:
        """For runs: who holds on to it keeps it open."""
        pipe = self._pipe
        if pipe is None:
            raise ValueError("this Cancel is closed")
        return pipe

    def close(self) -> None:
        """Gives the descriptors back, at the latest when the runs have ended that use them."""
        self._pipe = None

    def __enter__(self) -> Cancel:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
