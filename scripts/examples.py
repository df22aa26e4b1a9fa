#!/usr/bin/env python3
"""Runs run-phase of every language over the same bundle, and compares each output with C's. Only durations are masked.

Needs CC, STAGE (an installed tree), BUILD (a directory to write to, with run-phase-go in it if Go is installed), and
RUST (the example's program).
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import compiler

BUNDLE = pathlib.Path(os.environ["BUILD"]) / "examples-bundle"
PHASES = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]
TIME = re.compile(r"\d[\d.]* (us|ms|s)$", re.M)


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
        done = subprocess.run([*command, *arguments], input=b"{", stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        streams = [TIME.sub("TIME", stream.decode(errors="replace")) for stream in (done.stdout, done.stderr)]
        transcript.append((arguments, done.returncode, *streams))
    return transcript


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
    transcripts = {name: run(command) for name, command in programs().items()}
    different = 0
    for name, transcript in transcripts.items():
        for expected, seen in zip(transcripts["C"], transcript):
            if expected != seen:
                different += 1
                print(f"run-phase in {name} differs:\n  expected {expected}\n  got      {seen}")
    print(f"run-phase in {', '.join(transcripts)}: {len(transcripts['C'])} runs each, {different} different")
    sys.exit(different != 0)


if __name__ == "__main__":
    main()
