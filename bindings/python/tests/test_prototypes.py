"""The table of functions, and the enums, against the header: every function, parameter by parameter; every number."""

from __future__ import annotations

import ctypes
import os
import re
import unittest
from pathlib import Path
from typing import Any, Dict, List, Tuple

import ocihooks
from ocihooks._library import load
from ocihooks._prototypes import _BYTES, CALLBACK_TYPES, PROTOTYPES
from support import REPOSITORY

HEADER = Path(os.environ.get("OCIHOOKS_HEADER") or REPOSITORY / "include" / "ocihooks.h")
NUMBERS = REPOSITORY / "verify" / "abi" / "numbers.h"

HANDLES = ("ocihooks", "ocihooks_runner", "ocihooks_report", "ocihooks_hooksd")
# The C type, without struct, const and names: what stands for it in ctypes.
TYPES: Dict[str, Any] = {
    "void": None,
    "int": ctypes.c_int,
    "size_t": ctypes.c_size_t,
    "int*": ctypes.POINTER(ctypes.c_int),
    "size_t*": ctypes.POINTER(ctypes.c_size_t),
    "uint64_t": ctypes.c_uint64,
    "char*": ctypes.c_char_p,
    "char**": ctypes.POINTER(ctypes.c_char_p),
    "void*": ctypes.c_void_p,
    **{f"{handle}*": ctypes.c_void_p for handle in HANDLES},
    **{f"{handle}**": ctypes.POINTER(ctypes.c_void_p) for handle in HANDLES},
    **CALLBACK_TYPES,
}
# In a callback, text that comes with a length, or is written to, is not a C string.
RAW_IN_CALLBACKS = {"state", "data", "errmsg"}
# The C enum's name, where it is not the package's.
ENUMS = {"event": "EventKind"}
# What the names of an enum begin with, where it is not the enum's.
PREFIXES = {"read_flag": "READ_", "warning_kind": "WARNING_"}


def header() -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*|^\s*#[^\n]*", "", HEADER.read_text(), flags=re.S | re.M)


def split(declaration: str) -> Tuple[str, str]:
    """A type and a name, of "const struct ocihooks *hooks"."""
    *words, name = re.sub(r"\*", " * ", declaration).split()
    return "".join(word for word in words if word not in ("const", "struct")), name


def parameters(text: str) -> List[Tuple[str, str]]:
    return [] if text.strip() == "void" else [split(part) for part in text.split(",")]


def functions() -> Dict[str, Tuple[str, List[Tuple[str, str]]]]:
    found = re.findall(r"^([a-z][\w \t]*[ *])(ocihooks_\w+)\(([^)]*)\);", header(), flags=re.M)
    return {name: (split(f"{returns} x")[0], parameters(inside)) for returns, name, inside in found}


class Prototypes(unittest.TestCase):
    def setUp(self) -> None:
        self.maxDiff = None

    def test_no_struct_is_defined(self) -> None:
        # ctypes has handles for them: void pointers.
        self.assertNotRegex(header(), r"(struct|union)\s*\w*\s*\{")

    def test_every_function(self) -> None:
        declared = functions()
        # A second way to count, which knows nothing of C: so that the first one can't overlook any.
        self.assertEqual(len(declared), len(re.findall(r"\);", header())) - header().count("(*ocihooks_"))
        self.assertGreater(len(declared), 50)
        self.assertEqual(sorted(PROTOTYPES), sorted(declared))

    def test_types(self) -> None:
        for name, (returns, inside) in functions().items():
            with self.subTest(name):
                expected = (TYPES[returns], tuple(TYPES[kind] for kind, _ in inside))
                self.assertEqual(PROTOTYPES[name], expected)

    def test_library_has_these_types(self) -> None:
        library = load()
        for name, (restype, argtypes) in PROTOTYPES.items():
            function = getattr(library, name)
            self.assertEqual((function.restype, tuple(function.argtypes)), (restype, argtypes), name)

    def test_callback_types(self) -> None:
        found = re.findall(r"typedef (\w+) \(\*(\w+)\)\(([^)]*)\);", header())
        self.assertEqual(sorted(name for _, name, _ in found), sorted(CALLBACK_TYPES))
        for returns, name, inside in found:
            with self.subTest(name):
                expected = tuple(
                    _BYTES if parameter in RAW_IN_CALLBACKS else TYPES[kind] for kind, parameter in parameters(inside)
                )
                self.assertEqual(CALLBACK_TYPES[name]._argtypes_, expected)
                self.assertEqual(CALLBACK_TYPES[name]._restype_, TYPES[returns])


class Enums(unittest.TestCase):
    def test_every_value(self) -> None:
        found = re.findall(r"typedef enum ocihooks_(\w+) \{([^}]*)\}", header())
        self.assertGreater(len(found), 8)
        for name, inside in found:
            with self.subTest(name):
                python = self.enum(name)
                values = dict(re.findall(r"OCIHOOKS_(\w+) = (-?\d+)", inside))
                self.assertEqual(len(values), inside.count("="))
                self.assertEqual(
                    {member: int(value) for member, value in python.__members__.items()},
                    {self.member(name, key): int(value) for key, value in values.items()},
                )

    def test_every_value_is_what_it_has_always_been(self) -> None:
        found = re.findall(r"^NUMBER\(ocihooks_(\w+), OCIHOOKS_(\w+), (-?\d+)\)$", NUMBERS.read_text(), flags=re.M)
        here = {self.enum(name) for name, _, _ in found}
        self.assertEqual(sum(len(enum.__members__) for enum in here), len(found))
        for name, key, value in found:
            with self.subTest(key):
                self.assertEqual(int(self.enum(name)[self.member(name, key)]), int(value))

    @staticmethod
    def enum(name: str) -> Any:
        """The package's enum, of the C one's name without its prefix."""
        return getattr(ocihooks, ENUMS.get(name, name.title().replace("_", "")))

    @staticmethod
    def member(enum: str, name: str) -> str:
        prefix = PREFIXES.get(enum, f"{enum.upper()}_")
        return name[len(prefix) :] if name.startswith(prefix) else name

    def test_a_number_of_a_newer_library(self) -> None:
        newer = ocihooks.Outcome(99)
        self.assertEqual((int(newer), newer.name), (99, "UNKNOWN_99"))
        with self.assertRaises(ValueError):
            ocihooks.Outcome("exited")  # type: ignore[arg-type]


if __name__ == "__main__":
    unittest.main()
