"""One run of the subject under the tracer, and whether what came of it is what the library promises."""
import dataclasses
import errno
import re
import subprocess

# Beyond that a run hangs; all but a few take some milliseconds, and a hook that can't be killed is given up after 2 s.
SECONDS = 20
CODES = {0: "OK", -6: "SPAWN", -7: "EXIT", -8: "SIGNAL", -9: "TIMEOUT", -11: "CANCELED", -12: "SYSTEM", -14: "LOST"}
# One in some hundred runs in which a process dies that is just making another, nobody tells the tracer of the other's end:
# then that stays a zombie for as long as there is a tracer, which gives up.
TRIES = 3
# The calls that a hook's status is asked by.
STATUS_CALLS = {"waitid", "wait4", "ioctl"}


@dataclasses.dataclass
class Result:
    """What the tracer and the subject printed."""
    calls: dict  # (role, number) -> how often
    times: list  # how often each fault was given
    end: str
    code: int = None
    message: str = ""
    warnings: list = dataclasses.field(default_factory=list)
    broken: list = dataclasses.field(default_factory=list)
    found: list = dataclasses.field(default_factory=list)
    skipped: str = None
    undisturbed: object = None  # the same of the run in which nothing failed: code and message


def parsed(text, ignored):
    """`ignored`: the numbers of calls that are not the library's."""
    result = Result({}, [], "nothing")
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "call":
            role, number, count = rest.split()
            if int(number) not in ignored:
                result.calls[role, int(number)] = int(count)
        elif word == "fault":
            result.times.append(int(rest.split()[1]))
        elif word in ("end", "message", "skipped"):
            setattr(result, word, rest)
        elif word == "undisturbed":
            code, _, message = rest.partition(" ")
            result.undisturbed = Result({}, [], "", int(code), message)
        elif word == "code":
            result.code = int(rest)
        elif word == "warning":
            result.warnings.append(rest)
        elif word == "found":
            result.found.append(rest)
        elif word == "broken":
            result.broken.append(rest)
        elif word in ("left", "stuck"):
            result.broken.append(line)
    return result


def run(machine, scenario, faults, ignored):
    command = [machine.programs["tracer"], str(SECONDS), *faults, "--", machine.programs["subject"], scenario.situation]
    for _ in range(TRIES):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=machine.environment(scenario))
        if done.returncode == 0:
            break
    else:
        raise SystemExit(f"{' '.join(command)}: the tracer gives up: {done.stderr.decode(errors='replace')}")
    result = parsed(done.stdout.decode(errors="replace"), ignored)
    if result.end != "exited 0":
        result.broken.append(f"end: {result.end}")
        result.broken += [f"stderr: {line}" for line in done.stderr.decode(errors="replace").splitlines()[:3]]
    elif result.code is None and result.skipped is None:
        result.broken.append("the subject did not come to its end")
    return result


def same(result, plain):
    return (result.code, result.message) == (plain.code, plain.message)


def outcome_of_the_plain(faults, plain):
    """What is wrong with a run in which only that fails which fails to begin with, or None."""
    faults = [fault.split() for fault in faults]
    if not faults or plain.code is None:
        return None
    asked = [call for _, call, _, _ in faults if call in STATUS_CALLS]
    return outcome(asked[0] if asked else "", [error for *_, error in faults], plain, plain.undisturbed)[1]


def outcome(call, errors, result, plain):
    """What came of a fault, in a word; and what is wrong with that, or None. `errors`: that of the fault, and those of what
    fails to begin with, where the way around it may end."""
    error, named = errors[0], [f"(errno {getattr(errno, error)})" for error in errors]
    if result.code is None:
        return "broken", None
    name = CODES.get(result.code, str(result.code))

    def others(warnings):
        """Those that are not of what fails to begin with: whether that is asked at all may depend on time."""
        return [warning for warning in warnings if not any(name in warning for name in named[1:])]

    if error == "EINTR" and not (same(result, plain) and others(result.warnings) == others(plain.warnings)):
        return name, f"an interrupted call was not gone on with: {' '.join([result.message, *result.warnings])}"
    if same(result, plain):
        told = any(named[0] in warning for warning in result.warnings)
        return ("a warning" if told else "goes on"), None
    if result.code in (-6, -12) and any(name in result.message for name in named):
        return name, None
    if result.code == -14 and call in STATUS_CALLS:
        return name, None
    return name, f"not the error that was given, nor what comes without one: {result.code} {result.message}"
