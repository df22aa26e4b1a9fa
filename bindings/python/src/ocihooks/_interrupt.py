"""Calls a function of C's so that Ctrl-C can end it.

Python runs its signal handlers in the main thread, and only between two steps of Python code: not during a call of C's.
So the main thread has the call made by another thread, and waits for it in a way that signal handlers interrupt.
"""

from __future__ import annotations

import contextvars
import threading
from typing import Callable, Optional


class _Job:
    """A function that is called once, by whoever claims it first."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._claim = threading.Lock()
        self._ended = threading.Lock()
        self._ended.acquire()
        self.has_ended = False
        #: What the function raised.
        self.error: Optional[BaseException] = None
        #: What a signal handler raised meanwhile, the first time.
        self.interrupt: Optional[BaseException] = None

    def claim(self) -> bool:
        """True for the first one who asks."""
        return self._claim.acquire(blocking=False)

    def work(self) -> None:
        """Calls the function, on the other thread."""
        if not self.claim():
            return
        try:
            self._function()
        except BaseException as error:
            self.error = error
        finally:
            self.has_ended = True
            self._ended.release()

    def wait(self) -> None:
        """Waits for its end. May be interrupted, and called again then."""
        if not self.has_ended:
            self._ended.acquire()


def interruptibly(function: Callable[[], None], stop: Callable[[], None]) -> Optional[BaseException]:
    """Calls function; when a signal handler raises something meanwhile, calls stop, waits on, and returns it.

    In another thread than the main one, where no signal handler runs, it is a plain call. The same where no thread can be
    started. Function runs in a copy of the caller's context (contextvars).
    """
    if threading.current_thread() is not threading.main_thread():
        function()
        return None
    job = _Job(function)
    thread = threading.Thread(target=contextvars.copy_context().run, args=(job.work,), name="ocihooks", daemon=False)
    if _start(thread, job):
        return _wait(thread, job, stop)
    function()
    return None


def _start(thread: threading.Thread, job: _Job) -> bool:
    """Whether it was started. Raises what interrupted it, unless it was started all the same."""
    try:
        thread.start()
    except BaseException as error:
        # Who has the claim knows that the thread, if there is one, does nothing any more.
        if job.claim():
            if isinstance(error, RuntimeError):  # "can't start new thread"
                return False
            raise
        job.interrupt = error
    return True


def _wait(thread: threading.Thread, job: _Job, stop: Callable[[], None]) -> Optional[BaseException]:
    """Waits for the end, however often it is interrupted. Returns the first interruption.

    Should one come just where the one before is dealt with, it leaves this function: the job then ends by itself, as it
    owns whatever it needs.
    """
    while True:
        try:
            if job.interrupt is not None:
                stop()
            job.wait()
            # Only now: an interrupted join() takes a thread that runs for one that has ended.
            thread.join()
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
