#!/usr/bin/env python3
"""Compiles and runs the C programs against the installed tree: c-tests/ linked both ways, the examples, the README's
program, and the header alone as C99 and C++. Needs CC, CXX, STAGE and BUILD."""
import os
import pathlib
import shlex
import subprocess
import sys

import cases_to_c
import compiler
import hooksd_to_c
from readme import programs as readme_programs

CXX = shlex.split(os.environ["CXX"])
BUILD = pathlib.Path(os.environ["BUILD"]) / "c"
# Ends a test that would hang the whole check. A test takes seconds.
SECONDS_PER_TEST = 180
# The lines shown of a test that passes: skipped cases, and the number of shared cases that ran.
SHOWN = ["SKIPPED", "shared cases"]


def prepare():
    """Generates the shared cases as C, which a test program includes."""
    BUILD.mkdir(parents=True, exist_ok=True)
    cases_to_c.write(BUILD / "cases.inc")
    hooksd_to_c.write(BUILD / "hooksd.inc")


def compiled(source, name, flags):
    return compiler.compiled(BUILD / name, [source], ["-std=c99", "-g", *compiler.STRICT, "-pthread", f"-I{BUILD}", *flags])


def headers():
    header = compiler.stage() / "include/ocihooks.h"
    for name, command in {"header as C99": [*compiler.CC, "-std=c99", "-xc"], "header as C++": [*CXX, "-xc++"]}.items():
        yield name, [*command, *compiler.STRICT, "-fsyntax-only", str(header)]


def readme():
    for number, program in enumerate(readme_programs("c"), 1):
        path = BUILD / f"readme-{number}.c"
        path.write_text(program)
        yield f"README example {number}", [compiled(path, path.stem, compiler.shared())]


def tests(pattern):
    for source in sorted(pathlib.Path("c-tests").glob(pattern)):
        for way, flags in {"shared": compiler.shared(), "static": compiler.static()}.items():
            yield f"{source.stem} ({way})", [compiled(source, f"{source.stem}-{way}", flags)]


def run(name, command):
    """Runs one program. Returns whether it passed, and shows its output if it failed."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=SECONDS_PER_TEST)
        passed, output = done.returncode == 0, done.stdout.decode(errors="replace")
        ending = "" if passed else f" (status {done.returncode})"
    except subprocess.TimeoutExpired as expired:
        passed, output, ending = False, (expired.stdout or b"").decode(errors="replace"), " (hangs)"
    print("ok  " if passed else "FAIL", name + ending, flush=True)
    shown = [line for line in output.splitlines() if not passed or any(word in line for word in SHOWN)]
    for line in shown:
        print("    " + line, flush=True)
    return passed


def main():
    prepare()
    pattern = sys.argv[1] if len(sys.argv) > 1 else "*.c"
    jobs = [*headers(), *readme(), *tests(pattern)]
    results = [run(name, command) for name, command in jobs]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(results.count(False) != 0)


if __name__ == "__main__":
    main()
