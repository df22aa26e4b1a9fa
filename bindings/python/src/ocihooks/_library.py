"""Finds and loads libocihooks.so.0, once, when the package is imported."""

from __future__ import annotations

import ctypes
import os
from typing import List

from ._prototypes import declare

SONAME = "libocihooks.so.0"


def _candidates() -> List[str]:
    # A library that the variable names is the only one that is tried.
    named = os.environ.get("OCIHOOKS_LIBRARY")
    if named:
        return [named]
    inside = os.path.join(os.path.dirname(os.path.abspath(__file__)), SONAME)
    # The last name has no slash, so the loader searches LD_LIBRARY_PATH, ld.so.cache and /usr/lib for it.
    return [inside, SONAME] if os.path.exists(inside) else [SONAME]


def load() -> ctypes.CDLL:
    """Loads the library and declares its functions. It uses CDLL, which releases the GIL during calls."""
    tried = []
    for candidate in _candidates():
        try:
            found = ctypes.CDLL(candidate)
            declare(found)
            return found
        except (OSError, AttributeError) as error:  # AttributeError: the library lacks a function
            tried.append(f"{candidate} ({error})")
    raise ImportError(
        f"libocihooks could not be loaded; tried {', then '.join(tried)}. "
        "Install the library or a wheel that has it inside, or name it in OCIHOOKS_LIBRARY."
    )


library = load()
