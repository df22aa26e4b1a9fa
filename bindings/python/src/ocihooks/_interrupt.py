"""Calls a function of C's so that Ctrl-C can end it.

Python runs its signal handlers in the main thread, and only between two steps of Python code: not during a call of C's.
So the main thread has the call made by another thread, and waits for it in a way that signal handlers interrupt.
"""

from __future__ import annotations

import _thread
import contextvars
import os
import sys
import threading
import time
from typing import Any, Callable, Optional


# How long, in seconds, the wait goes on without a look at what signals have come: one that comes in the moment between
# the last look and the wait does not end the wait.
_SLICE = 0.05


def _is_patched() -> bool:
    """Whether gevent may have put greenlets in the place of threads. They would all wait with the one that waits."""
    return "gevent.monkey" in sys.modules


def _native(name: str) -> Any:
    """A function of the module _thread: the interpreter's own, whatever gevent has put in its place."""
    if _is_patched():
        return sys.modules["gevent.monkey"].get_original("_thread", name)
    return getattr(_thread, name)


def _is_main_thread() -> bool:
    """Whether this is the thread that runs signal handlers."""
    if _is_patched():  # current_thread() is about greenlets then
        return bool(_native("get_native_id")() == os.getpid())
    return threading.current_thread() is threading.main_thread()


class _Job:
    """A function that is called once, by whoever claims it first."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._context = contextvars.copy_context()
        self._claim = _native("allocate_lock")()
        self._ended = _native("allocate_lock")()
        self._ended.acquire()
        self._has_ended = False
        self._thread: Optional[threading.Thread] = None
        #: What the function raised.
        self.error: Optional[BaseException] = None
        #: What a signal handler raised meanwhile, the first time.
        self.interrupt: Optional[BaseException] = None

    def claim(self) -> bool:
        """True for the first one who asks."""
        return bool(self._claim.acquire(blocking=False))

    def drop(self) -> bool:
        """True where nobody has claimed it: nobody will call the function then."""
        self._has_ended = self._has_ended or self.claim()
        return self._thread is None and self._has_ended

    def is_running(self) -> bool:
        """Whether somebody has claimed it, and it has not ended."""
        return bool(self._claim.locked()) and not self._has_ended

    def work(self) -> None:
        """Has the function called: what a thread of the low-level module does, which then ends.

        The call is made by a Thread, which Python knows, and waits for at its exit. It is started here, since one whose
        start() is interrupted, in the main thread, may never end. A Thread of gevent's would be a greenlet.
        """
        if not self.claim():
            return
        if _is_patched():
            self._call()
            return
        self._thread = threading.Thread(target=self._context.run, args=(self._call,), name="ocihooks", daemon=False)
        try:
            self._thread.start()
        except RuntimeError:  # "can't start new thread"
            self._thread = None
            self._call()

    def _call(self) -> None:
        try:
            self._function()
        except BaseException as error:
            self.error = error
        finally:
            del self._function  # and what it holds on to: work() may still be about to return
            self._has_ended = True
            self._ended.release()

    def wait(self) -> None:
        """Waits for its end. May be interrupted, and called again then."""
        while not self._has_ended:
            self._ended.acquire(timeout=_SLICE)
        if self._thread is not None:
            self._thread.join()
            # An interrupted join() takes a thread that runs for one that has ended, and further ones return at once.
            while self._thread in threading.enumerate():
                time.sleep(0.001)


def interruptibly(function: Callable[[], None], stop: Callable[[], None]) -> Optional[BaseException]:
    """Calls function; when a signal handler raises something meanwhile, calls stop, waits on, and returns it.

    In another thread than the main one, where no signal handler runs, it is a plain call. The same where no thread can be
    started. Function runs in a copy of the caller's context (contextvars).
    """
    if not _is_main_thread():
        function()
        return None
    job = _Job(function)
    interrupt: Optional[BaseException] = None
    try:
        try:
            if not _start(job):
                function()
                return None
            interrupt = _wait(job, stop)
        except BaseException:
            # Raised between the two, where nobody looked: it has to end the hook all the same.
            if job.is_running():
                stop()
                _wait(job, stop)
            raise
    finally:
        if job.is_running():
            stop()
    return interrupt


def _start(job: _Job) -> bool:
    """Whether a thread was started. Raises what interrupted it, unless one was started all the same."""
    try:
        _native("start_new_thread")(job.work, ())
    except BaseException as error:
        # Who has the claim knows that the thread, if there is one, does nothing any more.
        if job.drop():
            if isinstance(error, RuntimeError):  # "can't start new thread"
                return False
            raise
        job.interrupt = error
    return True


def _wait(job: _Job, stop: Callable[[], None]) -> Optional[BaseException]:
    """Waits for the end, however often it is interrupted. Returns the first interruption.

    Should one come just where the one before is dealt with, it leaves this function: the job then ends by itself, as it
    owns whatever it needs.
    """
    while True:
        try:
            if job.interrupt is not None:
                stop()
            job.wait()
            break
        except BaseException as error:
            job.interrupt = job.interrupt or error
    # Taken out of the job, or the exception would refer to itself by this frame, and stay until the next collection.
    interrupt, job.interrupt = job.interrupt, None
    try:
        if job.error is not None:
            raise job.error
        return interrupt
    finally:
        del interrupt
