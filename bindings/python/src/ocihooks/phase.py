"""The phases that the runtime-spec knows."""

from __future__ import annotations

from typing import Tuple

from ._library import library
from ._text import c_string, check
from .enums import Namespace


def _phases() -> Tuple[str, ...]:
    return tuple(library.ocihooks_phase_name(index).decode() for index in range(library.ocihooks_phase_count()))


#: The six phases, in the order of the lifecycle: prestart ... poststop.
PHASES: Tuple[str, ...] = _phases()


def namespace(phase: str) -> Namespace:
    """The namespaces that the hooks of a phase run in. UnknownPhase: the runtime-spec does not know it."""
    return Namespace(check(library.ocihooks_phase_namespace, c_string("phase", phase)))
