#!/usr/bin/env python3
"""Writes the source archive: dist.py FILE.tar.xz. It has the files of HEAD, and in vendor/ the crates that Cargo.lock
names, so it builds without a network. The same HEAD gives the same bytes.

Needs git, and downloads missing crates.
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

# The archive has the whole crates that a build for one of these uses, and shells of the others, which cargo needs.
SYSTEMS = ["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "i686-unknown-linux-gnu", "aarch64-unknown-linux-gnu",
           "armv7-unknown-linux-gnueabihf", "riscv64gc-unknown-linux-gnu", "s390x-unknown-linux-gnu",
           "powerpc64le-unknown-linux-gnu", "loongarch64-unknown-linux-gnu"]
CONFIGURATION = """\
# The crates are in vendor/. Without this file cargo takes them from crates.io.
[source.crates-io]
replace-with = "vendored-sources"

[source.vendored-sources]
directory = "vendor"
"""


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, **options).stdout


def sources(folder):
    """The files of HEAD."""
    if run("git", "status", "--porcelain"):
        print("dist: the archive is made of HEAD and lacks uncommitted changes", file=sys.stderr)
    archive = run("git", "archive", "--format=tar", "HEAD", "--", ".", ":!.ci", ":!.github")
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        members.extractall(folder)


def used(folder):
    """The names and versions of the crates that one of SYSTEMS uses."""
    filters = [f"--filter-platform={system}" for system in SYSTEMS]
    metadata = json.loads(run("cargo", "metadata", "--locked", "--format-version=1", *filters, cwd=folder))
    return {f"{package['name']}-{package['version']}" for package in metadata["packages"]}


def empty(crate):
    """Keeps the files of an unbuilt crate that cargo reads, and its licences."""
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
    """Sorted, with root as owner and HEAD's time, so that the archive is the same on every machine."""
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
