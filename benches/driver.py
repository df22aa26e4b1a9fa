"""Prints the tables of the benchmark: `driver.py BUILD_DIR [hooks|joined|phase|parse|start ...]`.

BENCH_QUICK=1 makes it short and rough, BENCH_ROUNDS sets the number of rounds, BENCH_CPU the CPU.
"""

import os
import platform
import sys
from dataclasses import replace
from pathlib import Path

import cgroups
import inputs
from contestants import HERE, LARGE_HOST_LIMIT, Runner, hook_runners, joined_runners, parsers, start_runners
from race import Race, Row

QUICK = os.environ.get("BENCH_QUICK", "") not in ("", "0")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "6" if QUICK else "40"))
LARGE_MIB = 1024
HOOKS_PER_BATCH = 50  # a multiple of every contestant's hooks per phase
STARTS_PER_BATCH = 20
START_LIMIT = 1.08
FORKS_PER_BATCH = 10  # for forks in a large host, where one takes as long as hundreds of hooks
FORK_ROUNDS = max(ROUNDS // 4, 3)
LARGE_PHASE, SMALL_PHASE = 10_000, 100
TEMPLATE = HERE.parent / "examples" / "bundle" / "config.json.in"

NAME_WIDTH = 48


def main():
    build = Path(sys.argv[1])
    wanted = sys.argv[2:] or ["hooks", "joined", "phase", "parse", "start"]
    cpu = pin()
    paths = inputs.write(build / "inputs", TEMPLATE)
    print_head(cpu)
    with open(build / "contestants.log", "w", encoding="utf-8") as log:
        sections = {"hooks": hook_sections, "joined": joined_sections, "phase": phase_section, "parse": parse_sections, "start": start_sections}
        for name in wanted:
            for title, base, rows in sections[name](build, paths, log):
                print_section(title, base, rows)


def pin():
    """Pins the driver to one CPU, which the contestants inherit."""
    cpu = int(os.environ.get("BENCH_CPU", max(os.sched_getaffinity(0))))
    os.sched_setaffinity(0, {cpu})
    return cpu


def hook_sections(build, paths, log):
    """Each hook, in a small host and in a large one."""
    for mebibytes, host in ((0, "small host"), (LARGE_MIB, f"host of {LARGE_MIB // 1024} GiB")):
        for hook, what in ((build / "noop", "Hook that reads stdin"), ("/bin/true", "Hook /bin/true")):
            entries = [(runner, runner.task(hook, paths["state"], mebibytes)) for runner in hook_runners(build)]
            race = Race(entries, HOOKS_PER_BATCH, ROUNDS, log)
            title = f"{what}, {host}: µs per hook"
            if mebibytes == 0:
                yield title, "to floor", race.together()
            elif available_mib() < 3 * mebibytes:
                yield title, "to floor", [Row(entry[0].name, "too little memory") for entry in entries]
            else:
                yield title, "to floor", race.in_pairs()


def joined_sections(build, paths, log):
    """Hooks in a container and in a cgroup, in both hosts, and then the growth in the large host."""
    with cgroups.made() as cgroup:
        runners = joined_runners(build, cgroup)
        small = [(runner, runner.task(build / "noop", paths["state"], 0)) for runner in runners]
        rows = Race(small, HOOKS_PER_BATCH, ROUNDS, log).together()
        yield "Joined hooks, small host: µs per hook", "to floor", with_limits(rows, runners, cgroup)

        large = [(runner, runner.task(build / "noop", paths["state"], LARGE_MIB)) for runner in runners]
        host = f"host of {LARGE_MIB // 1024} GiB"
        title = f"Joined hooks, {host}: µs per hook"
        if available_mib() < 3 * LARGE_MIB:
            yield title, "to floor", [Row(runner.name, "too little memory") for runner in runners]
            return
        quick = [entry for entry in large if not entry[0].forks]
        slow = [large[0], *(entry for entry in large if entry[0].forks)]
        rows = Race(quick, HOOKS_PER_BATCH, ROUNDS, log).in_pairs()
        rows += Race(slow, FORKS_PER_BATCH, FORK_ROUNDS, log).in_pairs()[1:]
        yield title, "to floor", with_limits(rows, runners, cgroup)

        bases = [(replace(runner, name="in the small host"), task) for runner, task in small if runner.limit]
        joined = [(replace(runner, limit=LARGE_HOST_LIMIT), task) for runner, task in large if runner.limit]
        rows = Race(joined, HOOKS_PER_BATCH, ROUNDS, log).each_beside(bases)
        title = f"Joined hooks, {host} beside a small one: µs per hook"
        yield title, "to small", with_limits(rows, [runner for runner, _ in joined], cgroup)


def with_limits(rows, runners, cgroup):
    """The rows with their limits, and one that names a missing cgroup."""
    limits = {runner.name: runner.limit for runner in runners}
    rows = [replace(row, limit=limits[row.name]) for row in rows]
    return rows if cgroup else [*rows, Row("a hook in a cgroup", "no cgroup can be created here")]


def phase_section(build, paths, log):
    """The cost of a hook must not grow with the number of hooks in the phase."""
    runners = [
        Runner(f"libocihooks, defaults, {count:,} hooks a phase", build / "library", ("default",), count)
        for count in (SMALL_PHASE, LARGE_PHASE)
    ]
    entries = [(runner, runner.task(build / "noop", paths["state"], 0)) for runner in runners]
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


def start_sections(build, paths, log):
    """The library's cost at the start and the end of a program that links it and never calls it."""
    for title, kind, limit in (("A program", "", 0.0), ("A program with ten other libraries", "many", START_LIMIT)):
        entries = [
            (runner, runner.task(program, paths["state"], 0)) for runner, program in start_runners(build, kind, limit)
        ]
        rows = Race(entries, STARTS_PER_BATCH, ROUNDS, log).together()
        limits = {runner.name: runner.limit for runner, _ in entries}
        rows = [replace(row, limit=limits[row.name]) for row in rows]
        yield f"{title}: µs to start and end", "to without", rows


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
            figures = f"{row.median:>9,.1f} {row.ratio:>9.3f}   {low:.3f} - {high:.3f}"
            print(f"  {row.name:<{NAME_WIDTH}} {figures}{limit_note(row)}")
    sys.stdout.flush()


def limit_note(row):
    """The row's limit, and whether the row exceeds it."""
    if not row.limit:
        return ""
    return f"   limit {row.limit:.2f}{'' if row.ratio <= row.limit else ': EXCEEDED'}"


if __name__ == "__main__":
    main()
