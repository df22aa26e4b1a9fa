"""The permanent record of the numbers of <ocihooks.h>: verify/abi/numbers.h. A name keeps its number, and a number its
name, across all SONAMEs."""
import pathlib
import re

PATH = pathlib.Path("verify/abi/numbers.h")
INTRODUCTION = """\
/*
 * Every number that <ocihooks.h> has ever named: NUMBER, or RETIRED if its name was removed. Lines are never removed or
 * changed. The tests in C, Go and Python compare their numbers with it. Written by `make abi-baseline`.
 *
 * Define both macros before you include it, any number of times.
 */
"""
END = """
#undef NUMBER
#undef RETIRED
"""


def read():
    """(enum, name): (whether it is retired, its number)."""
    text = PATH.read_text() if PATH.exists() else ""
    found = re.findall(r"^(NUMBER|RETIRED)\((\w+), (\w+), (-?\d+)\)$", text, flags=re.M)
    return {(enum, name): (word == "RETIRED", int(value)) for word, enum, name, value in found}


def present(header):
    return {(enum, name): value for enum, names in header.enums().items() for name, value in names.items()}


def broken(header):
    """Changes that a new baseline can't accept: numbers that changed, or are used again."""
    known, now = read(), present(header)
    used = {(enum, value): name for (enum, name), (_, value) in known.items()}
    for (enum, name), value in now.items():
        retired, before = known.get((enum, name), (False, value))
        if retired:
            yield f"{name} is retired, and never comes back"
        elif before != value:
            yield f"{name} is {value}; it has always been {before}"
        if used.get((enum, value), name) != name:
            yield f"{name} is {value}, the number of {used[enum, value]}: numbers are never used again"
        used[enum, value] = name


def behind(header):
    """Numbers that the baseline lacks, or has yet to retire."""
    known, now = read(), present(header)
    for enum, name in sorted(now.keys() - known.keys()):
        yield f"{name} of {enum} is not in {PATH}"
    for enum, name in sorted(known.keys() - now.keys()):
        if not known[enum, name][0]:
            yield f"{name} of {enum} is in {PATH}, but missing from the header"


def write(header):
    """The old lines in their order, with new ones behind those of their enum."""
    known, now = read(), present(header)
    lines = {key: (key not in now, value) for key, (_, value) in known.items()}
    lines.update((key, (False, value)) for key, value in now.items())
    enums = list(dict.fromkeys(enum for enum, _ in lines))
    text = INTRODUCTION
    for enum in enums:
        text += "\n"
        for (of, name), (retired, value) in lines.items():
            text += f"{'RETIRED' if retired else 'NUMBER'}({enum}, {name}, {value})\n" if of == enum else ""
    PATH.write_text(text + END)
