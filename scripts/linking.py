#!/usr/bin/env python3
"""The ways to link the library: the archive beside another Rust archive, in both orders, and the examples of build
systems. Needs CC, STAGE and BUILD. Ways whose tools are missing are SKIPPED."""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

import compiler

BUILD = pathlib.Path(os.environ["BUILD"]) / "linking"
HERE = pathlib.Path("tests/linking").resolve()
RUSTC = os.environ.get("RUSTC", "rustc")
ENVIRONMENT = {**os.environ, "PKG_CONFIG_PATH": str(compiler.stage() / "lib/pkgconfig"),
               "LD_LIBRARY_PATH": str(compiler.stage() / "lib")}


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
                          env={**ENVIRONMENT, **options.pop("env", {})}, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{shlex.join(map(str, command))}: status {done.returncode}\n{done.stdout}")


def second_archive():
    archive = BUILD / "libsecond.a"
    run(RUSTC, "--edition=2024", "--crate-type=staticlib", "-O", "-o", archive, HERE / "second.rs")
    return str(archive)


def both_orders(second, ours):
    yield "first", [*ours, second]
    yield "second", [second, *ours]


def beside_shared():
    return compiler.flags_of("--libs", "ocihooks-archive")


def fully_static():
    return compiler.flags_of("--static", "--libs", "ocihooks")


def from_c(second):
    """(name, function that builds and runs it) for each way of a C program."""
    ways = {"-no-pie": beside_shared, "-pie": beside_shared, "-static": fully_static, "-static-pie": fully_static}
    for way, libraries in ways.items():
        for place, flags in both_orders(second, libraries()):
            yield f"C {way}, the library {place}", lambda way=way, flags=flags: built_in_c(way, flags)


def built_in_c(way, flags):
    program = BUILD / "program"
    program.unlink(missing_ok=True)
    run(*compiler.CC, way, "-fPIE" if "pie" in way and way != "-no-pie" else "-fno-pie", "-o", program, HERE / "program.c",
        *compiler.flags_of("--cflags", "ocihooks"), *flags)
    run(program)


def from_go(second):
    for static in [False, True]:
        for place, flags in both_orders(second, fully_static() if static else beside_shared()):
            name = f"Go {'-static' if static else 'shared'}, the library {place}"
            yield name, lambda static=static, flags=flags: built_in_go(static, flags)


def built_in_go(static, flags):
    include = shlex.join(compiler.flags_of("--cflags", "ocihooks"))
    environment = {"CGO_LDFLAGS": shlex.join(flags), "CGO_CFLAGS": include, "GO111MODULE": "off", "GOTOOLCHAIN": "local"}
    external = ["-ldflags=-linkmode=external -extldflags=-static"] if static else []
    run("go", "build", *external, "-o", BUILD / "program", HERE / "main.go", env=environment)
    run(BUILD / "program")


def build_systems():
    for archive in [False, True]:
        kind = "the archive" if archive else "shared"
        yield "cmake", f"CMake, {kind}", lambda archive=archive: by_cmake(archive)
        yield "meson", f"Meson, {kind}", lambda archive=archive: by_meson(archive)


def by_cmake(archive):
    folder = fresh("cmake")
    run("cmake", "-S", "examples/cmake", "-B", folder, f"-DARCHIVE={'ON' if archive else 'OFF'}")
    run("cmake", "--build", folder)
    check_linked(folder / "run-phase", archive)


def by_meson(archive):
    folder = fresh("meson")
    run("meson", "setup", folder, "examples/meson", f"-Darchive={'true' if archive else 'false'}")
    run("meson", "compile", "-C", folder)
    check_linked(folder / "run-phase", archive)


def fresh(name):
    shutil.rmtree(BUILD / name, ignore_errors=True)
    return BUILD / name


def check_linked(program, archive):
    """The program starts, and needs the shared library only if it was linked with that."""
    needed = subprocess.run(["readelf", "-d", program], text=True, stdout=subprocess.PIPE, check=True).stdout
    if ("libocihooks" in needed) == archive:
        raise RuntimeError(f"{program} {'needs' if archive else 'does not need'} the shared library")
    # Without arguments it prints its usage.
    said = subprocess.run([program], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT).stdout
    if "usage" not in said:
        raise RuntimeError(f"{program} says {said!r}")


def jobs():
    """(the tool that it needs, its name, the function that tests it)."""
    second = second_archive() if shutil.which(RUSTC) else None
    for tool, ways in [(compiler.CC[0], from_c), ("go", from_go)]:
        if second is None:
            yield RUSTC, f"{ways.__name__}, beside a second Rust archive", None
            continue
        for name, job in ways(second):
            yield tool, name, job
    yield from build_systems()


def main():
    BUILD.mkdir(parents=True, exist_ok=True)
    failed = passed = 0
    for tool, name, job in jobs():
        if not shutil.which(tool):
            print(f"SKIPPED {name}: {tool} is missing", flush=True)
            continue
        try:
            job()
            passed += 1
            print("ok  ", name, flush=True)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            failed += 1
            print("FAIL", name, error, sep="\n", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
