"""Prints the table of the benchmark: `driver.py BUILD_DIR [hooks|phase|parse ...]`.

BENCH_QUICK=1 makes it short and rough, BENCH_ROUNDS sets the number of rounds, BENCH_CPU the CPU.
"""

import os
import platform
import sys
from pathlib import Path

import inputs
from contestants import HERE, Runner, hook_runners, parsers
from race import Race, Row

QUICK = os.environ.get("BENCH_QUICK", "") not in ("", "0")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "6" if QUICK else "40"))
LARGE_MIB = 1024
HOOKS_PER_BATCH = 50  # a multiple of every contestant's hooks per phase
LARGE_PHASE, SMALL_PHASE = 10_000, 100
TEMPLATE = HERE.parent / "examples" / "bundle" / "config.json.in"

NAME_WIDTH = 44


def main():
    build = Path(sys.argv[1])
    wanted = sys.argv[2:] or ["hooks", "phase", "parse"]
    cpu = pin()
    paths = inputs.write(build / "inputs", TEMPLATE)
    print_head(cpu)
    with open(build / "contestants.log", "w", encoding="utf-8") as log:
        sections = {"hooks": hook_sections, "phase": phase_section, "parse": parse_sections}
        for name in wanted:
            for title, base, rows in sections[name](build, paths, log):
                print_section(title, base, rows)


def pin():
    """Everything on one CPU: the contestants inherit it."""
    cpu = int(os.environ.get("BENCH_CPU", max(os.sched_getaffinity(0))))
    os.sched_setaffinity(0, {cpu})
    return cpu


def hook_sections(build, paths, log):
    """Each hook, in a small host and in a large one."""
    for mebibytes, host in ((0, "small host"), (LARGE_MIB, f"host of {LARGE_MIB // 1024} GiB")):
        for hook, what in ((build / "noop", "Hook that reads stdin"), ("/bin/true", "Hook /bin/true")):
            entries = [
                (runner, (str(hook), str(paths["state"]), str(mebibytes), str(runner.hooks_per_phase)))
                for runner in hook_runners(build)
            ]
            race = Race(entries, HOOKS_PER_BATCH, ROUNDS, log)
            title = f"{what}, {host}: µs per hook"
            if mebibytes == 0:
                yield title, "to floor", race.together()
            elif available_mib() < 3 * mebibytes:
                yield title, "to floor", [Row(entry[0].name, "too little memory") for entry in entries]
            else:
                yield title, "to floor", race.in_pairs()


def phase_section(build, paths, log):
    """The cost of a hook must not grow with the number of hooks in the phase."""
    entries = [
        (
            Runner(f"libocihooks, defaults, {count:,} hooks a phase", build / "library", ("default",)),
            (str(build / "noop"), str(paths["state"]), "0", str(count)),
        )
        for count in (SMALL_PHASE, LARGE_PHASE)
    ]
    rounds = max(ROUNDS // 5, 3)
    rows = Race(entries, LARGE_PHASE, rounds, log).together()
    yield f"{LARGE_PHASE:,} hooks in one phase: µs per hook", f"to {SMALL_PHASE}", rows


def parse_sections(build, paths, log):
    """A whole config.json, and the hooks object alone with many hooks."""
    size = paths["config"].stat().st_size / 1000
    documents = (
        ("config", f"Parsing a config.json of {size:.0f} kB: µs", 50, ROUNDS),
        ("hooks", f"Parsing {inputs.MANY_HOOKS:,} hooks: µs", 1, max(ROUNDS // 2, 3)),
    )
    for kind, title, batch, rounds in documents:
        entries = [(parser, (str(paths[kind]), kind)) for parser in parsers(build)]
        yield title, "to Python", Race(entries, batch, rounds, log).together()


def available_mib():
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0


def print_head(cpu):
    quick = ", QUICK: rough numbers" if QUICK else ""
    print(
        f"{platform.machine()}, Linux {platform.release()}, Python {platform.python_version()}, "
        f"CPU {cpu} of {os.cpu_count()}, {ROUNDS} rounds{quick}"
    )
    print("Medians; a ratio is the median of the ratios within each round, with its quartiles.")


def print_section(title, base, rows):
    print(f"\n{title:<{NAME_WIDTH + 12}} {base:>9}   quartiles")
    for row in rows:
        if row.note:
            print(f"  {row.name:<{NAME_WIDTH}} {row.note}")
        else:
            low, high = row.quartiles
            print(f"  {row.name:<{NAME_WIDTH}} {row.median:>9,.1f} {row.ratio:>9.3f}   {low:.3f} - {high:.3f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
