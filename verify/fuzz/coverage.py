#!/usr/bin/env python3
"""Prints how much of the source the fuzzers reach: coverage.py SOURCE PROGRAM=NOTES ...

The fuzzer's table in each program has an address for every edge between blocks of code. The notes of its merge have the
numbers of the edges that were reached. Every edge belongs to a line. A line counts once across all programs and instances,
and is reached if any of its edges is. Needs readelf and addr2line (binutils)."""
import collections
import pathlib
import re
import subprocess
import sys

# An edge in the table: its address and its flags, eight bytes each.
ENTRY = 16


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True, check=True).stdout


def edges(program):
    """The addresses of all edges, in the table's order. The file has them as relocations."""
    section = re.search(r"__sancov_pcs\s+\S+\s+([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)", readelf("-S", program))
    start, size = (int(number, 16) for number in section.groups())
    addresses = [None] * (size // ENTRY)
    for offset, address in re.findall(r"(?m)^([0-9a-f]+)\s+\S+\s+R_\w+_RELATIV\w*\s+([0-9a-f]+)$", readelf("-r", program)):
        place = int(offset, 16) - start
        if 0 <= place < size and place % ENTRY == 0:
            addresses[place // ENTRY] = int(address, 16)
    return addresses


def reached(notes):
    """The numbers of the reached edges. The notes list each with the first input that reached it."""
    for line in notes.read_text().splitlines():
        if line.startswith("COV "):
            yield from (int(number) for number in line.split()[2:])


def lines(program, addresses):
    """The source line of each address, in the innermost inlined function."""
    text = "\n".join(f"{address:#x}" for address in addresses)
    answer = subprocess.run(["addr2line", "-e", program], input=text, capture_output=True, text=True, check=True)
    return [line.split(" ")[0] for line in answer.stdout.splitlines()]


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    all_lines, reached_lines = set(), set()
    for argument in sys.argv[2:]:
        program, notes = argument.split("=")
        places = lines(program, edges(program))
        hits = set(reached(pathlib.Path(notes)))
        print(f"{pathlib.Path(program).name}: {len(hits)} of {len(places)} edges, those of the libraries among them")
        all_lines.update(places)
        reached_lines.update(places[number] for number in hits)
    count(source, all_lines, reached_lines)


def count(source, all_lines, reached_lines):
    totals = collections.defaultdict(lambda: [0, 0, []])
    for place in sorted(all_lines):
        path, _, line = place.rpartition(":")
        inside = path.removeprefix(f"{source}/src/")
        if inside == path or line in ("?", "0"):
            continue
        part = totals["src/" + (inside.split("/")[0] if "/" in inside else inside)]
        part[1] += 1
        if place in reached_lines:
            part[0] += 1
        else:
            part[2].append(f"{inside}:{line}")
    for part, (hit, total, missing) in sorted(totals.items()):
        print(f"{part}: {hit} of {total} lines with an edge, {100 * hit / total:.1f} %")
        if part in ("src/json", "src/state") and missing:
            print("  not reached: " + " ".join(missing))


if __name__ == "__main__":
    main()
