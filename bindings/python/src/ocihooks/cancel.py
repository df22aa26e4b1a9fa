"""Cancel: stops runs."""

from __future__ import annotations

import fcntl
import os
from types import TracebackType
from typing import Callable, Optional, Type


def _above_standard_streams(descriptor: int) -> int:
    """Moves a descriptor that has the number of a standard stream, which the host has closed.

    A hook that inherits that stream would write into the pipe and so cancel itself.
    """
    if descriptor > 2:
        return descriptor
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(descriptor)
    return moved


class Pipe:
    """A pipe that is closed with the last reference to this object, and so never while it is in use."""

    def __init__(self) -> None:
        self.reader = self.writer = -1  # for __del__ if the pipe could not be created
        self.reader, self.writer = os.pipe()
        self.reader = _above_standard_streams(self.reader)
        self.writer = _above_standard_streams(self.writer)

    def __del__(self, _close: Callable[[int], None] = os.close) -> None:
        for descriptor in (self.writer, self.reader):
            if descriptor >= 0:
                _close(descriptor)


class Cancel:
    """Stops the runs that use it: the running hook is killed, and the hooks after it are skipped.

    A Cancel may serve any number of runs, before, during and after them. Threads and signal handlers may call its
    methods at any time. It holds two descriptors until close(), which does not cancel anything.
    """

    def __init__(self) -> None:
        self._canceled = False
        self._pipe: Optional[Pipe] = Pipe()

    def cancel(self) -> None:
        """Stops the runs. Further calls, and calls after close(), do nothing."""
        # This reference keeps close() in another thread from closing the pipe during the write.
        pipe = self._pipe
        if pipe is not None and not self._canceled:
            os.write(pipe.writer, b"\0")
            self._canceled = True

    @property
    def canceled(self) -> bool:
        """True if cancel() was called."""
        return self._canceled

    def fileno(self) -> int:
        """Returns the descriptor that cancel() makes readable. Raises ValueError after close()."""
        return self.pipe().reader

    def pipe(self) -> Pipe:
        """Returns the pipe for a run. A reference keeps it open."""
        pipe = self._pipe
        if pipe is None:
            raise ValueError("this Cancel is closed")
        return pipe

    def close(self) -> None:
        """Closes the descriptors, or lets the last run that uses them close them when it ends."""
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
