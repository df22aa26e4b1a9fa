#!/usr/bin/env python3
"""Writes the fuzzers' seeds: seeds.py FOLDER. They are the texts of the shared cases, of the C tests and of the
example's configuration."""
import ast
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# One C string, made of adjacent literals.
C_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')


def texts():
    for path in sorted((ROOT / "tests/cases").glob("*.json")):
        case = json.loads(path.read_text())
        for key in ["hooks", "state"]:
            value = case.get(key)
            if value is not None:
                yield value if isinstance(value, str) else json.dumps(value)
    for case in json.loads((ROOT / "tests/cases/hooksd/cases.json").read_text())["cases"]:
        for content in case.get("files", {}).values():
            text = json.dumps(content["json"]) if "json" in content else content.get("text", "")
            yield text
    for case in json.loads((ROOT / "tests/cases/hooksd/go-regexp.json").read_text()):
        if len(case["pattern"]) < 100:
            yield case["pattern"]
    yield json.dumps({"containerEdits": {"hooks": [{"hookName": "prestart", "path": "/a", "timeout": 1}]}, "cdiVersion": "1"})
    for path in sorted((ROOT / "examples/bundle").rglob("*.json.in")):
        value = json.loads(path.read_text())
        # The parts of a config outside of its hooks are far longer than a fuzzer's inputs.
        yield json.dumps({"ociVersion": value["ociVersion"], "hooks": value["hooks"]} if "hooks" in value else value)
    for path in sorted((ROOT / "c-tests").glob("*.c")):
        for literal in C_STRING.findall(path.read_text()):
            try:
                text = ast.literal_eval("(" + literal + ")")
            except (SyntaxError, ValueError):
                continue  # an escape that Python lacks
            if text.lstrip()[:1] in ("{", "["):
                yield text


    # Limits that the examples stay far below: of depth, and of members that are compared pair by pair.
    yield "[" * 600
    yield '{"x":' * 520 + "1" + "}" * 520
    yield json.dumps({"x": '"[{' * 600})
    properties = {f"x-{number}": 1 for number in range(30)}
    yield json.dumps(properties)
    yield json.dumps({phase: [{"path": "/a", **properties}] for phase in ["prestart", "x-own"]})
    yield "{" + ",".join(f'"x-{number % 29}": 1' for number in range(30)) + "}"


def strings():
    """Strings with a NUL between them, as some targets take them, and the bytes of options in front."""
    for annotations in [[], ["note"], ["note", "a \"b\""], ["note", "1", "note", "2"]]:
        for status in ["creating", "running", "paused"]:
            parts = ["1.2.0", "id", status, "/bundle", *annotations]
            yield b"\x20\x40", "\0".join(parts)
    for text in sorted(set(hooks())):
        yield b"\x20\x40\x05\0\0\0\x07", text


def hooks():
    """The hooks of the shared cases as NUL-separated strings: phase, path, arguments, environment."""
    for path in sorted((ROOT / "tests/cases").glob("*.json")):
        value = json.loads(path.read_text())["hooks"]
        for phase, entries in value.items() if isinstance(value, dict) else []:
            for hook in entries if isinstance(entries, list) else []:
                if isinstance(hook, dict):
                    words = [phase, hook.get("path"), *(hook.get("args") or []), *(hook.get("env") or [])]
                    yield "\0".join(word for word in words if isinstance(word, str))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(sorted(set(texts()))):
        # JSON allows white space in front. A target that reads two sizes there gets 32.
        (folder / f"text-{number:03}").write_text("  " + text)
    for number, (options, text) in enumerate(strings()):
        (folder / f"strings-{number:03}").write_bytes(options + text.encode())


if __name__ == "__main__":
    main()
