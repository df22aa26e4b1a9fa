"""The container's state (runtime.md, "State"): writing it from its parts, and rewriting it for a phase."""

from __future__ import annotations

import os
from ctypes import c_int
from typing import Mapping, Optional, Union

from ._library import library
from ._text import Json, c_string, c_strings, integer, json_bytes, read_written


def new_state(
    *,
    oci_version: str,
    id: str,
    status: str,
    bundle: Union[str, os.PathLike[str]],
    pid: Optional[int] = None,
    annotations: Optional[Mapping[str, str]] = None,
    members: Optional[Json] = None,
) -> str:
    """Writes a state from its parts as compact JSON.

    status: "creating", "created", "running", "stopped", or a status that the runtime defines. pid: the process ID; None
    omits it. members: a JSON object of additional members, written after the others. Raises InvalidArgument, and
    InvalidState for a state that the runtime-spec forbids.
    """
    annotations = annotations or {}
    further = None if members is None else json_bytes("members", members)
    return read_written(
        library.ocihooks_state_new,
        c_string("oci_version", oci_version),
        c_string("id", id),
        c_string("status", status),
        integer("pid", pid or 0, c_int),
        c_string("bundle", bundle),
        c_strings("annotations", list(annotations)),
        c_strings("annotations", list(annotations.values())),
        len(annotations),
        further,
        len(further or b""),
    )


def state_for_phase(state: Json, phase: str, pid: Optional[int] = None) -> str:
    """Rewrites a state for a phase: its status becomes one that the runtime-spec expects there.

    pid: the process ID that the phase's hooks expect; None keeps it. All other bytes are kept. Raises InvalidArgument
    and InvalidState.
    """
    raw = json_bytes("state", state)
    name = c_string("phase", phase)
    return read_written(library.ocihooks_state_for_phase, raw, len(raw), name, integer("pid", pid or 0, c_int))
