#!/usr/bin/env python3
"""The programs in docs/adopting.md and docs/adopting/: snippets.py LANGUAGE FOLDER writes those of a language to files.

The blocks of a page form one file, except in Go, where each "package" begins another. Programs in C are compiled, which
needs CC and STAGE (an installed tree). Programs in Rust are the crate's documentation tests.
"""
import pathlib
import re
import shutil
import sys

import compiler

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
PAGES = [DOCS / "adopting.md", *sorted((DOCS / "adopting").glob("*.md"))]
ENDINGS = {"c": "c", "go": "go", "python": "py"}


def sources(page, language):
    """The files of a page in a language."""
    text = "\n".join(re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), flags=re.S | re.M))
    parts = re.split(r"^(?=package )", text, flags=re.M) if language == "go" else [text]
    return [part.rstrip() + "\n" for part in parts if part.strip()]


def write(language, folder):
    """Writes each file. The files of a page go into a folder with the page's name."""
    shutil.rmtree(folder, ignore_errors=True)
    for page in PAGES:
        for number, source in enumerate(sources(page, language)):
            path = folder / page.stem / f"snippet{number}.{ENDINGS[language]}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source)
            yield path


def main():
    language, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    paths = list(write(language, folder))
    if not paths:
        sys.exit(f"docs/adopting.md and docs/adopting/ have no program in {language}")
    if language == "c":
        flags = ["-std=c99", "-c", *compiler.STRICT, *compiler.flags_of("--cflags", "ocihooks")]
        for path in paths:
            compiler.compiled(path.with_suffix(".o"), [path], flags)
    print(f"docs/adopting.md and docs/adopting/: {len(paths)} files in {language}")


if __name__ == "__main__":
    main()
