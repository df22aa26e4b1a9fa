#!/usr/bin/env python3
"""Builds the source archive like a packager: unpacked elsewhere, without a network, with an empty CARGO_HOME and a bare
environment. It then builds a program against the installed library, and checks that a second archive has the same
bytes.

Needs ARCHIVE and CC.
"""
import os
import pathlib
import shlex
import subprocess
import sys
import tarfile
import tempfile

import compiler
from readme import programs as readme_programs

ARCHIVE = pathlib.Path(os.environ["ARCHIVE"])
SECONDS = 1200


def without_network():
    """The command prefix that cuts off the network."""
    for prefix in [["unshare", "-n"], ["unshare", "-rn"]]:
        try:
            if subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL).returncode == 0:
                return prefix
        except FileNotFoundError:
            break
    print("SKIPPED: dist: network namespaces are refused here; the build keeps its network")
    return []


def environment(home):
    """The environment of a fresh user, with the caller's compiler."""
    rustup = os.environ.get("RUSTUP_HOME") or os.path.expanduser("~/.rustup")
    return {"PATH": os.environ["PATH"], "HOME": str(home), "CARGO_HOME": str(home / "cargo"), "RUSTUP_HOME": rustup,
            "CARGO_NET_OFFLINE": "true", "LC_ALL": "C"}


def run(command, folder, variables, prefix=()):
    done = subprocess.run([*prefix, *command], cwd=folder, env=variables, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS)
    if done.returncode != 0:
        sys.exit(f"FAIL {shlex.join(map(str, command))}: status {done.returncode}\n{done.stdout}")
    return done.stdout


def build(source, root, variables, prefix):
    where = [f"DESTDIR={root}", "PREFIX=/usr", "LIBDIR=/usr/lib"]
    for command in [["make"], ["make", "install", *where]]:
        run(command, source, variables, prefix)


def use(folder, root, variables):
    """The README's program: it reads hooks and runs one."""
    variables = {**variables, "PKG_CONFIG_PATH": str(root / "usr/lib/pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(root),
                 "LD_LIBRARY_PATH": str(root / "usr/lib")}
    (folder / "program.c").write_text(readme_programs("c")[0])
    flags = compiler.flags_of("--cflags", "--libs", "ocihooks", environment=variables)
    program = compiler.compiled(folder / "program", [folder / "program.c"], flags)
    run([program], folder, variables)


def check_same_again(folder):
    again = folder / "again" / ARCHIVE.name
    subprocess.run([sys.executable, "verify/release/dist.py", again], check=True, stdout=subprocess.DEVNULL)
    if again.read_bytes() != ARCHIVE.read_bytes():
        sys.exit(f"FAIL a second {ARCHIVE.name} has other bytes")


def main():
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        check_same_again(folder)
        with tarfile.open(ARCHIVE) as archive:
            archive.extractall(folder)
        source, root = folder / ARCHIVE.name[: -len(".tar.xz")], folder / "root"
        home = folder / "home"
        home.mkdir()
        variables, prefix = environment(home), without_network()
        build(source, root, variables, prefix)
        use(folder, root, variables)
    print(f"{ARCHIVE.name}: the same bytes twice; builds{' without a network' if prefix else ''}, installs, and is used from C")


if __name__ == "__main__":
    main()
