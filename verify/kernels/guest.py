"""The guest's file system: the test programs' surroundings, packed as the kernel's initramfs."""
import lzma
import os
import pathlib
import shutil
import subprocess

import debian
import target
from table import ARCHITECTURES

HERE = pathlib.Path(__file__).resolve().parent
# Programs that the tests' hooks run. All others are busybox's.
PACKAGES = ["busybox-static", "coreutils", "dash", "libc6", "libgcc-s1", "util-linux"]
# The only module that a test needs. It makes a file system that hangs.
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
    for name, program in {**dict.fromkeys(applets(), "busybox"), "sh": "dash"}.items():
        if not any(os.path.lexists(root / folder / name) for folder in ["bin", "sbin"]):
            (root / "bin" / name).symlink_to(program)
    built = target.library(architecture)
    library = root / "usr/lib" / ARCHITECTURES[architecture].triplet
    shutil.copy(built, library / os.environ["SONAME"])
    target.tests(architecture, built, root / "tests")
    shutil.copy(HERE / "init", root / "init")
    return root


def applets():
    """busybox's applet names, from this machine's busybox, which is of the same release."""
    return subprocess.run(["busybox", "--list"], check=True, text=True, stdout=subprocess.PIPE).stdout.split()


def put_modules(root, kernel_files):
    """Puts the kernel's module into the guest, unpacked."""
    shutil.rmtree(root / "modules")
    (root / "modules").mkdir()
    for path in pathlib.Path(kernel_files).rglob(f"{MODULE}.ko*"):
        content = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        (root / "modules" / f"{MODULE}.ko").write_bytes(content)


def pack(root, archive):
    """Writes the directory as an initramfs archive."""
    names = "\n".join(sorted(str(path.relative_to(root)) for path in root.rglob("*")))
    with open(archive, "wb") as output:
        subprocess.run(["cpio", "--quiet", "--create", "--format=newc", "--owner=0:0"], cwd=root, check=True, text=True,
                       input=names, stdout=output, env={**os.environ, "LC_ALL": "C"})
