"""Converts values for the library and text from it, and checks the codes of calls."""

from __future__ import annotations

import json
import operator
import os
from collections.abc import Mapping as AnyMapping
from ctypes import byref, c_char_p, c_size_t, create_string_buffer
from typing import Any, Iterable, Mapping, Optional, Union

from ._library import library
from .errors import InvalidArgument, error_of

#: JSON: text, which reaches the library byte for byte, or a mapping, which json.dumps serializes.
Json = Union[str, bytes, Mapping[str, Any]]
#: "KEY=value" entries, or a mapping from names to values.
Strings = Union[Iterable[str], Mapping[str, str]]


def encoded(text: str) -> bytes:
    """Encodes as UTF-8. A lone surrogate passes, because the library rejects it and names its position."""
    return text.encode("utf-8", "surrogatepass")


def json_bytes(what: str, value: Json) -> bytes:
    """Returns JSON as the library accepts it."""
    if isinstance(value, AnyMapping):
        return encoded(json.dumps(dict(value)))
    if isinstance(value, str):
        return encoded(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"{what} must be str, bytes or a mapping, not {type(value).__name__}")


def c_string(what: str, value: Union[str, bytes, os.PathLike[str], os.PathLike[bytes]]) -> bytes:
    """Returns a NUL-terminated string. Text with a NUL inside raises, because C would silently truncate it."""
    try:
        text = os.fspath(value)
    except TypeError:
        raise TypeError(f"{what} must be a string, not {type(value).__name__}") from None
    raw = encoded(text) if isinstance(text, str) else text
    if b"\0" in raw:
        raise InvalidArgument(f"{what} has a NUL inside: {text!r}")
    return raw


def c_strings(what: str, values: Optional[Strings]) -> Any:
    """Returns a NULL-terminated array of strings; None is NULL."""
    if values is None:
        return None
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{what} must be a list of strings, not {type(values).__name__}")
    entries = [f"{key}={value}" for key, value in values.items()] if isinstance(values, AnyMapping) else values
    raw = [c_string(what, entry) for entry in entries]
    return (c_char_p * (len(raw) + 1))(*raw)


def integer(name: str, value: Any, kind: Any) -> int:
    """Checks that a number fits its C type, because ctypes would silently truncate it."""
    number = operator.index(value)
    if kind(number).value != number:
        raise InvalidArgument(f"{name}={value!r}: out of range")
    return number


def read(function: Any, *arguments: Any, room: int = 1024) -> bytes:
    """Returns the text that a function writes as snprintf does: it returns the whole length for any buffer size.

    room: the initial buffer size. If it is too small, the function is called again.
    """
    buffer = create_string_buffer(room)
    length: int = function(*arguments, buffer, room)
    if length >= room:
        buffer = create_string_buffer(length + 1)
        function(*arguments, buffer, length + 1)
    return buffer.raw[:length]


def read_text(function: Any, *arguments: Any, room: int = 1024) -> str:
    """Does the same as read() and decodes the text, which is UTF-8."""
    return read(function, *arguments, room=room).decode("utf-8", "replace")


def check(function: Any, *arguments: Any, what: str = "") -> int:
    """Calls a function whose last parameters are errmsg and errmsg_size, and raises the error that it reports.

    Returns its code, which is 0 or more. what: precedes the message. A failed call changes nothing, so it is repeated
    with a larger buffer if its message may have been truncated.
    """
    room = 1024
    while True:
        errmsg = create_string_buffer(room)
        code: int = function(*arguments, errmsg, room)
        if code >= 0:
            return code
        # Truncation omits a whole character, of at most 4 bytes.
        if len(errmsg.value) < room - 4:
            raise error_of(code, what + errmsg.value.decode("utf-8", "replace"))
        room *= 16


def read_written(function: Any, *arguments: Any) -> str:
    """Returns the text that a function writes into a buffer. It is called again if the first buffer was too small."""
    length = c_size_t(0)
    room = 1024
    while True:
        buffer = create_string_buffer(room)
        try:
            check(function, *arguments, buffer, room, byref(length))
            return buffer.raw[: length.value].decode()
        except InvalidArgument:
            if length.value < room:
                raise
        room = length.value + 1
