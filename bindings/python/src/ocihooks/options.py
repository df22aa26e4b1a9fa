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
        """Has a descriptor: a file, a socket, a `Cancel`."""

        def fileno(self) -> int: ...

    Descriptor = Union[int, HasFileno]
    Path = Union[str, os.PathLike[str]]


class Options(TypedDict, total=False):
    """The keyword arguments of `Hooks.run`. None, or leaving one out, means the default.

    cwd: the hooks' working directory. Default: the caller's own.
    cwd_may_fail: whether a `cwd` that can't be entered for lack of permission is passed over. Default: no.
    env: the environment of hooks without one of their own: an `Environment`, a list of "KEY=value", or a mapping.
        Default: the caller's own.
    phase_variable: the name of a variable that tells every hook its phase. Default: none.
    failure_policy: what a failing hook does to those behind it. Default: what runtime-spec 1.3 says.
    state_check: what the state has to be, which hooks get on their stdin. Default: what the runtime-spec asks for.
    stdout, stderr: where the hooks' output goes: an `Output`, a descriptor, or something that has a fileno().
        A descriptor stays yours. Default: into the report.
    stdout_tee, stderr_tee: a descriptor, or something that has a fileno(), which gets the stream besides the report,
        as far as it takes it at once: a warning tells what was left out. It stays yours. Default: none.
    capture_limit: how many bytes of each captured stream are kept, half of it the first part, half the last.
        Default: 65536.
    phase_capture_limit: how many bytes of captured output of all hooks of a phase are kept together. A stream gets at
        most half of what is left, and always 1024, or `capture_limit` where that is lower. Default: 16777216.
    timeout: the time limit in seconds of hooks that have none of their own. Default: none.
    budget: the time limit in seconds of the whole phase. Default: none.
    grace: the seconds between SIGTERM and SIGKILL when a hook is stopped. Default: 0, SIGKILL at once.
    rlimits: resource limits of the hooks: {resource.RLIMIT_NOFILE: (soft, hard)}. Default: the caller's own.
    no_new_privileges: whether hooks are kept from gaining privileges. Default: no.
    process_group: a `ProcessGroup`. Default: AUTO, the caller's group where that is in the foreground of a terminal.
    die_with_caller: whether the kernel kills a hook when this process dies. Default: no.
    cgroup: a descriptor of the directory of the cgroup (version 2) that hooks start in; all of it is killed when a
        hook is stopped. It stays yours. Default: the caller's own cgroup.
    container_pidfd, container_pid: a process of the container, by a pidfd, or by its number, which has to be its own
        meanwhile. The hooks of createContainer and startContainer then run in its namespaces: <ocihooks.h> says how.
        A descriptor stays yours. Default: the caller's own namespaces.
    container_namespaces: which of them are joined: CLONE_NEWNS and so on, joined by |. Default: all.
    cancel: a `Cancel`, or a descriptor that says "stop now" by having something to read: an eventfd, a pipe, a pidfd;
        not a regular file. The end of a pipe or a connection without a byte stops nothing. It stays yours.
        Default: none.
    on_event: a function that gets an `Event` before and after each hook. Default: none.
    on_output: a function that gets captured output as it comes: the hook's index, a `Stream`, bytes. Default: none.
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
    rlimits: Optional[Mapping[int, Tuple[int, int]]]
    no_new_privileges: Optional[bool]
    process_group: Optional[ProcessGroup]
    die_with_caller: Optional[bool]
    cgroup: Optional[Descriptor]
    container_pidfd: Optional[Descriptor]
    container_pid: Optional[int]
    container_namespaces: Optional[int]
    cancel: Union[Cancel, Descriptor, None]
    on_event: Optional[OnEvent]
    on_output: Optional[OnOutput]
