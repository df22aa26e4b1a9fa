#!/usr/bin/env python3
"""Runs run-phase of every language over the same bundle, and compares what each prints with what the first does.

Arguments: NAME=COMMAND ...; wants BUILD, a directory to write to. Durations are masked, nothing else is.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

BUNDLE = pathlib.Path(os.environ["BUILD"]) / "examples-bundle"
PHASES = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]
TIME = re.compile(r"\d[\d.]* (us|ms|s)$", re.M)


def lives():
    """What run-phase is asked, one after another on one bundle: (arguments, stdin)."""
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
    # Output that a terminal must not see, long lines, more lines than are shown, no newline at the end.
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


def main():
    programs = [argument.split("=", 1) for argument in sys.argv[1:]]
    (_, reference), *others = [(name, run(shlex.split(command))) for name, command in programs]
    different = 0
    for name, transcript in others:
        for expected, seen in zip(reference, transcript):
            if expected != seen:
                different += 1
                print(f"run-phase in {name} differs:\n  expected {expected}\n  got      {seen}")
    names = ", ".join(name for name, _ in programs)
    print(f"run-phase in {names}: {len(reference)} runs each, {different} different")
    sys.exit(different != 0)


if __name__ == "__main__":
    main()
