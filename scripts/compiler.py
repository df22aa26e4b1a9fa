#!/usr/bin/env python3
"""Compiles C programs against the installed library, with the flags that pkg-config names.

As a program: compiler.py PROGRAM SOURCE. Needs CC and STAGE, an installed tree.
"""
import os
import pathlib
import shlex
import subprocess
import sys

CC = shlex.split(os.environ.get("CC", "cc"))
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
STRICT = [*WARNINGS, "-Wpedantic"]


def stage():
    return pathlib.Path(os.environ["STAGE"])


def flags_of(*arguments, environment=None):
    """The words that pkg-config prints. The installed tree comes first, unless the environment names another."""
    environment = environment or {**os.environ, "PKG_CONFIG_PATH": str(stage() / "lib/pkgconfig")}
    command = ["pkg-config", *arguments]
    return shlex.split(subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, env=environment).stdout)


def shared(*others):
    """Flags that link the shared library, which the program then finds by itself, and other packages."""
    return [*flags_of("--cflags", "--libs", "ocihooks", *others), f"-Wl,-rpath,{stage()}/lib"]


def static():
    """Flags that link the archive, with system libraries shared."""
    return flags_of("--cflags", "--libs", "ocihooks-archive")


def compiled(program, sources, flags):
    """Compiles one program and returns its path. Exits if the compiler fails."""
    subprocess.run([*CC, "-o", program, *sources, *flags], check=True)
    return program


if __name__ == "__main__":
    compiled(sys.argv[1], sys.argv[2:], ["-std=c99", *STRICT, *shared()])
