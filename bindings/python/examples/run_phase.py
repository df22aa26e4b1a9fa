"""run_phase.py CONFIG.json PHASE STATE.json

Runs the hooks of one phase of an OCI runtime configuration, as a container runtime would, and prints what happened,
hook by hook. A file named "-" is stdin.

Exit status: 0 if the phase succeeded, 1 if it failed or a file could not be read, 2 for wrong usage.
"""

from __future__ import annotations

import sys
from typing import List, Union

from ocihooks import HookReport, Hooks, OcihooksError, Outcome, Report

USAGE = "usage: run-phase CONFIG.json PHASE STATE.json   (- for STATE.json: stdin)"
TAIL_LINES = 5
LINE_BYTES = 200


def main(arguments: List[str]) -> int:
    if len(arguments) != 3:
        complain(USAGE)
        return 2
    config_path, phase, state_path = arguments
    config, state = read_file(config_path), read_file(state_path)
    try:
        hooks = Hooks.parse_config(config)
    except OcihooksError as error:
        complain(f"run-phase: {config_path}: {error}")
        return 1
    with hooks:
        return run_phase(hooks, phase, state)


def run_phase(hooks: Hooks, phase: str, state: bytes) -> int:
    try:
        # The default options capture the hooks' output.
        report = hooks.run(phase, state)
    except OcihooksError as error:
        # A failure has a report as well, unless the phase never began: invalid state, unknown phase.
        if error.report is not None:
            print_report(error.report)
        complain(str(error))
        return 1
    print_report(report)
    say(f"ok, {duration(report.duration_ns)}")
    return 0


def read_file(path: str) -> bytes:
    """Reads a file; "-" is stdin. Ends the program if that fails."""
    is_stdin = path == "-"
    try:
        with open(0 if is_stdin else path, "rb", closefd=not is_stdin) as file:
            return file.read()
    except OSError as error:
        # Python reports at open() that a directory can't be read.
        verb = "open" if error.filename == path and not isinstance(error, IsADirectoryError) else "read"
        complain(f"run-phase: cannot {verb} {'stdin' if is_stdin else path}: {error.strerror}")
        raise SystemExit(1) from None


def print_report(report: Report) -> None:
    count = len(report.hooks)
    say(f"{report.phase}: {count} {'hook' if count == 1 else 'hooks'}")
    for hook in report.hooks:
        print_hook(hook)
        print_output("stdout", hook.stdout, hook.stdout_bytes)
        print_output("stderr", hook.stderr, hook.stderr_bytes)
    for warning in report.warnings:
        say(b"  warning: " + harmless(warning.encode()))


def print_hook(hook: HookReport) -> None:
    if hook.outcome == Outcome.SKIPPED:
        word, ending = "skip", "skipped"
    elif hook.message:  # every failure has a cause, and nothing else does
        word, ending = "FAIL", f"{hook.message}, {duration(hook.duration_ns)}"
    else:
        word, ending = "ok  ", f"exited 0, {duration(hook.duration_ns)}"
    say(harmless(f"  {word}  #{hook.index} {hook.path or ''}: {ending}".encode()))


def print_output(label: str, output: bytes, written: int) -> None:
    """Prints the last lines of a hook's output."""
    lines = output[:-1].split(b"\n") if output.endswith(b"\n") else output.split(b"\n") if output else []
    prefix = f"          {label}: ".encode()
    if len(lines) > TAIL_LINES:
        say(prefix + b"[... the end of %d bytes:]" % written)
    for line in lines[-TAIL_LINES:]:
        say(prefix + shortened(line))


def shortened(line: bytes) -> bytes:
    if len(line) <= LINE_BYTES:
        return harmless(line)
    end = LINE_BYTES
    # Truncation respects UTF-8 characters, whose later bytes are 10xxxxxx.
    while end > 0 and line[end] & 0xC0 == 0x80:
        end -= 1
    return harmless(line[:end]) + b"..."


def harmless(text: bytes) -> bytes:
    """Replaces characters that could move the terminal's cursor or ring its bell."""
    return bytes(byte if byte == 0x09 or (byte >= 0x20 and byte != 0x7F) else ord("?") for byte in text)


def duration(ns: int) -> str:
    if ns < 1_000_000:
        return f"{ns // 1000} us"
    return f"{ns / 1e6:.2f} ms" if ns < 1_000_000_000 else f"{ns / 1e9:.2f} s"


def say(line: Union[str, bytes]) -> None:
    sys.stdout.buffer.write((line.encode() if isinstance(line, str) else line) + b"\n")


def complain(line: str) -> None:
    sys.stdout.flush()  # so that the error comes last even if both streams go to one file
    sys.stderr.buffer.write(line.encode("utf-8", "surrogateescape") + b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
