#!/usr/bin/env python3
"""Boots Linux kernels in an emulator, and runs the C tests in each: run.py [part of a kernel's name ...]. Needs CARGO,
CC, SONAME and BUILD, a directory to write to. The kernels are in table.py."""
import shutil
import sys

import debian
import guest
import machine
import target
from table import KERNELS


def fetch(kernel):
    """Unpacks a kernel's package and returns the directory."""
    packages = debian.release(target.BUILD / "packages", kernel.release, kernel.architecture)
    package = packages.dependency(f"linux-image-cloud-{kernel.architecture}", r"linux-image-.*")
    files = target.BUILD / f"linux-{kernel.name}"
    shutil.rmtree(files, ignore_errors=True)
    debian.unpack(packages.package(package), files)
    return files


def run(kernel, root):
    """Runs the tests in one kernel. Returns whether all passed."""
    files = fetch(kernel)
    guest.put_modules(root, files)
    archive, log = target.BUILD / f"{kernel.name}.cpio", target.BUILD / f"{kernel.name}.log"
    guest.pack(root, archive)
    image = next((files / "boot").glob("vmlinuz-*"))
    off = machine.boot(kernel.architecture, image, archive, log)
    archive.unlink()
    says, programs = machine.read(log)
    wrong = [program for program in programs if not program.passed]
    missing = len(list((root / "tests").iterdir())) - len(programs)
    good = off and not wrong and missing == 0
    cases = sum(program.cases for program in programs)
    print("ok  " if good else "FAIL", f"{kernel.name}: {says or 'does not boot'}: {len(programs)} programs, {cases} cases", flush=True)
    show(programs, missing, log if not good else None)
    return good


def show(programs, missing, log):
    """Prints the skipped and the failed programs."""
    for program in programs:
        lines = [line for line in program.lines if not program.passed or "SKIPPED" in line]
        if not program.passed:
            print(f"    {program.name}: " + ("does not end" if program.status is None else f"status {program.status}"))
        for line in lines:
            print("    " + line.strip() + (f" ({program.name})" if program.passed else ""))
    if missing:
        print(f"    {missing} programs were not run")
    if log:
        print(f"    whole output: {log}", flush=True)


def main():
    wanted = sys.argv[1:] or [""]
    kernels = [kernel for kernel in KERNELS if any(part in kernel.name for part in wanted)]
    if not kernels:
        sys.exit(f"no kernel of that name; there are {', '.join(kernel.name for kernel in KERNELS)}")
    roots, results = {}, []
    for kernel in kernels:
        if kernel.architecture not in roots:
            roots[kernel.architecture] = guest.base(kernel.architecture)
        results.append(run(kernel, roots[kernel.architecture]))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(results.count(False) != 0)


if __name__ == "__main__":
    main()
