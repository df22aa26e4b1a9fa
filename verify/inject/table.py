"""The table of calls and errors, docs/injected-faults.md: written from results, and read again to compare."""
import re

HEAD = """# Injected faults

`make inject` writes this page. The target makes every system call of a run fail, in the process that runs the hooks
and in its children up to their `execve`. It fails one call in each run: {places} of each kind, with
{level}. A failed call has no effect, except `close`, which takes effect. These statements hold for every run,
except those under "Known limits":

- The code is typed, and the message and the report agree with it.
- The code is that of the run without a fault ("goes on"), with a warning that names the error if something was lost ("a
  warning"). Otherwise the message names the error, and the table has the code.
- EINTR changes nothing.
- OK means that the hook ran in its usual environment: descriptors, signals, limits, directory, the state.
- "could not be executed" means that the hook did not run.
- Descriptors, heap, mappings, threads, children, mask, dispositions, limits and directory of the host are as before.
- The host ends without a signal, and leaves no process.

Linux {kernel}, {machine}: {runs} runs in {scenarios} scenarios.
"""


def cell(outcomes):
    """outcomes: outcome -> errors, in order."""
    return "; ".join(f"{name}: {' '.join(errors)}" for name, errors in sorted(outcomes.items()))


def calls_table(rows):
    """rows: (role, call) -> Row."""
    lines = ["| who | call | at most | runs | outcome |", "|---|---|---|---|---|"]
    for (role, call), row in sorted(rows.items()):
        lines.append(f"| {role} | `{call}` | {row.most} | {row.runs} | {cell(row.outcomes)} |")
    return lines


def document(rows, scenarios, skipped, known, figures):
    lines = [HEAD.format(**figures), "## Calls", "",
             "`at most` is the number of calls in a run. An error with several outcomes failed in several places.", "",
             *calls_table(rows), "", "## Scenarios", "", "| scenario | description | initial faults and settings | runs |", "|---|---|---|---|"]
    for scenario, runs in scenarios:
        set_before = [f"{name}={value}" for name, value in scenario.environment.items()]
        begin = ", ".join(f"`{text}`" for text in [*scenario.to_begin_with, *set_before])
        lines.append(f"| {scenario.name} | {scenario.about} | {begin} | {runs} |")
    lines += ["", "## Known limits", "", "| who | call | error | what breaks | runs | reason |",
              "|---|---|---|---|---|---|"]
    for item, count in known:
        where = f" (scenario {item.scenario})" if item.scenario else ""
        lines.append(f"| {item.role} | `{item.call}` | {item.errors or 'any'} | {item.says}{where} | {count} | {item.reason} |")
    return "\n".join(lines) + "\n"


def covered(text):
    """The (role, call) pairs of an earlier table."""
    return set(re.findall(r"^\| (parent|child|successor) \| `(\w+)` \| \d", text, re.MULTILINE))
