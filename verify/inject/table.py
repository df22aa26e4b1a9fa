"""The table of calls and errors: docs/injected-faults.md, written from what was seen, and read again to compare."""
import re

HEAD = """# Injected faults

Written by `make inject`; not by hand. Every system call that a run makes is made to fail, in the process that runs the hooks
and in its children up to their `execve`: one call in each run, {places}, with
{level}. A call that fails has not taken effect, but for `close`, which has. In every run but those
under "What can't be kept":

- the code is a typed one, and the message and the report agree with it
- the code is that of the run without a fault ("goes on"), with a warning that names the error where something was lost ("a
  warning"), or the message names the error (the code is in the table)
- EINTR changes nothing at all
- OK means that the hook ran, and found what it finds otherwise: descriptors, signals, limits, directory, the state
- "could not be executed" means that it did not
- descriptors, heap, mappings, threads, children, mask, dispositions, limits, directory of the host are as before
- it ends, without a signal, and leaves no process

Linux {kernel}, {machine}: {runs} runs in {scenarios} scenarios.
"""


def cell(outcomes):
    """outcomes: outcome -> errors, in order."""
    return "; ".join(f"{name}: {' '.join(errors)}" for name, errors in sorted(outcomes.items()))


def calls_table(rows):
    """rows: (role, call) -> Row."""
    lines = ["| who | call | at most | runs | what comes of it |", "|---|---|---|---|---|"]
    for (role, call), row in sorted(rows.items()):
        lines.append(f"| {role} | `{call}` | {row.most} | {row.runs} | {cell(row.outcomes)} |")
    return lines


def document(rows, scenarios, skipped, known, figures):
    lines = [HEAD.format(**figures), "## Calls", "",
             "`at most` is how often it is made in a run; more than one outcome for an error is one for each of several places.", "",
             *calls_table(rows), "", "## Scenarios", "", "| scenario | what it is | fails or is set to begin with | runs |", "|---|---|---|---|"]
    for scenario, runs in scenarios:
        set_before = [f"{name}={value}" for name, value in scenario.environment.items()]
        begin = ", ".join(f"`{text}`" for text in [*scenario.to_begin_with, *set_before])
        lines.append(f"| {scenario.name} | {scenario.about} | {begin} | {runs} |")
    lines += ["", "## What can't be kept", "", "| who | call | error | what breaks | runs | why |",
              "|---|---|---|---|---|---|"]
    for item, count in known:
        where = f" (scenario {item.scenario})" if item.scenario else ""
        lines.append(f"| {item.role} | `{item.call}` | {item.errors or 'any'} | {item.says}{where} | {count} | {item.reason} |")
    return "\n".join(lines) + "\n"


def covered(text):
    """The (role, call) pairs of a table that was written before."""
    return set(re.findall(r"^\| (parent|child|successor) \| `(\w+)` \| \d", text, re.MULTILINE))
