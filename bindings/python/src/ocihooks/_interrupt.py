"""Calls a C function in a way that Ctrl-C can end.

Python runs signal handlers in the main thread only, between two steps of Python code and never during a C call.
Therefore another thread makes the call for the main thread, which waits for it in a way that signal handlers can
interrupt.
"""

from __future__ import annotations

import _thread
import contextvars
import os
import sys
import threading
import time
from typing import Any, Callable, Optional


# The longest wait, in seconds, without a check for signals. A signal that arrives between the check and the wait does
# not end the wait.
_SLICE = 0.05


def _is_patched() -> bool:
    """Returns whether gevent may have replaced threads by greenlets, which all stop while one of them waits."""
    return "gevent.monkey" in sys.modules


def _native(name: str) -> Any:
    """Returns the interpreter's original function of the module _thread, even if gevent has replaced it."""
    if _is_patched():
        return sys.modules["gevent.monkey"].get_original("_thread", name)
    return getattr(_thread, name)


def _is_main_thread() -> bool:
    """Returns whether this thread runs signal handlers."""
    if _is_patched():  # current_thread() then refers to greenlets
        return bool(_native("get_native_id")() == os.getpid())
    return threading.current_thread() is threading.main_thread()


class _Job:
    """A function that is called once, by the first thread that claims it."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._context = contextvars.copy_context()
        self._claim = _native("allocate_lock")()
        self._ended = _native("allocate_lock")()
        self._ended.acquire()
        self._has_ended = False
        self._thread: Optional[threading.Thread] = None
        #: The exception that the function raised.
        self.error: Optional[BaseException] = None
        #: The first exception that a signal handler raised meanwhile.
        self.interrupt: Optional[BaseException] = None

    def claim(self) -> bool:
        """Returns True for the first caller only."""
        return bool(self._claim.acquire(blocking=False))

    def drop(self) -> bool:
        """Returns True if the job was unclaimed. The function is then never called."""
        self._has_ended = self._has_ended or self.claim()
        return self._thread is None and self._has_ended

    def is_running(self) -> bool:
        """Returns whether the job was claimed and has not ended."""
        return bool(self._claim.locked()) and not self._has_ended

    def work(self) -> None:
        """Starts a Thread that calls the function. A thread of the module _thread runs this, and then ends.

        Python waits for a Thread at its exit. It is started here, because a start() that is interrupted in the main
        thread may leave a Thread that never ends. A Thread of gevent would be a greenlet.
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
            del self._function  # and its references, because work() may not have returned yet
            self._has_ended = True
            self._ended.release()

    def wait(self) -> None:
        """Waits for the end of the job. It may be interrupted, and then called again."""
        while not self._has_ended:
            self._ended.acquire(timeout=_SLICE)
        if self._thread is not None:
            self._thread.join()
            # An interrupted join() marks a running thread as ended, and later calls return at once.
            while self._thread in threading.enumerate():
                time.sleep(0.001)


def interruptibly(function: Callable[[], None], stop: Callable[[], None]) -> Optional[BaseException]:
    """Calls function. If a signal handler raises meanwhile, calls stop, keeps waiting, and returns the exception.

    It calls function directly in threads other than the main thread, which run no signal handlers, and if no thread can
    be started. Otherwise function runs in a copy of the caller's context (contextvars).
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
            # This exception was raised between the two checks, but it must end the hook as well.
            if job.is_running():
                stop()
                _wait(job, stop)
            raise
    finally:
        if job.is_running():
            stop()
    return interrupt


def _start(job: _Job) -> bool:
    """Returns whether a thread was started.

    Raises the exception that interrupted the start, if no thread was started.
    """
    try:
        _native("start_new_thread")(job.work, ())
    except BaseException as error:
        # The claim guarantees that the thread, if there is one, does nothing more.
        if job.drop():
            if isinstance(error, RuntimeError):  # "can't start new thread"
                return False
            raise
        job.interrupt = error
    return True


def _wait(job: _Job, stop: Callable[[], None]) -> Optional[BaseException]:
    """Waits for the end, however often it is interrupted. Returns the first interruption.

    An interruption that arrives while the previous one is being handled leaves this function. The job then ends by
    itself, because it owns everything that it needs.
    """
    while True:
        try:
            if job.interrupt is not None:
                stop()
            job.wait()
            break
        except BaseException as error:
            job.interrupt = job.interrupt or error
    # Removed from the job. Otherwise the exception would refer to itself through this frame, and stay until the next
    # garbage collection.
    interrupt, job.interrupt = job.interrupt, None
    try:
        if job.error is not None:
            raise job.error
        return interrupt
    finally:
        del interrupt
