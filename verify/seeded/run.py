#!/usr/bin/env python3
"""Seeds defects, one at a time, into a copy of the committed files, and verifies that the intended check fails: run.py
[part of a name]. Needs BUILD, a directory to write to."""
import os
import pathlib
import shutil
import subprocess
import sys

from defects import DEFECTS

COPY = pathlib.Path(os.environ["BUILD"]) / "seeded"
# The limit for building and running one check. The longest takes a minute or two.
SECONDS = 1200
SHOWN_LINES = 12


def fresh_copy():
    """Writes the committed files. Build results stay, so that the next build is short."""
    COPY.mkdir(parents=True, exist_ok=True)
    for path in COPY.iterdir():
        if path.name in ("target", "build"):
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    archive = subprocess.run(["git", "archive", "HEAD"], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-m", "-C", COPY], check=True, input=archive)


def seed(defect):
    path = COPY / defect.file
    text = path.read_text()
    if text.count(defect.old) != 1:
        return f"{defect.file} has the text to replace {text.count(defect.old)} times, not once: update verify/seeded/defects.py"
    path.write_text(text.replace(defect.old, defect.new))
    return None


def check(defect):
    """None if the command fails for the intended reason, else a text that describes its result."""
    environment = {key: value for key, value in os.environ.items() if key not in ("BUILD", "MAKEFLAGS", "MAKELEVEL")}
    done = subprocess.run(defect.command.split(), cwd=COPY, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)
    output = done.stdout.decode(errors="replace")
    if done.returncode == 0:
        return "it passes"
    if "error: could not compile" in output or defect.says not in output:
        return f"it fails for another reason than {defect.says!r}:\n" + "\n".join(output.splitlines()[-SHOWN_LINES:])
    return None


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    failed = 0
    chosen = [defect for defect in DEFECTS if wanted in defect.name]
    for defect in chosen:
        fresh_copy()
        wrong = seed(defect) or check(defect)
        failed += wrong is not None
        print("FAIL" if wrong else "ok  ", f"{defect.name}: `{defect.command}` {wrong or 'fails'}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(failed != 0 or not chosen)


if __name__ == "__main__":
    main()
