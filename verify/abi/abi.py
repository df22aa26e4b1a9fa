#!/usr/bin/env python3
"""Compares the ABI with its baseline in this folder: abi.py check, abi.py write.

The debug information of a Rust library has Rust's types, which change with every field of a private struct, and lacks the
header's enums. So abidw reads a library of stubs instead: every function of the installed header, defined in C with its
prototype, and a variable of every enum. The exports of the real library are compared with the header's functions, too.

Needs CC, STAGE (an installed tree), BUILD (a directory to write to), SONAME (of the source) and abigail-tools.
"""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

import abi_numbers
import compiler
import installed
from header import Header

STAGE, BUILD = compiler.stage(), pathlib.Path(os.environ["BUILD"]) / "abi"
SONAME = os.environ["SONAME"]
BASELINE = pathlib.Path("verify/abi") / f"{SONAME}.abi"
# These options leave out build paths and everything outside of the ABI.
ABIDW = ["abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-parameter-names", "--no-elf-needed",
         "--type-id-style", "hash"]
# abidiff's exit status: bits 1 and 2 are failures of abidiff itself.
FAILED = 1 | 2


def run(*command, **options):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, **options)


def stubs(header):
    """A C source with the header's ABI."""
    lines = ["#include <ocihooks.h>", *(f"enum {name} abi_of_{name};" for name in header.enums())]
    for function in header.functions:
        body = "" if function.returns == "void" else "return 0;"
        lines.append(f"{function.returns} {function.name}({', '.join(function.parameters)}) {{ {body} }}")
    return "\n".join(lines) + "\n"


def surface(header):
    """Compiles the stubs; returns the shared object."""
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "surface.c").write_text(stubs(header))
    # The baseline names no folder of the machine that wrote it.
    flags = ["-std=c99", "-g", f"-fdebug-prefix-map={BUILD.resolve()}/=", "-O0", "-fPIC", "-shared", f"-I{STAGE}/include",
             f"-Wl,-soname,{SONAME}"]
    return compiler.compiled(BUILD / "surface.so", [BUILD / "surface.c"], flags)


def difference(library, *options):
    """abidiff's report, "" without a difference."""
    done = run("abidiff", *options, BASELINE, library)
    if done.returncode & FAILED:
        sys.exit(f"abidiff failed with status {done.returncode}: {done.stdout}")
    return done.stdout if done.returncode else ""


def own_soname():
    section = run("readelf", "-d", STAGE / "lib/libocihooks.so", check=True).stdout
    return (re.findall(r"Library soname: \[(.*)\]", section) or ["none"])[0]


def needs_another_soname(header, library):
    """Changes that break programs that are already linked."""
    if own_soname() != SONAME:
        yield f"the library's SONAME is {own_soname()}; build.rs says {SONAME}"
    yield from header.faults()
    yield from abi_numbers.broken(header)
    if BASELINE.exists():
        # By default abidiff omits harmless changes, such as a new name of an enum.
        report = difference(library, "--no-added-syms")
        if report:
            yield f"incompatible with {BASELINE}: change SOVERSION in build.rs, or revert the change\n{report}"


def needs_writing(header, library):
    """Additions that the baseline lacks."""
    if not BASELINE.exists():
        yield f"there is no {BASELINE}"
    else:
        report = difference(library, "--harmless")
        if report:
            yield f"compatible, but not in {BASELINE}\n{report}"
    yield from abi_numbers.behind(header)


def write(header, library):
    done = run(*ABIDW, library, check=True)
    BASELINE.write_text(done.stdout)
    abi_numbers.write(header)
    print(f"wrote {BASELINE} and {abi_numbers.PATH}")


def end(faults, advice):
    for fault in faults:
        print("FAIL " + fault.rstrip())
    if faults:
        sys.exit(advice)


def main():
    if not shutil.which("abidw"):
        sys.exit("missing: abidw and abidiff (Debian's abigail-tools)")
    if platform.machine() != "x86_64":
        print(f"SKIPPED: ABI: the baselines are for x86_64, not {platform.machine()}")
        return
    header = Header(STAGE / "include/ocihooks.h")
    library = surface(header)
    faults = list(needs_another_soname(header, library))
    installed.check_exports(faults.append)
    end(faults, "the ABI is broken: see CONTRIBUTING.md, \"How to change the ABI\"")
    if sys.argv[1] == "write":
        write(header, library)
    else:
        end(list(needs_writing(header, library)), "the baseline is behind: run `make abi-baseline`")
        counts = f"{len(header.functions)} functions, {sum(map(len, header.enums().values()))} numbers"
        print(f"the ABI is that of {BASELINE}: {counts}")


if __name__ == "__main__":
    main()
