"""The guest's file system: what a test program finds around it, packed as the kernel's first."""
import lzma
import os
import pathlib
import shutil
import subprocess

import debian
import target
from table import ARCHITECTURES

HERE = pathlib.Path(__file__).resolve().parent
# What hooks of the tests run; what is not among it is busybox's.
PACKAGES = ["busybox-static", "coreutils", "dash", "libc6", "libgcc-s1", "util-linux"]
# The one module that a test needs: a file system that hangs is made by it.
MODULE = "fuse"


def base(architecture):
    """The programs and the tests for an architecture, as a directory."""
    root = target.BUILD / f"root-{architecture}"
    shutil.rmtree(root, ignore_errors=True)
    for name in ["usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "dev", "proc", "sys", "tmp", "new", "modules"]:
        (root / name).mkdir(parents=True)
    for name in ["bin", "sbin", "lib", "lib64"]:
        (root / name).symlink_to(f"usr/{name}")
    for package in target.packages(architecture).with_dependencies(*PACKAGES):
        debian.unpack(package, root)
    for unused in ["usr/share", "var"]:
        shutil.rmtree(root / unused, ignore_errors=True)
    link(root / "usr/bin/sh", "dash")
    for applet in applets():
        if not any((root / folder / applet).is_symlink() or (root / folder / applet).exists() for folder in ["bin", "sbin"]):
            link(root / "usr/bin" / applet, "busybox")
    built = target.library(architecture)
    library = root / "usr/lib" / ARCHITECTURES[architecture].triplet
    shutil.copy(built, library / soname(built))
    target.tests(architecture, built, root / "tests")
    shutil.copy(HERE / "init", root / "init")
    return root


def link(path, to):
    if not path.is_symlink() and not path.exists():
        path.symlink_to(to)


def applets():
    """The names that busybox answers to: this machine's busybox is of the same release."""
    return subprocess.run(["busybox", "--list"], check=True, text=True, stdout=subprocess.PIPE).stdout.split()


def soname(library):
    """The name by which programs that are linked with a library look for it."""
    dynamic = subprocess.run(["readelf", "--dynamic", library], check=True, text=True, stdout=subprocess.PIPE).stdout
    return next(line.rpartition("[")[2].rstrip("]") for line in dynamic.splitlines() if "(SONAME)" in line)


def put_modules(root, kernel_files):
    """Puts the kernel's module into the guest, unpacked."""
    shutil.rmtree(root / "modules")
    (root / "modules").mkdir()
    for path in pathlib.Path(kernel_files).rglob(f"{MODULE}.ko*"):
        content = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        (root / "modules" / f"{MODULE}.ko").write_bytes(content)


def pack(root, archive):
    """Writes the directory as the archive that a kernel takes for its first file system."""
    names = "\n".join(sorted(str(path.relative_to(root)) for path in root.rglob("*")))
    with open(archive, "wb") as output:
        subprocess.run(["cpio", "--quiet", "--create", "--format=newc", "--owner=0:0"], cwd=root, check=True, text=True,
                       input=names, stdout=output, env={**os.environ, "LC_ALL": "C"})
