#!/usr/bin/env python3
"""Writes what the fuzzers begin with: seeds.py FOLDER. The texts of the shared cases and the example's configuration."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def texts():
    for path in sorted((ROOT / "tests/cases").glob("*.json")):
        case = json.loads(path.read_text())
        for key in ["hooks", "state"]:
            value = case.get(key)
            if value is not None:
                yield value if isinstance(value, str) else json.dumps(value)
    for path in sorted((ROOT / "examples/bundle").rglob("*.json.in")):
        yield path.read_text()


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts()):
        (folder / f"seed-{number:03}").write_text(text)


if __name__ == "__main__":
    main()
