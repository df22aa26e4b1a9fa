#!/usr/bin/env python3
"""Runs very many hooks in one process: soak.py COUNT. Needs CC, STAGE and BUILD (a directory to write to)."""
import os
import pathlib
import shutil
import sys

import compiler

HERE = pathlib.Path(__file__).parent
BUILD = pathlib.Path(os.environ["BUILD"]) / "soak"
WITHOUT_LIBC = ["-O2", "-ffreestanding", "-fno-stack-protector", "-nostdlib", "-static"]


def main():
    root = BUILD / "root"
    for folder in ["proc", "tmp"]:
        (root / folder).mkdir(parents=True, exist_ok=True)
    hook = compiler.compiled(BUILD / "hook", [HERE / "hook.c"], ["-std=gnu99", *compiler.WARNINGS, *WITHOUT_LIBC])
    shutil.copy(hook, root / "hook")  # the container's
    flags = ["-std=gnu99", "-g", "-O2", *compiler.WARNINGS, "-pthread", *compiler.shared()]
    soak = compiler.compiled(BUILD / "soak", [HERE / "soak.c"], flags)
    # malloc's thread caches would hide a leak. Without them the heap is compared to the byte.
    os.environ["GLIBC_TUNABLES"] = "glibc.malloc.tcache_count=0"
    os.execv(soak, [soak, hook, root, sys.argv[1]])


if __name__ == "__main__":
    main()
