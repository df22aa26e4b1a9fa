"""One run of the subject under the tracer, and the verdict whether its outcome keeps the library's promises."""
import dataclasses
import errno
import re
import subprocess

# A longer run counts as hung. Nearly all take some milliseconds, and a hook that can't be killed is given up after 2 s.
SECONDS = 20
CODES = {0: "OK", -6: "SPAWN", -7: "EXIT", -8: "SIGNAL", -9: "TIMEOUT", -11: "CANCELED", -12: "SYSTEM", -14: "LOST"}
# If a process dies while it creates another, the kernel fails in one of some hundred runs to report the other's end to
# the tracer. The other then stays a zombie as long as the tracer lives, and the tracer gives up.
TRIES = 3
# The calls that query a hook's status.
STATUS_CALLS = {"waitid", "wait4", "ioctl"}


@dataclasses.dataclass
class Result:
    """The output of the tracer and the subject."""
    calls: dict  # (role, number) -> how often
    times: list  # how often each fault was given
    end: str
    code: int = None
    message: str = ""
    warnings: list = dataclasses.field(default_factory=list)
    broken: list = dataclasses.field(default_factory=list)
    found: list = dataclasses.field(default_factory=list)
    skipped: str = None
    undisturbed: object = None  # code and message of the run without a fault


def parsed(text, ignored):
    """`ignored`: the numbers of calls that the library does not make."""
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
        result.broken.append("the subject did not finish")
    return result


# What the hook writes. A message quotes it if the output could be read, which a fault or an initial fault may prevent.
QUOTED_OUTPUT = ": a line of output"


def same(result, plain):
    messages = [message.removesuffix(QUOTED_OUTPUT) for message in (result.message, plain.message)]
    return result.code == plain.code and messages[0] == messages[1]


def outcome_of_the_plain(faults, plain):
    """The error of a run that has only the initial faults, or None."""
    faults = [fault.split() for fault in faults]
    if not faults or plain.code is None:
        return None
    asked = [call for _, call, _, _ in faults if call in STATUS_CALLS]
    return outcome(asked[0] if asked else "", [error for *_, error in faults], plain, plain.undisturbed)[1]


def outcome(call, errors, result, plain):
    """The outcome of a fault in a word, and its error or None. `errors`: the fault's errno, and those of the initial
    faults, because a fallback may end with one of them."""
    error, named = errors[0], [f"(errno {getattr(errno, error)})" for error in errors]
    if result.code is None:
        return "broken", None
    name = CODES.get(result.code, str(result.code))

    def others(warnings):
        """Warnings without those of the initial faults, whose occurrence may depend on timing."""
        return [warning for warning in warnings if not any(name in warning for name in named[1:])]

    if error == "EINTR" and not (same(result, plain) and others(result.warnings) == others(plain.warnings)):
        return name, f"an interrupted call was not resumed: {' '.join([result.message, *result.warnings])}"
    if same(result, plain):
        told = any(named[0] in warning for warning in result.warnings)
        return ("a warning" if told else "goes on"), None
    if result.code in (-6, -12) and any(name in result.message for name in named):
        return name, None
    if result.code == -14 and call in STATUS_CALLS:
        return name, None
    return name, f"not the error that was given, nor the result without one: {result.code} {result.message}"
