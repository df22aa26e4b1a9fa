#!/usr/bin/env python3
"""Checks the installed library: its exports, its needs, its size, and that it installs and uninstalls without a trace.
Needs STAGE, an installed tree."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import abi_numbers
from header import Header

STAGE = pathlib.Path(os.environ["STAGE"])
# The most that the stripped library may weigh, in bytes, with hook files, filters, CDI and lint; `make size` checks it
# without.
MOST_BYTES = 760 * 1000
NEEDED = re.compile(r"libc\.|ld-linux|ld-musl|ld64")


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def declared():
    return {function.name for function in Header(STAGE / "include/ocihooks.h").functions}


def exported():
    lines = run("nm", "-D", "--defined-only", STAGE / "lib/libocihooks.so").splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def check_exports(fault):
    for name in sorted(declared() ^ exported()):
        fault(f"{name} is {'declared, not exported' if name in declared() else 'exported, not declared'}")


def check_archive(fault):
    """The archive's global symbols are the shared library's exports, so they can't clash with another archive's."""
    lines = run("nm", "-g", "--defined-only", STAGE / "lib/libocihooks.a").splitlines()
    defined = {line.split()[-1] for line in lines if len(line.split()) == 3}
    for name in sorted(defined ^ exported()):
        fault(f"{name} is {'global in the archive only' if name in defined else 'not in the archive'}")
    if "COMDAT" in run("readelf", "-gW", STAGE / "lib/libocihooks.a"):
        fault("the archive has COMDAT groups: a linker may discard them for another archive's")


def check_surface(fault):
    """The header has only declarations that can stay, and the numbers recorded in verify/abi/numbers.h."""
    header = Header(STAGE / "include/ocihooks.h")
    for text in [*header.faults(), *abi_numbers.broken(header), *abi_numbers.behind(header)]:
        fault(text)


def check_dynamic_section(fault):
    section = run("readelf", "-d", STAGE / "lib/libocihooks.so")
    if "Library soname: [libocihooks.so.0]" not in section:
        fault("the SONAME is not libocihooks.so.0")
    for name in re.findall(r"Shared library: \[(.*)\]", section):
        if not NEEDED.match(name):
            fault(f"it needs {name}")


def check_size(fault):
    size = (STAGE / "lib/libocihooks.so").stat().st_size
    if size > MOST_BYTES:
        fault(f"it weighs {size} bytes, more than {MOST_BYTES}")


def files(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if not path.is_dir())


def check_install(fault):
    """Installs with other values of DESTDIR, PREFIX and LIBDIR, and leaves nothing after uninstall."""
    with tempfile.TemporaryDirectory() as directory:
        where = ["DESTDIR=" + directory, "PREFIX=/opt/x", "LIBDIR=/opt/x/lib64"]
        for target in ["install", "uninstall"]:
            run("make", "-s", target, *where, stderr=subprocess.STDOUT)
            present = files(pathlib.Path(directory))
            if target == "install" and len(present) != 10:
                fault(f"install created {present}")
            if target == "uninstall" and present:
                fault(f"uninstall left {present}")


def main():
    faults = []
    checks = [check_exports, check_archive, check_surface, check_dynamic_section, check_size, check_install]
    for check in checks:
        before = len(faults)
        check(faults.append)
        print("ok  " if len(faults) == before else "FAIL", check.__name__)
    for fault in faults:
        print("  " + fault)
    print(f"{len(checks) - bool(faults)} passed, {int(bool(faults))} failed" if faults else f"{len(checks)} passed, 0 failed")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
