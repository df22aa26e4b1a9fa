"""Python functions that the library calls: callback hooks, `on_event`, `on_output`.

The library receives one C function of each kind, for any number of Python functions. A number identifies a callback
hook. The current thread's run identifies `on_event` and `on_output`.
"""

from __future__ import annotations

import itertools
import threading
from contextlib import contextmanager
from ctypes import memmove, string_at
from typing import Any, Callable, Dict, Iterator, List, Optional

from . import _prototypes
from .cancel import Cancel
from .enums import EventKind, Outcome, Stream
from .report import Event

#: A callback hook. It receives the phase and the state as JSON. Its return value is ignored; an exception is a failure.
Callback = Callable[[str, bytes], object]
OnEvent = Callable[[Event], object]
OnOutput = Callable[[int, Stream, bytes], object]

_callbacks: Dict[int, Callback] = {}
_numbers = itertools.count(1)
_thread = threading.local()


class RunFunctions:
    """The functions of one run, and the exceptions that they raised."""

    def __init__(self, on_event: Optional[OnEvent], on_output: Optional[OnOutput], stop: Cancel) -> None:
        self.on_event = on_event
        self.on_output = on_output
        self._stop = stop
        #: The exceptions of failed callback hooks, in call order.
        self.raised: List[BaseException] = []
        #: The exception that ended the run, to be raised after it.
        self.fatal: Optional[BaseException] = None

    @contextmanager
    def current(self) -> Iterator[None]:
        """Makes these the functions of this thread's run. A callback may run a phase itself, so runs may be nested."""
        around = getattr(_thread, "functions", None)
        _thread.functions = self
        try:
            yield
        finally:
            _thread.functions = around

    def call_back(self, number: int, phase: str, state: bytes) -> Optional[str]:
        """Calls a callback hook; returns a description of the exception that it raised.

        It does not return the exception, because the caller's frame and the exception would then refer to each other.
        """
        try:
            _callbacks[number](phase, state)
            return None
        except BaseException as error:
            self.raised.append(error)
            if not isinstance(error, Exception):  # KeyboardInterrupt and SystemExit end the run
                self._end(error)
            return _describe(error)

    def tell(self, function: Callable[..., object], *arguments: Any) -> None:
        """Calls on_event or on_output, until one of them raises an exception."""
        if self.fatal is None:
            try:
                function(*arguments)
            except BaseException as error:
                self._end(error)

    def _end(self, error: BaseException) -> None:
        if self.fatal is None:
            self.fatal = error
        self._stop.cancel()


def remember(callback: Callback) -> int:
    """Returns the number that identifies a callback in the library until forget()."""
    number = next(_numbers)
    _callbacks[number] = callback
    return number


def _text(raw: Optional[bytes]) -> str:
    return (raw or b"").decode("utf-8", "replace")


def _describe(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _call_back(phase: bytes, state: Any, size: int, errmsg: Any, errmsg_size: int, number: int) -> int:
    functions: RunFunctions = _thread.functions
    failure = functions.call_back(number, _text(phase), string_at(state, size))
    if failure is None:
        return 0
    whole = failure.replace("\0", "\ufffd").encode("utf-8", "replace")
    # Truncate between characters.
    message = whole[: errmsg_size - 1].decode("utf-8", "ignore").encode() + b"\0"
    memmove(errmsg, message, len(message))
    return 1


def _forget(number: int) -> None:
    _callbacks.pop(number, None)


def _observe(
    event: int,
    phase: bytes,
    index: int,
    path: Optional[bytes],
    outcome: int,
    message: bytes,
    duration_ns: int,
    _userdata: None,
) -> None:
    functions: RunFunctions = _thread.functions
    assert functions.on_event is not None  # the library calls only then
    happened = Event(
        kind=EventKind(event),
        phase=_text(phase),
        index=index,
        path=None if path is None else _text(path),
        outcome=None if event == EventKind.BEFORE else Outcome(outcome),
        message=_text(message),
        duration_ns=duration_ns,
    )
    functions.tell(functions.on_event, happened)


def _put_out(index: int, stream: int, data: Any, size: int, _userdata: None) -> None:
    functions: RunFunctions = _thread.functions
    assert functions.on_output is not None  # the library calls only then
    functions.tell(functions.on_output, index, Stream(stream), string_at(data, size))


# The functions that the library calls. They live as long as the module, and so outlive every handle that holds them.
callback_hook = _prototypes.Callback(_call_back)
forget = _prototypes.Destroy(_forget)
observer = _prototypes.Observer(_observe)
output_callback = _prototypes.OutputCallback(_put_out)
