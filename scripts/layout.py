#!/usr/bin/env python3
"""Formats all C by .clang-format: layout.py write. Fails if a file differs: layout.py check."""
import pathlib
import re
import shutil
import subprocess
import sys

FOLDERS = ["benches", "bindings", "c-tests", "examples", "verify"]
# A generated file.
GENERATED = {"verify/abi/numbers.h"}
# Versions 14 to 20 give the same text. Earlier ones are untested.
OLDEST = 14


def files():
    found = (path for folder in FOLDERS for path in pathlib.Path(folder).rglob("*.[ch]"))
    return sorted(str(path) for path in found if str(path) not in GENERATED)


def why_not():
    """The reason why the check can't run here, or None."""
    if shutil.which("clang-format") is None:
        return "clang-format is missing (Debian's clang-format)"
    said = subprocess.run(["clang-format", "--version"], check=True, text=True, stdout=subprocess.PIPE).stdout
    version = int(re.search(r"version (\d+)", said)[1])
    return f"clang-format {version} is older than {OLDEST}" if version < OLDEST else None


def main():
    how = {"check": ["--dry-run", "--Werror"], "write": ["-i"]}[sys.argv[1]]
    reason = why_not()
    if reason is not None:
        print(f"SKIPPED: the layout of C: {reason}")
        return
    names = files()
    status = subprocess.run(["clang-format", *how, *names]).returncode
    if status != 0:
        sys.exit("C files differ from .clang-format: run `make format`")
    print(f"{len(names)} C files have the layout of .clang-format")


if __name__ == "__main__":
    main()
