"""Converts options to a runner of the C library."""

from __future__ import annotations

import math
import select
from ctypes import byref, c_int, c_size_t, c_uint64
from typing import Any, Callable, Dict

from ._functions import observer, output_callback
from ._handle import Handle
from ._library import library
from ._prototypes import Destroy
from ._text import c_string, c_strings, check, integer
from .enums import Environment, Output, Stream
from .errors import InvalidArgument
from .options import Options

_NO_LIMIT = 2**64 - 1  # UINT64_MAX
_NO_DESTROY = Destroy()


def new_runner(options: Options) -> Handle:
    """Returns a runner with these options. Raises TypeError for an unknown option or a value of the wrong type."""
    runner = Handle(library.ocihooks_runner_free)
    check(library.ocihooks_runner_new, byref(runner))
    for name, value in options.items():
        if name not in _SETTERS:
            raise TypeError(f"run() got an unexpected keyword argument {name!r}")
        if value is not None:
            _SETTERS[name](runner, name, value)
    return runner


def add_cancel(runner: Handle, descriptor: int) -> None:
    """Adds a descriptor that stops the run."""
    _set(library.ocihooks_runner_add_cancel_fd, runner, "cancel", descriptor, descriptor)


def _set(setter: Callable[..., int], runner: Handle, name: str, value: object, *arguments: object) -> None:
    """Calls a setter. Its exception shows the option as given, then the library's reason."""
    check(setter, runner, *arguments, what=f"{name}={value!r}: ")


def descriptor_of(name: str, value: Any) -> int:
    """Returns the descriptor: the number itself, or that of an object."""
    fileno = getattr(value, "fileno", None)
    return integer(name, value if fileno is None else fileno(), c_int)


def _milliseconds(name: str, seconds: Any) -> int:
    """Rounds up, so that a limit never becomes 0, which would mean none."""
    if not 0 <= seconds < math.inf:
        raise InvalidArgument(f"{name}={seconds!r}: not a number of seconds")
    return integer(name, math.ceil(seconds * 1000), c_uint64)


def _text(setter: Callable[..., int]) -> Callable[[Handle, str, Any], None]:
    return lambda runner, name, value: _set(setter, runner, name, value, c_string(name, value))


def _flag(setter: Callable[..., int]) -> Callable[[Handle, str, Any], None]:
    return lambda runner, name, value: _set(setter, runner, name, value, bool(value))


def _number(setter: Callable[..., int], kind: Any) -> Callable[[Handle, str, Any], None]:
    return lambda runner, name, value: _set(setter, runner, name, value, integer(name, value, kind))


def _descriptor(setter: Callable[..., int]) -> Callable[[Handle, str, Any], None]:
    return lambda runner, name, value: _set(setter, runner, name, value, descriptor_of(name, value))


def _grace(runner: Handle, name: str, value: Any) -> None:
    _set(library.ocihooks_runner_set_grace_ms, runner, name, value, _milliseconds(name, value))


def _limit(setter: Callable[..., int]) -> Callable[[Handle, str, Any], None]:
    def set_limit(runner: Handle, name: str, value: Any) -> None:
        if value == 0:  # the library takes 0 as "no limit", which a limit set in Python never means
            raise InvalidArgument(f"{name}=0: a limit has to be more; None is no limit")
        _set(setter, runner, name, value, _milliseconds(name, value))

    return set_limit


def _environment(runner: Handle, name: str, value: Any) -> None:
    if isinstance(value, Environment):
        kind, entries = value, None
    else:
        kind, entries = Environment.LIST, c_strings(name, value)
    _set(library.ocihooks_runner_set_environment, runner, name, value, kind, entries)


def _stream(stream: Stream) -> Callable[[Handle, str, Any], None]:
    def set_stream(runner: Handle, name: str, value: Any) -> None:
        if isinstance(value, Output):
            _set(library.ocihooks_runner_set_output, runner, name, value, stream, value)
        else:
            descriptor = descriptor_of(name, value)
            _set(library.ocihooks_runner_set_output_fd, runner, name, value, stream, descriptor)

    return set_stream


