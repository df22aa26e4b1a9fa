"""docs/system-calls.md, from what a run does when each call is taken away: `table.py write`, or `table.py check`.

Wants CC, STAGE (an installed tree) and BUILD (a directory to write to).
"""
import errno
import os
import platform
import subprocess
import sys
import textwrap
from pathlib import Path

sys.path[:0] = ["verify/inject", "scripts"]
import calls  # noqa: E402
import compiler  # noqa: E402

DOCUMENT = Path("docs/system-calls.md")
BUILD = Path(os.environ["BUILD"]) / "calls"
ERRORS = ("EPERM", "ENOSYS")
# Memory is asked for by malloc, in no fixed number of calls; the others depend on time.
# Output comes before the hook's end or with it, by chance. These are all outcomes there are.
BY_CHANCE = {
    "ioctl": ("runs", "runs, warns: FIONREAD of the hook's output: its errno"),
    "read": ("fails: read of the hook's output: its errno", "runs, warns: read of the hook's output: its errno"),
}
LEFT_OUT = calls.NEVER_REFUSED | calls.IGNORED | calls.SOMETIMES

HEAD = """# The system calls of a run

Written by `make system-calls`; not by hand. `make evidence` compares it with what a run does on {machine}.

A container's seccomp profile may be in force where the library runs. This table has every call that the library
makes between the call of `ocihooks_run()` and the `execve` of the hook, in the caller and in the child. A profile
refused each call to three hooks: one with a small state, one with a state of 200,000 bytes, and one that goes over
its time.

Calls for memory are left out, because no program runs without them: {memory}.
So are calls for containers and cgroups: [injected-faults.md](injected-faults.md) has their outcomes.

"refused" is EPERM or ENOSYS. "runs" means that the hook ran as without the profile.

| call | refused | made with `ocihooks_runner_set_old_calls` |
|---|---|---|
"""

TAIL = """
## Profiles that kill

A profile with `SCMP_ACT_KILL` has no errno to answer, so the library can't find out what it may call. With
`ocihooks_runner_set_old_calls` it makes only these calls, none of them newer than Linux 5.4, and those for memory:

{least}

Options add calls: `chdir` with a working directory, `prctl` with no-new-privileges, `prlimit64` with resource limits,
`poll` with a cancel descriptor, `setsid` with a session. A child that another process holds adds `clock_nanosleep`.

The profile has to permit the set to the caller and to its children, and to the hook what the hook itself calls.
"""


def outcomes(probe, hook, number, error, old):
    command = [probe, hook, str(number), str(error), str(old)]
    text = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    return dict(line.split("\t") for line in text.splitlines())


def is_made(probe, hook, number, old):
    return any(said != "runs" for said in outcomes(probe, hook, number, 0, old).values())


def refused(probe, hook, name_of_call, number):
    """What comes of a refusal, for both errors and all situations; each different text once."""
    said = {}
    for name in ERRORS:
        text = f"{os.strerror(getattr(errno, name))} (errno {getattr(errno, name)})"
        for situation, outcome in outcomes(probe, hook, number, getattr(errno, name), 0).items():
            said.setdefault(outcome.replace(text, "its errno"), []).append(situation)
    if name_of_call in BY_CHANCE:
        unknown = set(said) - {"runs", *BY_CHANCE[name_of_call]}
        assert not unknown, f"{name_of_call}: {unknown}"
        return " or ".join(BY_CHANCE[name_of_call]) + ", by when the output comes"
    if len(said) == 1:
        return next(iter(said))
    cells = (f"{outcome} ({', '.join(dict.fromkeys(situations))})" for outcome, situations in sorted(said.items()))
    return "; ".join(cells)


def document():
    alone = ["-O1", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector", "-no-pie"]
    hook = compiler.compiled(BUILD / "hook", [Path("verify/calls/hook.c")], alone)
    flags = ["-std=gnu99", *compiler.WARNINGS, *compiler.shared()]
    probe = compiler.compiled(BUILD / "probe", [Path("verify/calls/probe.c")], flags)
    numbers = calls.numbers(compiler.CC)
    names = sorted({name.split()[-1] for name in calls.ERRNOS} - LEFT_OUT)
    rows, least = [], []
    for name in (name for name in names if name in numbers):
        old = name in BY_CHANCE or is_made(probe, hook, numbers[name], 1)
        if old or is_made(probe, hook, numbers[name], 0):
            rows.append(f"| `{name}` | {refused(probe, hook, name, numbers[name])} | {'yes' if old else 'no'} |")
        least += [f"`{name}`"] if old else []
    memory = ", ".join(f"`{name}`" for name in sorted(calls.NEVER_REFUSED))
    head = HEAD.format(memory=memory, machine=platform.machine())
    return head + "\n".join(rows) + "\n" + TAIL.format(least=textwrap.fill(" ".join(least), 110))


def main():
    if platform.machine() != "x86_64":
        print(f"SKIPPED: {DOCUMENT} is x86_64's, and this is {platform.machine()}")
        return
    BUILD.mkdir(parents=True, exist_ok=True)
    text = document()
    if sys.argv[1:] == ["write"]:
        DOCUMENT.write_text(text)
    elif DOCUMENT.read_text() != text:
        (BUILD / DOCUMENT.name).write_text(text)
        sys.exit(f"{DOCUMENT} differs from {BUILD / DOCUMENT.name}, what a run does now: `make system-calls` writes it")
    print(f"{DOCUMENT} is what a run does: {text.count(chr(10) + '| `')} calls")


main()
