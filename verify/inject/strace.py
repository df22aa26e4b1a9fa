"""The system calls of a run as strace sees them, to find calls that the tracer misses."""
import re
import subprocess

MARK = "prctl(0x6f636968"
# A child that executes this has not reached the hook yet.
PROGRAM = "memfd:oci-hook"


def calls(machine, scenario):
    """Every (role, call) of a run without a fault."""
    log = machine.folder / "strace"
    command = ["strace", "-f", "-y", "-qq", "-s", "8", "-o", str(log), machine.programs["subject"], scenario.situation]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          env=machine.environment(scenario), timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return of_roles([line.split(maxsplit=1) for line in log.read_text(errors="replace").splitlines()])


def of_roles(lines):
    """Lines are pairs of a pid and an event. The first process is the parent. Its children count until they execute the
    hook."""
    begin, end = (next(i for i, (_, text) in enumerate(lines) if text.startswith(MARK) and f", {which}," in text)
                  for which in ("0x1", "0x2"))
    parent = lines[0][0]
    makers = {}
    for pid, text in lines[begin:]:
        made = re.match(r"(?:<\.\.\. )?clone3?\b.* = (\d+)", text)
        if made:
            makers[made[1]] = pid
    seen, executed, executing = set(), set(), {}
    for pid, text in lines[begin + 1:end]:
        name = re.match(r"(\w+)\(", text)
        if pid == parent or (pid in makers and pid not in executed):
            role = "parent" if pid == parent else "child" if makers[pid] == parent else "successor"
            if name:
                seen.add((role, name[1]))
        if name:
            executing[pid] = text
        is_done = re.match(r"(?:<\.\.\. )?exec", text) and text.rstrip().endswith("= 0")
        if is_done and PROGRAM not in executing[pid]:
            executed.add(pid)
    return seen
