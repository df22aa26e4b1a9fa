#!/usr/bin/env python3
"""The licences of all linked code, in one file: `licences.py check`, or `licences.py write`.

The crates are those that cargo names for LINUX, without build dependencies and macros. A crate with a choice of
licences is used under MIT, or else under its first licence. Crates' metadata lacks Rust's standard library, its crates
and the compiler's runtime, so tools for crates miss them. STANDARD_LIBRARY lists them."""
import json
import pathlib
import re
import subprocess
import sys

FILE = pathlib.Path("LICENSES-THIRD-PARTY")
LINUX = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "riscv64gc-unknown-linux-gnu"]
LINE = "=" * 100

# name: its licence, its copyright
STANDARD_LIBRARY = {
    "std, core, alloc, backtrace": ("MIT", "The Rust Project Developers; 2014 Alex Crichton"),
    "core's tables of Unicode": ("Unicode-3.0", "1991-2024 Unicode, Inc."),
    "std's channels": ("MIT", "2019 The Crossbeam Project Developers"),
    "compiler_builtins": ("MIT", "The Rust Project Developers"),
    "compiler_builtins, the part from LLVM's compiler-rt": ("Apache-2.0 WITH LLVM-exception", "2009-2019 The LLVM contributors"),
    "addr2line": ("MIT", "2016-2018 The gimli Developers"),
    "gimli": ("MIT", "2015 The Rust Project Developers"),
    "object": ("MIT", "2015 The Gimli Developers"),
    "miniz_oxide": ("MIT", "2013-2014 RAD Game Tools and Valve Software; 2010-2014 Rich Geldreich and Tenacious Software LLC; "
                    "2017 Frommi; 2017-2024 oyvindln"),
    "adler2": ("MIT", "Jonas Schievink <jonasschievink@gmail.com>"),
    "rustc-demangle": ("MIT", "2014 Alex Crichton"),
    "hashbrown": ("MIT", "2016 Amanieu d'Antras"),
    "foldhash": ("Zlib", "2024 Orson Peters"),
    "cfg-if": ("MIT", "2014 Alex Crichton"),
    "libc": ("MIT", "The Rust Project Developers"),
    "memchr": ("MIT", "2015 Andrew Gallant"),
    "libgcc_eh, in the shared library": ("GPL-3.0-or-later WITH GCC-exception-3.1", "Free Software Foundation, Inc."),
}


def metadata():
    """The packages, and the ids of the linked ones."""
    filters = [f"--filter-platform={system}" for system in LINUX]
    command = ["cargo", "metadata", "--locked", "--format-version=1", *filters]
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in said["packages"]}
    nodes = {node["id"]: node for node in said["resolve"]["nodes"]}
    return packages, linked(nodes, packages, said["resolve"]["root"])


def linked(nodes, packages, root):
    found, waiting = set(), [root]
    while waiting:
        node = waiting.pop()
        if node in found or is_macro(packages[node]):
            continue
        found.add(node)
        for dependency in nodes[node]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    return found - {root}


def is_macro(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def chosen(package):
    """The licence under which the crate is used."""
    choice = re.split(r"\s+OR\s+|/", package["license"])
    return "MIT" if "MIT" in choice else choice[0]


def text_of(package):
    """The licence's text from the crate."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if re.match(r"(?i)licen[sc]e|copying", path.name))
    named = [path for path in files if chosen(package).partition("-")[0].lower() in path.name.lower()] or files
    if not named:
        raise SystemExit(f"{package['name']}: the file of its licence {chosen(package)} is missing")
    return named[0].read_text("utf-8").strip()


def third_party():
    """The whole file."""
    packages, ids = metadata()
    crates = sorted((packages[id] for id in ids), key=lambda package: package["name"])
    parts = ["Third-party code that is linked into libocihooks, with its licences. `make licences` writes this file."]
    by_text = {}
    for crate in crates:
        by_text.setdefault(text_of(crate), []).append(crate)
    for text, crates in by_text.items():
        names = "\n".join(f"{crate['name']} {crate['version']} ({chosen(crate)})" for crate in crates)
        parts.append(f"{names}\n\n{text}")
    rows = [f"{name}: {licence}\n    Copyright (c) {who}" for name, (licence, who) in STANDARD_LIBRARY.items()]
    parts.append("\n".join(["Rust's standard library with its crates, and the compiler's runtime:", "", *rows, "",
                            "The text of each named licence follows.", "", "MIT:", "", permission(), "",
                            *pathlib.Path("scripts/licences.txt").read_text("utf-8").strip().splitlines()]))
    return f"\n\n{LINE}\n\n".join(parts) + "\n"


def permission():
    """MIT's text, without a copyright line."""
    text = pathlib.Path("LICENSE-MIT").read_text("utf-8").strip()
    return text[text.index("Permission"):]


def main():
    text = third_party()
    if sys.argv[1:] == ["write"]:
        FILE.write_text(text, "utf-8")
    elif not FILE.exists() or FILE.read_text("utf-8") != text:
        sys.exit(f"{FILE} differs from the linked code: run `make licences`")
    else:
        print(f"{FILE} matches the linked code")


if __name__ == "__main__":
    main()
