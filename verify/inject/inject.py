#!/usr/bin/env python3
"""Runs the library with each of its system calls failing in turn, and writes the outcomes to docs/injected-faults.md.

Needs CC, STAGE (an installed tree) and BUILD (a directory to write to). INJECT_LEVEL=short takes the first and the last
call of each kind, two errors and fewer scenarios, and writes no table. A pattern as argument selects scenarios, without
a table.
"""
import collections
import dataclasses
import fnmatch
import os
import pathlib
import platform
import shutil
import signal
import sys
import time

import calls
import compiler
import strace
import table
from known import KNOWN
from machine import Machine, compiled
from runs import outcome, outcome_of_the_plain, run
from scenarios import BEFORE_THE_CHILD, SCENARIOS, SHORT_VARIANTS

BUILD = pathlib.Path(os.environ["BUILD"]) / "inject"
SHORT = os.environ.get("INJECT_LEVEL") == "short"
# The long form writes the table, and the short form on request. The table names its form.
WRITE = not SHORT or os.environ.get("INJECT_WRITE", "") not in ("", "0")
TABLE = pathlib.Path("docs/injected-faults.md")
# The number of calls of a kind that fail one by one, before the last.
MOST_PLACES = 1 if SHORT else 8
# The number of attempts to reach a call whose occurrence depends on timing.
TRIES = 3


@dataclasses.dataclass
class Row:
    """A row of the table."""
    most: int = 0
    runs: int = 0
    outcomes: dict = dataclasses.field(default_factory=dict)

    def add(self, name, error):
        self.runs += 1
        errors = self.outcomes.setdefault(name, [])
        if error not in errors:
            errors.append(error)


class Injection:
    """All scenarios and their results."""

    def __init__(self, machine):
        self.machine = machine
        self.numbers = calls.numbers(compiler.CC)
        self.names = {number: name for name, number in reversed(self.numbers.items())}
        self.ignored = {self.numbers[name] for name in calls.IGNORED}
        self.rows = {}
        self.known = collections.Counter()
        self.problems = []
        self.missed = 0

    def problem(self, scenario, what, texts):
        for text in texts:
            self.problems.append((scenario.name, what, text))
            print(f"FAIL {scenario.name}: {what}: {text}", flush=True)

    def scenario(self, scenario):
        """Returns the number of runs, or None if the machine can't provide the situation."""
        reason = self.machine.missing.get(scenario.situation)
        if reason is not None:
            print(f"     {scenario.name}: SKIPPED: {reason}", flush=True)
            return None
        begin = [calls.fault(self.numbers, *fault.split()) for fault in scenario.to_begin_with]
        plain = run(self.machine, scenario, begin, self.ignored)
        self.problem(scenario, "nothing else failing", plain.broken)
        missing = [fault for fault, times in zip(scenario.to_begin_with, plain.times) if times == 0]
        wrong = outcome_of_the_plain(scenario.to_begin_with, plain)
        texts = [f"{fault} was not reached" for fault in missing]
        self.problem(scenario, "to begin with", [*texts, wrong] if wrong else texts)
        if plain.broken:
            return 0
        return sum(self.call(scenario, begin, plain, role, self.names.get(number, str(number)), count)
                   for (role, number), count in plain.calls.items())

    def call(self, scenario, begin, plain, role, call, count):
        row = self.rows.setdefault((role, call), Row())
        row.most = max(row.most, count)
        if scenario.of is not None and role == "parent" and call in BEFORE_THE_CHILD:
            return 0
        errors = calls.errnos_of(role, call, SHORT)
        if errors is None:
            self.problem(scenario, f"{role} {call}", ["verify/inject/calls.py does not list its errors"])
            return 0
        failing = {nth for fault in scenario.to_begin_with for who, name, nth, _ in [fault.split()] if (who, name) == (role, call)}
        places = [] if "*" in failing else sorted({*range(1, min(count, MOST_PLACES) + 1), count})
        places = [place for place in places if str(place) not in failing]
        faults = [(role, call, place, error) for place in places for error in errors]
        faults += [(role, call, "*", error) for error in calls.refusals(call, count) if places]
        for fault in faults:
            self.fault(scenario, begin, plain, fault, row)
        return len(faults)

    def fault(self, scenario, begin, plain, fault, row):
        role, call, place, error = fault
        for _ in range(TRIES):
            result = run(self.machine, scenario, [calls.fault(self.numbers, *fault), *begin], self.ignored)
            if result.broken or result.times[0] > 0:
                break
        if not result.broken and result.times[0] == 0:
            self.missed += 1
            return
        name, wrong = outcome(call, [error, *(text.split()[3] for text in scenario.to_begin_with)], result, plain)
        broken = [*result.broken, *([wrong] if wrong else [])]
        excused = next((item for item in KNOWN if broken
                        and all(item.covers(scenario.name, role, call, error, text) for text in broken)), None)
        if excused is not None:
            self.known[KNOWN.index(excused)] += 1
            name, broken = "see below", []
        self.problem(scenario, f"{role} {call} {'each' if place == '*' else f'number {place}'}: {error}", broken)
        row.add(name, error)

    def check_rows(self):
        """Each call of each role has to fail in some run."""
        for (role, call), row in self.rows.items():
            if row.runs == 0 and calls.errnos_of(role, call, SHORT):
                self.problems.append((role, call, "never failed"))
                print(f"FAIL {role} {call}: never made to fail")

    def say_unseen(self):
        """A known limit that no run shows may be obsolete."""
        for place, item in enumerate(KNOWN):
            if self.known[place] == 0:
                print(f"     known, but not seen: {item.role} {item.call}: {item.says} ({item.scenario or 'any scenario'})")

    def compare_with_strace(self, scenarios):
        """A call that strace sees and the tracer misses was never made to fail."""
        if shutil.which("strace") is None:
            print("     strace: SKIPPED: not installed (Debian package strace)")
            return
        plain = [scenario for scenario in scenarios
                 if not scenario.to_begin_with and scenario.situation not in self.machine.missing]
        seen = {pair: scenario.name for scenario in plain for pair in strace.calls(self.machine, scenario)}
        missed = [f"{role} {call}, in {name}" for (role, call), name in seen.items()
                  if (role, call) not in self.rows and call not in calls.SOMETIMES]
        self.problems += [("strace", "a call that the tracer has not seen", text) for text in missed]
        print(f"{'FAIL' if missed else 'ok  '} strace sees {len(seen)} calls of a role {', '.join(missed)}")

    def compare_with_table(self, complete):
        """Calls that the table lacks are problems. After a complete run, so are calls that no longer occur."""
        before = table.covered(TABLE.read_text() if TABLE.exists() else "")
        before, now = ({pair for pair in pairs if pair[1] not in calls.SOMETIMES} for pairs in (before, self.rows))
        changes = [("a call that the table lacks", now - before)]
        changes += [("a call in the table that no longer occurs", before - now)] if complete else []
        for what, pairs in changes:
            for role, call in sorted(pairs):
                self.problems.append((str(TABLE), what, f"{role} {call}"))
                print(f"FAIL {TABLE}: {what}: {role} {call}")


