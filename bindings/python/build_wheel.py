"""Builds the wheel: build_wheel.py LIBRARY DESTINATION

LIBRARY is a libocihooks.so, which the wheel contains, so that the wheel needs nothing else. Prints the wheel's path.

It is also pip's build backend (PEP 517). `pip install bindings/python` builds a wheel without a library, which uses an
installed one. `--config-settings library=PATH` adds that library. The build needs the whole repository.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import sys
import zipfile
from pathlib import Path
from typing import Dict, List, Optional

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
NAME = "ocihooks"
SONAME = "libocihooks.so.0"
LICENCES = ["LICENSE-MIT", "LICENSE-APACHE", "LICENSES-THIRD-PARTY"]
METADATA = """\
Metadata-Version: 2.4
Name: {name}
Version: {version}
Summary: Runs OCI lifecycle hooks, by the C library libocihooks
Keywords: oci,container,hooks,runtime
License-Expression: MIT OR Apache-2.0
{licences}Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3
Classifier: Typing :: Typed
Requires-Python: >=3.9
Description-Content-Type: text/markdown

{readme}"""
WHEEL = """\
Wheel-Version: 1.0
Generator: build_wheel.py
Root-Is-Purelib: {pure}
Tag: {tag}
"""
# ELF's e_machine values and their names in platform tags.
MACHINES = {3: "i686", 21: "ppc64le", 22: "s390x", 40: "armv7l", 62: "x86_64", 183: "aarch64", 243: "riscv64"}
# The oldest glibc that pip knows a manylinux tag for on every machine.
OLDEST_GLIBC = (2, 17)
# The fixed time of each file makes the wheel of the same sources identical, byte for byte.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)


def version() -> str:
    """Returns the library's version from Cargo.toml."""
    found = re.search(r'^version = "(.*)"$', (REPOSITORY / "Cargo.toml").read_text("utf-8"), re.M)
    assert found, "Cargo.toml has no version"
    return found.group(1)


def platform_tag(library: bytes) -> str:
    """Returns, say, manylinux_2_34_x86_64: the newest glibc whose symbols the library needs, and its machine."""
    if not library.startswith(b"\x7fELF"):
        raise ValueError("the library is no ELF file")
    order = "<" if library[5] == 1 else ">"
    machine = MACHINES[struct.unpack_from(f"{order}H", library, 18)[0]]
    needed = re.findall(rb"\0GLIBC_(\d+)\.(\d+)", library)
    if not needed:
        return f"linux_{machine}"
    major, minor = max([OLDEST_GLIBC, *((int(first), int(second)) for first, second in needed)])
    return f"manylinux_{major}_{minor}_{machine}"


def record(files: Dict[str, bytes], name: str) -> bytes:
    """Returns the file RECORD, which lists every file with its hash and size."""
    lines = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{name},,", ""]).encode()


def contents(library: Optional[bytes], tag: str) -> Dict[str, bytes]:
    """Returns every file of the wheel."""
    sources = [*(HERE / "src" / NAME).glob("*.py"), HERE / "src" / NAME / "py.typed"]
    files = {f"{NAME}/{source.name}": source.read_bytes() for source in sorted(sources)}
    if library is not None:
        files[f"{NAME}/{SONAME}"] = library
    info = f"{NAME}-{version()}.dist-info"
    readme = (HERE / "README.md").read_text("utf-8")
    files[f"{info}/METADATA"] = METADATA.format(
        name=NAME, version=version(), readme=readme, licences="".join(f"License-File: {name}\n" for name in LICENCES)
    ).encode()
    files[f"{info}/WHEEL"] = WHEEL.format(pure=str(library is None).lower(), tag=tag).encode()
    for name in LICENCES:
        files[f"{info}/licenses/{name}"] = (REPOSITORY / name).read_bytes()
    files[f"{info}/RECORD"] = record(files, f"{info}/RECORD")
    return files


def write_wheel(library: Optional[Path], destination: Path) -> Path:
    """Writes the wheel and returns its path."""
    inside = None if library is None else library.read_bytes()
    tag = f"py3-none-{'any' if inside is None else platform_tag(inside)}"
    files = contents(inside, tag)  # before the wheel is begun, so that a failure leaves no partial wheel
    destination.mkdir(parents=True, exist_ok=True)
    path = destination / f"{NAME}-{version()}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name.endswith(SONAME) else 0o100644) << 16
            archive.writestr(entry, content)
    return path


def build_wheel(
    wheel_directory: str, config_settings: Optional[Dict[str, str]] = None, metadata_directory: Optional[str] = None
) -> str:
    """pip's entry point (PEP 517)."""
    library = (config_settings or {}).get("library")
    return write_wheel(Path(library) if library else None, Path(wheel_directory)).name


class UnsupportedOperation(Exception):
    """PEP 517's name for it."""


def build_sdist(sdist_directory: str, config_settings: Optional[Dict[str, str]] = None) -> str:
    """Raises, because the version and the library come from the repository."""
    raise UnsupportedOperation("no sdist: build a wheel, from the repository")


def main(arguments: List[str]) -> int:
    if len(arguments) != 2:
        print("usage: build_wheel.py LIBRARY DESTINATION", file=sys.stderr)
        return 2
    try:
        print(write_wheel(Path(arguments[0]), Path(arguments[1])))
    except (OSError, ValueError) as error:
        print(f"build_wheel.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
