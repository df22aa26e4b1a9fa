#!/usr/bin/env python3
"""Compiles and runs what uses the library from C, against the installed tree: c-tests/ linked both ways, the
examples, the README's program, and the header alone as C99 and C++. Wants CC, CXX, STAGE, BUILD."""
import os
import pathlib
import shlex
import subprocess
import sys

from readme import program as readme_program

CC, CXX = shlex.split(os.environ["CC"]), shlex.split(os.environ["CXX"])
STAGE, BUILD = pathlib.Path(os.environ["STAGE"]), pathlib.Path(os.environ["BUILD"]) / "c"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# Bounds what would otherwise hang the whole check; a test takes seconds.
SECONDS_PER_TEST = 180
# What is shown of a test that passes: what it left out, and how many of the shared cases it ran.
SHOWN = ["SKIPPED", "shared cases"]


def pkg_config(*options):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(STAGE / "lib/pkgconfig")}
    command = ["pkg-config", *options, "ocihooks"]
    return shlex.split(subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, env=environment).stdout)


def shared():
    return [*pkg_config("--cflags", "--libs"), f"-Wl,-rpath,{STAGE}/lib"]


def static():
    """The archive by its name, and what pkg-config says that it needs besides."""
    private = [flag for flag in pkg_config("--static", "--libs") if flag != "-locihooks"]
    return [*pkg_config("--cflags"), str(STAGE / "lib/libocihooks.a"), *private]


def compiled(source, name, flags):
    program = BUILD / name
    subprocess.run([*CC, "-std=c99", "-g", *STRICT, "-pthread", f"-I{BUILD}", "-o", program, source, *flags], check=True)
    return program


def headers():
    header = STAGE / "include/ocihooks.h"
    for name, compiler in {"header as C99": [*CC, "-std=c99", "-xc"], "header as C++": [*CXX, "-xc++"]}.items():
        yield name, [*compiler, *STRICT, "-fsyntax-only", str(header)]


def readme():
    path = BUILD / "readme.c"
    path.write_text(readme_program("c"))
    yield "README example", [compiled(path, "readme", shared())]


def tests(pattern):
    for source in sorted(pathlib.Path("c-tests").glob(pattern)):
        for way, flags in {"shared": shared(), "static": static()}.items():
            yield f"{source.stem} ({way})", [compiled(source, f"{source.stem}-{way}", flags)]


def run(name, command):
    """Runs one; says whether it went well, and shows what it printed where not."""
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
    BUILD.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "scripts/cases_to_c.py", "tests/cases", BUILD / "cases.inc"], check=True)
    pattern = sys.argv[1] if len(sys.argv) > 1 else "*.c"
    jobs = [*headers(), *readme(), *tests(pattern)]
    results = [run(name, command) for name, command in jobs]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(results.count(False) != 0)


if __name__ == "__main__":
    main()