def _tee(stream: Stream) -> Callable[[Handle, str, Any], None]:
    def set_tee(runner: Handle, name: str, value: Any) -> None:
        descriptor = descriptor_of(name, value)
        _set(library.ocihooks_runner_set_output_tee, runner, name, value, stream, descriptor)

    return set_tee


def _resource_limits(runner: Handle, name: str, value: Any) -> None:
    for resource, limits in value.items():
        # resource.RLIM_INFINITY is -1.
        soft, hard = (_NO_LIMIT if limit == -1 else integer(name, limit, c_uint64) for limit in limits)
        number = integer(name, resource, c_int)
        _set(library.ocihooks_runner_set_rlimit, runner, name, {resource: limits}, number, soft, hard)


def _cancel(runner: Handle, name: str, value: Any) -> None:
    """Raises OSError for a closed descriptor, and for a regular file, which poll always reports as readable."""
    descriptor = descriptor_of(name, value)
    if descriptor >= 0:  # otherwise the library rejects it
        with select.epoll() as epoll:
            epoll.register(descriptor, select.EPOLLIN)
    add_cancel(runner, descriptor)


def _on_event(runner: Handle, name: str, value: Any) -> None:
    _function(name, value)
    _set(library.ocihooks_runner_set_observer, runner, name, value, observer, None, _NO_DESTROY)


def _on_output(runner: Handle, name: str, value: Any) -> None:
    _function(name, value)
    _set(library.ocihooks_runner_set_output_callback, runner, name, value, output_callback, None, _NO_DESTROY)


def _function(name: str, value: Any) -> None:
    if not callable(value):
        raise TypeError(f"{name} must be a function, not {type(value).__name__}")


_SETTERS: Dict[str, Callable[[Handle, str, Any], None]] = {
    "cwd": _text(library.ocihooks_runner_set_cwd),
    "cwd_may_fail": _flag(library.ocihooks_runner_set_cwd_may_fail),
    "env": _environment,
    "phase_variable": _text(library.ocihooks_runner_set_phase_variable),
    "failure_policy": _number(library.ocihooks_runner_set_failure_policy, c_int),
    "state_check": _number(library.ocihooks_runner_set_state_check, c_int),
    "stdout": _stream(Stream.STDOUT),
    "stderr": _stream(Stream.STDERR),
    "stdout_tee": _tee(Stream.STDOUT),
    "stderr_tee": _tee(Stream.STDERR),
    "capture_limit": _number(library.ocihooks_runner_set_capture_limit, c_size_t),
    "phase_capture_limit": _number(library.ocihooks_runner_set_phase_capture_limit, c_size_t),
    "timeout": _limit(library.ocihooks_runner_set_default_timeout_ms),
    "budget": _limit(library.ocihooks_runner_set_budget_ms),
    "grace": _grace,
    "filter_limit": _number(library.ocihooks_runner_set_filter_limit, c_size_t),
    "filter_may_write_nothing": _flag(library.ocihooks_runner_set_filter_may_write_nothing),
    "rlimits": _resource_limits,
    "no_new_privileges": _flag(library.ocihooks_runner_set_no_new_privileges),
    "old_calls": _flag(library.ocihooks_runner_set_old_calls),
    "process_group": _number(library.ocihooks_runner_set_process_group, c_int),
    "die_with_caller": _flag(library.ocihooks_runner_set_die_with_caller),
    "cgroup": _descriptor(library.ocihooks_runner_set_cgroup_fd),
    "container_pidfd": _descriptor(library.ocihooks_runner_set_container_pidfd),
    "container_pid": _number(library.ocihooks_runner_set_container_pid, c_int),
    "container_namespaces": _number(library.ocihooks_runner_set_container_namespaces, c_int),
    "cancel": _cancel,
    "on_event": _on_event,
    "on_output": _on_output,
}
