"""The library and the C tests, built for an architecture."""
import functools
import json
import os
import pathlib
import shlex
import shutil
import subprocess

import cases_to_c
import compiler
import debian
import hooksd_to_c
from table import ARCHITECTURES

BUILD = pathlib.Path(os.environ["BUILD"]) / "kernels"
CARGO = shlex.split(os.environ.get("CARGO", "cargo"))
# Debian's up-to-date compiler for web browsers, which has a standard library for each of Debian's architectures.
DEBIAN_RUSTC = "/usr/bin/rustc"
DEBIAN_STD = "libstd-rust-web-dev"


def is_own(architecture):
    return os.uname().machine == ARCHITECTURES[architecture].triplet.partition("-")[0]


def rust(architecture):
    """The environment that cargo needs to build for an architecture."""
    target = ARCHITECTURES[architecture].rust
    library = subprocess.run(["rustc", "--print", "target-libdir", "--target", target], text=True, check=True,
                             stdout=subprocess.PIPE).stdout.strip()
    linker = {f"CARGO_TARGET_{target.upper().replace('-', '_')}_LINKER": c_compiler(architecture)[0]}
    if pathlib.Path(library).exists():
        return linker
    return linker | {"RUSTC": DEBIAN_RUSTC, "CARGO_ENCODED_RUSTFLAGS": f"--sysroot={sysroot(architecture)}"}


@functools.cache
def sysroot(architecture):
    """Debian's compiler with the standard library of another architecture, of the same version. Fetched once a run."""
    if not pathlib.Path(DEBIAN_RUSTC).exists():
        raise SystemExit(f"no Rust for {architecture}: `rustup target add {ARCHITECTURES[architecture].rust}`, or Debian's rustc-web")
    command = ["dpkg-query", "--show", "--showformat=${Version}", DEBIAN_STD]
    version = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    unpacked = BUILD / f"std-{architecture}"
    shutil.rmtree(unpacked, ignore_errors=True)
    debian.unpack(packages(architecture).package(f"{DEBIAN_STD}={version}"), unpacked)
    libraries = unpacked / "sysroot/lib/rustlib"
    libraries.mkdir(parents=True)
    for standard in [*pathlib.Path("/usr/lib/rustlib").iterdir(), *(unpacked / "usr/lib/rustlib").iterdir()]:
        (libraries / standard.name).symlink_to(standard)
    return unpacked / "sysroot"


def packages(architecture):
    """This machine's release for an architecture. The programs are built against its C library."""
    return debian.release(BUILD / "packages", debian.own_release(), architecture)


def c_compiler(architecture):
    return compiler.CC if is_own(architecture) else [f"{ARCHITECTURES[architecture].triplet}-gcc"]


def cargo(architecture, command, *arguments):
    """Builds with cargo. Returns the last file, which is the requested one."""
    environment = {**os.environ, **rust(architecture), "CARGO_TARGET_DIR": str(BUILD / "cargo")}
    target = ARCHITECTURES[architecture].rust
    done = subprocess.run([*CARGO, command, "--quiet", "--message-format=json", "--target", target, *arguments], check=True,
                          env=environment, text=True, stdout=subprocess.PIPE)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    made = [message for message in messages if message["reason"] == "compiler-artifact"][-1]
    return pathlib.Path(made["executable"] or made["filenames"][0])


def library(architecture):
    """Builds the library and returns its file."""
    return cargo(architecture, "rustc", "--release", "--lib", "--crate-type", "cdylib")


def tests(architecture, built, directory):
    """Puts programs into a directory, to be run where the library is found by its SONAME: the C tests, and random
    phases against the model."""
    directory.mkdir(parents=True)
    shutil.copy(cargo(architecture, "test", "--no-run", "--test", "model"), directory / "model")
    cases_to_c.write(BUILD / "cases.inc")
    hooksd_to_c.write(BUILD / "hooksd.inc")
    for source in sorted(pathlib.Path("c-tests").glob("*.c")):
        subprocess.run([*c_compiler(architecture), "-std=c99", "-O1", "-pthread", "-Iinclude", f"-I{BUILD}",
                        "-o", directory / source.stem, source, built], check=True)
