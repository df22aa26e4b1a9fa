#!/usr/bin/env python3
"""Runs the C tests under Valgrind and the compilers' sanitizers: run.py long|short [tool] [program]. Needs CC, CXX,
STAGE and BUILD. left_out.py lists the programs and cases that a tool can't run, with reasons."""
import os
import pathlib
import signal
import subprocess
import sys

import ctests
import left_out
import tools

SECONDS = 400


def execute(tool, program, names):
    """Runs a program under the tool. Returns its status, None if it hangs, and its output."""
    environment = {**os.environ, **tool.environment, "OCIHOOKS_TEST_LEAVE_OUT": ",".join(names)}
    process = subprocess.Popen([*tool.command, program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=environment, start_new_session=True)
    status = None
    try:
        output, _ = process.communicate(timeout=SECONDS)
        status = process.returncode
    except subprocess.TimeoutExpired:
        # The whole group, because a parent in vfork dies only when its child does.
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    return status, output.decode(errors="replace")


def judge(tool, program, reasons):
    """The errors of a run, as lines."""
    status, output = execute(tool, program, reasons)
    lines, found = output.splitlines(), tools.findings()
    unknown = [name for name in reasons if f"left out: {name}" not in lines]
    wrong = [f"left_out.py names an unknown case: {name}" for name in unknown]
    if status != 0 or found:
        wrong += ["it hangs" if status is None else f"status {status}", *lines, *found]
    skipped = [line.strip() for line in lines if "SKIPPED" in line]
    return wrong, skipped + [f"SKIPPED {name}: {why}" for name, why in reasons.items()]


def run(tool, name, way, flags):
    title = f"{tool.name} {name} ({way})"
    reasons = left_out.LEFT_OUT.get(tool.name, {}).get(name, {})
    if left_out.ALL in reasons:
        print(f"SKIPPED {title}: {reasons[left_out.ALL]}", flush=True)
        return None
    program = ctests.compiled(f"c-tests/{name}.c", f"{name}-{tool.name}-{way}", [*tool.flags, *flags])
    wrong, skipped = judge(tool, program, reasons)
    print("FAIL" if wrong else "ok  ", title, flush=True)
    for line in [*wrong, *skipped]:
        print("    " + line, flush=True)
    return not wrong


def run_tool(make, short, wanted):
    """Runs the programs of a tool. Returns whether each passed, None if it was skipped."""
    try:
        tool = make()
    except tools.Missing as missing:
        optional = make in tools.OPTIONAL
        print("SKIPPED" if optional else "FAIL", f"{make.__name__}: {missing}", flush=True)
        return [None if optional else False]
    names = sorted(path.stem for path in pathlib.Path("c-tests").glob("*.c"))
    stale = [name for name in left_out.LEFT_OUT.get(tool.name, {}) if name not in names]
    for name in stale:
        print(f"FAIL {tool.name}: left_out.py names an unknown program: {name}")
    chosen = tool.short if short else tool.programs or names
    return [False for _ in stale] + [run(tool, name, way, flags) for name in chosen if wanted in name
                                     for way, flags in tool.ways.items()]


def main():
    form = sys.argv[1]
    only, wanted = (sys.argv[2:] + ["", ""])[:2]
    ctests.prepare()
    tools.BUILD.mkdir(parents=True, exist_ok=True)
    makers = tools.NEEDED if form == "short" else tools.NEEDED + tools.OPTIONAL
    results = [result for make in makers if make.__name__ == only or not only
               for result in run_tool(make, form == "short", wanted)]
    if form == "short":
        print("SKIPPED asan_rust, and most programs: this is the short form")
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(results.count(False) != 0 or True not in results)


if __name__ == "__main__":
    main()
