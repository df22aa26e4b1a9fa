#!/usr/bin/env python3
"""Extracts the README's program in a language, to compile and run it: readme.py LANGUAGE FILE writes it to the file."""
import pathlib
import re
import sys

README = pathlib.Path(__file__).resolve().parent.parent / "README.md"


def programs(language):
    """The blocks of that language, each a program."""
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text(), flags=re.S | re.M)


def program(language):
    """The only block of that language."""
    (source,) = programs(language)
    return source


if __name__ == "__main__":
    pathlib.Path(sys.argv[2]).write_text(program(sys.argv[1]))
