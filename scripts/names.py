#!/usr/bin/env python3
"""Finds names of files that documents and comments mention and the tree lacks. Needs git and a clone.

A name is found by its path from the root, from the folder of the text that mentions it, or by the end of its path.
"""
import fnmatch
import os
import pathlib
import re
import subprocess
import sys

# These texts are searched completely, and other sources in their comments only.
WHOLE = {".md", ".mk", ".py", ".sh", ".toml", ".yml", ""}
COMMENTS = {
    ".c": re.compile(r"/\*.*?\*/|//[^\n]*", re.S),
    ".h": re.compile(r"/\*.*?\*/|//[^\n]*", re.S),
    ".rs": re.compile(r"//[^\n]*"),
    ".go": re.compile(r"//[^\n]*"),
}
# Excludes system headers in <>, and names behind a shell variable.
FILE = re.compile(r"(?<![\w./*@{}$<-])[\w./*-]*\w\.(?:c|go|h|md|mk|py|rs|sh|supp|toml|yml)\b(?![\w(*/-]|\.\w)")
FOLDER = re.compile(r"`([\w.-]+(?:/[\w.-]+)*)/`")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
# Texts name a program of c-tests/ with its number and without its suffix.
TEST = re.compile(r"(?<![\w/.-])\d\d-(?!bit\b)[a-z][a-z-]*[a-z]\b(?![.\w-])")
# History, and third-party texts.
LEFT_OUT = {"CHANGELOG.md", "LICENSE"}
# Files of the runtime-spec, of runc and of libc, and build results.
FOREIGN = {"config.md", "runtime.md", "config.go", "pthread.h", "stddef.h", "stdint.h", "sys/syscall.h", "unistd.h", "build", "target", "vendor",
           "program.c", "readme.c", "surface.c", ".cargo/config.toml"}
# Build folders, and paths of the machine.
MADE = ("build/", "target/", "/")


def tree():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], check=True, text=True,
                            stdout=subprocess.PIPE).stdout.splitlines()
    files = {name for name in listed if pathlib.Path(name).exists()}
    return files, {str(parent) for name in files for parent in pathlib.PurePath(name).parents}


def texts(path):
    """The searched parts of a file, each with the number of its first line."""
    text = path.read_text()
    if path.suffix in WHOLE:
        return [(1, text)]
    found = COMMENTS[path.suffix].finditer(text)
    return [(text.count("\n", 0, part.start()) + 1, part[0]) for part in found]


def mentioned(text, kind):
    """The names in a text, each with its place."""
    patterns = [FILE, FOLDER, LINK] if kind == ".md" else [FILE, FOLDER]
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield found.start(), found[pattern.groups]
    for found in TEST.finditer(text):
        yield found.start(), f"c-tests/{found[0]}.c"


class Tree:
    """The files and folders that git tracks or would add."""

    def __init__(self):
        self.files, self.folders = tree()
        self.all = self.files | self.folders

    def has(self, name, folder):
        near = os.path.normpath(folder / name)
        name = re.sub(r"^(\.\.?/)+", "", name)
        if "*" in name:
            return any(fnmatch.fnmatch("/" + each, "*/" + name) for each in self.files)
        return near in self.all or any(("/" + each).endswith("/" + name) for each in self.all)

    def missing(self, path):
        """The names that a file mentions and the tree lacks, each with its line."""
        for first, text in texts(path):
            for at, name in mentioned(text, path.suffix):
                if name not in FOREIGN and not name.startswith(MADE) and not self.has(name, path.parent):
                    yield first + text.count("\n", 0, at), name


def main():
    if not pathlib.Path(".git").exists():
        print("SKIPPED: names of files: a source archive lacks folders that texts name")
        return
    here = Tree()
    wrong = seen = 0
    for name in sorted(here.files - LEFT_OUT):
        path = pathlib.Path(name)
        if path.suffix not in WHOLE | COMMENTS.keys():
            continue
        seen += 1
        for line, missing in sorted(set(here.missing(path))):
            wrong += 1
            print(f"{name}:{line}: {missing} does not exist")
    if wrong:
        sys.exit(f"{wrong} names of missing files")
    print(f"all files that {seen} texts name exist")


if __name__ == "__main__":
    main()
