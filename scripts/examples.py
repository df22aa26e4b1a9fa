#!/usr/bin/env python3
"""Runs run-phase of every language over the same bundle, and compares each output with C's. Only durations are masked.
Then ends C's run-phase by each signal that cancels a run.

Needs CC, STAGE (an installed tree), BUILD (a directory to write to, with run-phase-go in it if Go is installed), and
RUST (the example's program).
"""
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys

import compiler

BUNDLE = pathlib.Path(os.environ["BUILD"]) / "examples-bundle"
PHASES = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]
TIME = re.compile(r"\d[\d.]* (us|ms|s)$", re.M)
# A hook that writes a line into a FIFO and outlasts the test. Its child holds the FIFO open too.
ENDLESS = '{"hooks": {"poststop": [{"path": "/bin/sh", "args": ["sh", "-c", "exec 3>%s; sleep 300 & echo up >&3; wait"]}]}}'
SECONDS = 60


def lives():
    """The calls of run-phase, in order, on one bundle: (arguments, stdin)."""
    config, failing = str(BUNDLE / "config.json"), str(BUNDLE / "failing.json")
    state = {phase: str(BUNDLE / f"state/{phase}.json") for phase in PHASES}
    yield from ([config, phase, state[phase]] for phase in PHASES)
    yield [failing, "createRuntime", state["createRuntime"]]
    yield [config, "poststop", state["createRuntime"]]
    yield [config, "nosuch", state["poststop"]]
    yield [config, "poststop", "-"]
    yield [config, "poststop", str(BUNDLE / "nosuch.json")]
    yield [state["poststop"], "poststop", state["poststop"]]
    yield [str(BUNDLE / "faulty.json"), "poststop", state["poststop"]]
    yield [str(BUNDLE / "loud.json"), "poststop", state["poststop"]]
    yield [config]


def prepare():
    shutil.rmtree(BUNDLE, ignore_errors=True)
    subprocess.run(["sh", "examples/bundle/prepare.sh", BUNDLE], check=True)
    (BUNDLE / "faulty.json").write_text('{"hooks": {"poststop": [{"path": "x"}, {"timeout": 0}]}}')
    # Output that must not reach a terminal raw, long lines, more lines than are shown, and a missing newline at the
    # end.
    script = r"i=0; while [ $i -lt 9 ]; do echo line $i; i=$((i+1)); done; printf 'a\033[2Jb\\n'; printf '%0250d' 1; printf '\\303\\n\\n' >&2; exit 3"
    (BUNDLE / "loud.json").write_text(
        '{"hooks": {"poststop": [{"path": "/bin/sh", "args": ["sh", "-c", "%s"]}]}}' % script.replace("\\033", "\\\\033")
    )


def run(command):
    """The transcript of one language."""
    prepare()
    transcript = []
    for arguments in lives():
        done = subprocess.run([*command, *arguments], input=b"{", stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)
        streams = [TIME.sub("TIME", stream.decode(errors="replace")) for stream in (done.stdout, done.stderr)]
        transcript.append((arguments, done.returncode, *streams))
    return transcript


def read_from(fifo):
    """The next bytes, b"" if all processes have closed the other end."""
    ready, _, _ = select.select([fifo], [], [], SECONDS)
    if not ready:
        sys.exit("run-phase and its hook neither write nor end")
    return os.read(fifo, 100)


def canceled(command, number):
    """Ends run-phase by a signal while its hook runs. Returns whether it is canceled, and all processes of the hook are
    gone."""
    path = BUNDLE / "fifo"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    (BUNDLE / "endless.json").write_text(ENDLESS % path)
    fifo = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    arguments = [BUNDLE / "endless.json", "poststop", BUNDLE / "state/poststop.json"]
    # A session without a terminal: the signal reaches run-phase alone, and the hook has a separate process group.
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        started = read_from(fifo)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=SECONDS)
        seen = (started, process.returncode, stderr, read_from(fifo))
    finally:
        process.kill()
        os.close(fifo)
    expected = (b"up\n", 1, b"error running poststop hook #0: /bin/sh: canceled\n", b"")
    if seen != expected:
        print(f"run-phase at {number.name} differs:\n  expected {expected}\n  got      {seen}")
    return seen == expected


def programs():
    """The commands, C's first."""
    build, stage = pathlib.Path(os.environ["BUILD"]), pathlib.Path(os.environ["STAGE"])
    os.environ |= {"LD_LIBRARY_PATH": str(stage / "lib"), "PYTHONPATH": "bindings/python/src", "PYTHONDONTWRITEBYTECODE": "1"}
    os.environ |= {"OCIHOOKS_LIBRARY": str(stage / "lib/libocihooks.so.0")}
    c = compiler.compiled(build / "run-phase-c", ["examples/run-phase.c"], ["-std=c99", *compiler.STRICT, *compiler.shared()])
    commands = {"C": [c], "Rust": [os.environ["RUST"]], "Python": [sys.executable, "bindings/python/examples/run_phase.py"]}
    if (build / "run-phase-go").exists():
        commands["Go"] = [build / "run-phase-go"]
    else:
        print("SKIPPED: run-phase in Go: it was not built")
    return commands


def main():
    commands = programs()
    transcripts = {name: run(command) for name, command in commands.items()}
    different = 0
    for name, transcript in transcripts.items():
        for expected, seen in zip(transcripts["C"], transcript):
            if expected != seen:
                different += 1
                print(f"run-phase in {name} differs:\n  expected {expected}\n  got      {seen}")
    print(f"run-phase in {', '.join(transcripts)}: {len(transcripts['C'])} runs each, {different} different")
    signals = [signal.SIGINT, signal.SIGTERM]
    right = sum(canceled(commands["C"], number) for number in signals)
    print(f"run-phase in C: canceled by {right} of {len(signals)} signals, with all processes of its hook")
    sys.exit(different != 0 or right != len(signals))


if __name__ == "__main__":
    main()
