#!/usr/bin/env python3
"""Writes the source archive: dist.py FILE.tar.xz. It is what git has of HEAD, and in vendor/ the crates that Cargo.lock
names: it builds without a network. The same HEAD gives the same bytes.

Wants git; crates that are not there yet are downloaded.
"""
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

# The crates in full are those that a build for one of these takes; of the others there is only what cargo has to know.
SYSTEMS = ["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "i686-unknown-linux-gnu", "aarch64-unknown-linux-gnu",
           "armv7-unknown-linux-gnueabihf", "riscv64gc-unknown-linux-gnu", "s390x-unknown-linux-gnu",
           "powerpc64le-unknown-linux-gnu", "loongarch64-unknown-linux-gnu"]
CONFIGURATION = """\
# The crates are in vendor/. Remove this file to have cargo take them from crates.io.
[source.crates-io]
replace-with = "vendored-sources"

[source.vendored-sources]
directory = "vendor"
"""


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, **options).stdout


def sources(folder):
    """What git has of HEAD."""
    if run("git", "status", "--porcelain"):
        print("dist: the archive is of HEAD; what is not committed is not in it", file=sys.stderr)
    archive = run("git", "archive", "--format=tar", "HEAD", "--", ".", ":!.ci", ":!.github")
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        members.extractall(folder)


def used(folder):
    """The names and versions of the crates that one of SYSTEMS takes."""
    filters = [f"--filter-platform={system}" for system in SYSTEMS]
    metadata = json.loads(run("cargo", "metadata", "--locked", "--format-version=1", *filters, cwd=folder))
    return {f"{package['name']}-{package['version']}" for package in metadata["packages"]}


def empty(crate):
    """Leaves what cargo reads of a crate that it does not build, and the licences."""
    checksum = crate / ".cargo-checksum.json"
    for path in crate.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif not re.match(r"Cargo\.toml$|\.cargo-checksum\.json$|(?i:licen|copy)", path.name):
            path.unlink()
    (crate / "src").mkdir()
    (crate / "src/lib.rs").write_text("// Not for Linux: left out of this archive.\n")
    checksum.write_text(json.dumps({"files": {}, "package": json.loads(checksum.read_text())["package"]}) + "\n")


def vendor(folder):
    wanted = used(folder)
    run("cargo", "vendor", "-q", "--locked", "--versioned-dirs", "vendor", cwd=folder)
    for crate in (folder / "vendor").iterdir():
        if crate.name not in wanted:
            empty(crate)
    (folder / ".cargo").mkdir()
    (folder / ".cargo/config.toml").write_text(CONFIGURATION)


def pack(folder, output):
    """Sorted, everything owned by root and of HEAD's time: nothing of the machine is in it."""
    time = int(os.environ.get("SOURCE_DATE_EPOCH") or run("git", "log", "-1", "--format=%ct"))
    with tarfile.open(output, "w:xz", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(folder.rglob("*"), key=lambda path: str(path).encode()):
            if path.is_dir():
                continue
            member = archive.gettarinfo(path, str(path.relative_to(folder.parent)))
            member.mtime, member.uid, member.gid, member.uname, member.gname = time, 0, 0, "root", "root"
            member.mode = 0o755 if member.mode & 0o100 else 0o644
            with open(path, "rb") as content:
                archive.addfile(member, content)


def main():
    output = pathlib.Path(sys.argv[1])
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory) / output.name[: -len(".tar.xz")]
        folder.mkdir()
        sources(folder)
        vendor(folder)
        pack(folder, output)
    print(f"{output}: {output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
