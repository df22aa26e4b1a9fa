#!/usr/bin/env python3
"""Checks the crate as cargo packages it: builds it, compares its files with git's, and installs and uses the library
from it. Needs BUILD (a directory to write to), CC and CXX."""
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

BUILD = pathlib.Path(os.environ["BUILD"])
# Files that cargo adds.
ADDED = {"Cargo.toml.orig", ".cargo_vcs_info.json"}


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def version():
    return re.search(r'^version = "(.*)"', pathlib.Path("Cargo.toml").read_text(), flags=re.M)[1]


def left_out():
    """The folders that Cargo.toml excludes."""
    listed = re.search(r"^exclude = \[([^]]*)\]", pathlib.Path("Cargo.toml").read_text(), flags=re.M)[1]
    return tuple(f"{folder}/" for folder in re.findall(r'"(.*?)"', listed))


def package():
    """Packages and builds the crate, and returns its path. cargo refuses uncommitted files."""
    target = BUILD / "package"
    subprocess.run(["cargo", "package", "-q", "--locked", "--target-dir", target], check=True)
    return target / f"package/ocihooks-{version()}.crate"


def check_files(names, fault):
    expected = {name for name in run("git", "ls-files").splitlines() if not name.startswith(left_out())} | ADDED
    for name in sorted(expected ^ names):
        fault(f"{name} is {'missing from the package' if name in expected else 'packaged, and should not be'}")


def check_use(folder, fault):
    """Installs from the unpacked package, and runs the tests that need only the package."""
    stage = {"STAGE": str(folder / "build/stage"), "BUILD": str(folder / "build")}
    environment = {**os.environ, **stage, "CARGO_TARGET_DIR": str(BUILD / "package/use")}
    for command in [["make", "-s", "stage"], [sys.executable, "scripts/installed.py"],
                    [sys.executable, "scripts/ctests.py", "0*.c"]]:
        done = subprocess.run(command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode != 0:
            fault(f"{' '.join(command)} in the unpacked package:\n{done.stdout}")
            return


def main():
    faults = []
    crate = package()
    with tarfile.open(crate) as archive, tempfile.TemporaryDirectory() as folder:
        top = f"ocihooks-{version()}/"
        names = {member.name[len(top):] for member in archive.getmembers()}
        check_files(names, faults.append)
        archive.extractall(folder)
        check_use(pathlib.Path(folder) / top, faults.append)
    for fault in faults:
        print("FAIL " + fault)
    if faults:
        sys.exit(1)
    print(f"{crate.name}: {len(names)} files, {crate.stat().st_size} bytes; builds, installs, and is used from C")


if __name__ == "__main__":
    main()
