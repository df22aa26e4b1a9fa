"""The options of a run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Mapping, Optional, Tuple, TypedDict, Union

from ._functions import OnEvent, OnOutput
from ._text import Strings
from .cancel import Cancel
from .enums import Environment, FailurePolicy, Output, ProcessGroup, StateCheck

if TYPE_CHECKING:
    from typing import Protocol

    class HasFileno(Protocol):
        """An object with a descriptor: a file, a socket, a `Cancel`."""

        def fileno(self) -> int: ...

    Descriptor = Union[int, HasFileno]
    Path = Union[str, os.PathLike[str]]


class Options(TypedDict, total=False):
    """The keyword arguments of `Hooks.run`. An argument that is None or absent means the default.

    The caller owns every descriptor and must keep it open during the run.

    cwd: the working directory of the hooks. Default: the caller's.
    cwd_may_fail: whether hooks run in the caller's directory if `cwd` can't be entered for lack of permission.
        Default: no.
    env: the environment of hooks that specify none: an `Environment`, a list of "KEY=value" entries, or a mapping.
        Default: the caller's.
    phase_variable: the name of an environment variable that holds the phase. Default: no such variable.
    failure_policy: the effect of a failed hook on the hooks after it. Default: the rules of runtime-spec 1.3.
    state_check: the requirements for the state, which hooks receive on stdin. Default: those of the runtime-spec.
    stdout, stderr: the destination of the hooks' output: an `Output`, a descriptor, or an object with a fileno().
        Default: the report.
    stdout_tee, stderr_tee: a descriptor, or an object with a fileno(), that receives the stream in addition to the
        report. Bytes that it does not take at once are omitted, and a warning counts them. Default: none.
    capture_limit: how many bytes of each captured stream the report keeps: half for the first part of the output, half
        for the last. Default: 65536.
    phase_capture_limit: how many bytes of captured output the report keeps for all hooks of a phase together. A stream
        may use at most half of the remaining bytes, and always 1024, or `capture_limit` if that is lower.
        Default: 16777216.
    timeout: the time limit, in seconds, of hooks that specify none. Default: no limit.
    budget: the time limit, in seconds, of the whole phase. Default: no limit.
    grace: the time, in seconds, between SIGTERM and SIGKILL when a hook is stopped. Default: 0, SIGKILL immediately.
    filter_limit: the largest config, in bytes, that a filter may write. Default: 16777216.
    filter_may_write_nothing: whether a filter that writes nothing leaves the config unchanged. Default: no, it fails.
    rlimits: the resource limits of the hooks: {resource.RLIMIT_NOFILE: (soft, hard)}. Default: the caller's.
    no_new_privileges: whether hooks are prevented from gaining privileges. Default: no.
    old_calls: whether the library makes no system call newer than Linux 5.4, for a seccomp profile that kills.
        Default: no.
    process_group: a `ProcessGroup`. Default: AUTO, the caller's group if that is in the foreground of a terminal,
        otherwise a new group.
    die_with_caller: whether the kernel kills a hook when this process dies. Default: no.
    cgroup: a descriptor of the directory of the cgroup (version 2) that hooks start in. Every process of the cgroup is
        killed when a hook is stopped. Default: the caller's cgroup.
    container_pidfd, container_pid: a process of the container, by a pidfd or by its process ID, which must identify the
        same process during the run. The hooks of createContainer and startContainer then run in its namespaces, as
        <ocihooks.h> describes. Default: the caller's namespaces.
    container_namespaces: the kinds of namespaces to join: CLONE_NEWNS and the like, combined with |. Default: all.
    cancel: a `Cancel`, or a descriptor that stops the run once it is readable: an eventfd, a pipe, a pidfd; not a
        regular file. A pipe or connection that is closed without a byte stops nothing. Default: none.
    on_event: a function that receives an `Event` before and after each hook. Default: none.
    on_output: a function that receives captured output as it arrives: the hook's index, a `Stream`, bytes.
        Default: none.
    """

    cwd: Optional[Path]
    cwd_may_fail: Optional[bool]
    env: Union[Environment, Strings, None]
    phase_variable: Optional[str]
    failure_policy: Optional[FailurePolicy]
    state_check: Optional[StateCheck]
    stdout: Union[Output, Descriptor, None]
    stderr: Union[Output, Descriptor, None]
    stdout_tee: Optional[Descriptor]
    stderr_tee: Optional[Descriptor]
    capture_limit: Optional[int]
    phase_capture_limit: Optional[int]
    timeout: Optional[float]
    budget: Optional[float]
    grace: Optional[float]
    filter_limit: Optional[int]
    filter_may_write_nothing: Optional[bool]
    rlimits: Optional[Mapping[int, Tuple[int, int]]]
    no_new_privileges: Optional[bool]
    old_calls: Optional[bool]
    process_group: Optional[ProcessGroup]
    die_with_caller: Optional[bool]
    cgroup: Optional[Descriptor]
    container_pidfd: Optional[Descriptor]
    container_pid: Optional[int]
    container_namespaces: Optional[int]
    cancel: Union[Cancel, Descriptor, None]
    on_event: Optional[OnEvent]
    on_output: Optional[OnOutput]