def main():
    pattern = sys.argv[1] if len(sys.argv) > 1 else "*"
    wanted = [scenario for scenario in SCENARIOS if fnmatch.fnmatch(scenario.name, pattern)
              and not (SHORT and scenario.of is not None and scenario.of.name not in SHORT_VARIANTS)]
    BUILD.mkdir(parents=True, exist_ok=True)
    # On SIGTERM it still removes its containers and its cgroup.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    started, done = time.monotonic(), []
    with Machine(compiled(BUILD)) as machine:
        injection = Injection(machine)
        for scenario in wanted:
            problems = len(injection.problems)
            runs = injection.scenario(scenario)
            if runs is not None:
                print("ok  " if len(injection.problems) == problems else "FAIL", f"{scenario.name}: {runs} runs", flush=True)
                done.append((scenario, runs))
        if pattern == "*":
            injection.check_rows()
            injection.compare_with_strace(wanted)
    complete = not SHORT and len(done) == len(SCENARIOS)
    injection.compare_with_table(complete)
    total = sum(runs for _, runs in done)
    if complete:
        injection.say_unseen()
    if WRITE and pattern == "*":
        level = "two errors of each" if SHORT else "each error that it may give"
        places = "the first and the last" if SHORT else f"each of the first {MOST_PLACES} and the last"
        figures = {"places": places, "level": level, "kernel": platform.release().split("-")[0], "machine": platform.machine(), "runs": total,
                   "scenarios": len(done)}
        known = [(item, injection.known[place]) for place, item in enumerate(KNOWN)]
        TABLE.write_text(table.document(injection.rows, done, [], known, figures))
    print(f"{total} runs, {injection.missed} calls not reached, {len(injection.problems)} problems, "
          f"{time.monotonic() - started:.0f} s")
    sys.exit(bool(injection.problems))


if __name__ == "__main__":
    main()
