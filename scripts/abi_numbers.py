"""The numbers of <ocihooks.h>, for good: verify/abi/numbers.h. A number is never given to another name, nor a name another
number, whatever the SONAME."""
import pathlib
import re

PATH = pathlib.Path("verify/abi/numbers.h")
INTRODUCTION = """\
/*
 * Every number that <ocihooks.h> names, or has ever named: NUMBER, or RETIRED where the name is gone. No line is ever
 * taken away or changed. The tests in C, Go and Python compare theirs with it. Written by `make abi-baseline`.
 *
 * To be included with both macros defined, any number of times.
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
    """What can't be mended by writing the baseline anew: a number that changed, or is used again."""
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
    """What the baseline lacks, or has not retired yet."""
    known, now = read(), present(header)
    for enum, name in sorted(now.keys() - known.keys()):
        yield f"{name} of {enum} is not in {PATH}"
    for enum, name in sorted(known.keys() - now.keys()):
        if not known[enum, name][0]:
            yield f"{name} of {enum} is in {PATH}, and gone from the header"


def write(header):
    """The old lines in their order, new ones behind those of their enum."""
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
