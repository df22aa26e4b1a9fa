"""The phases of the runtime-spec."""

from __future__ import annotations

from typing import Tuple

from ._library import library
from ._text import c_string, check
from .enums import Namespace


def _phases() -> Tuple[str, ...]:
    return tuple(library.ocihooks_phase_name(index).decode() for index in range(library.ocihooks_phase_count()))


#: The six phases, in lifecycle order: prestart ... poststop.
PHASES: Tuple[str, ...] = _phases()


def namespace(phase: str) -> Namespace:
    """Returns the namespaces that the hooks of a phase run in.

    Raises UnknownPhase for a phase that the runtime-spec does not define.
    """
    return Namespace(check(library.ocihooks_phase_namespace, c_string("phase", phase)))
