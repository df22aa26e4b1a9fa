"""Writes the shared cases of hook files (tests/cases/hooksd/README.md) as the tables that c-tests/26-hook-file-cases.c
includes."""
import base64
import json
import pathlib

from cases_to_c import array, string

CASES = pathlib.Path(__file__).resolve().parent.parent / "tests/cases/hooksd"


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def octal(raw):
    return '"' + "".join(f"\\{byte:03o}" for byte in raw) + '"'


def file(path, content):
    """A file: its kind and its bytes."""
    (kind, value), = content.items()
    raw = {"json": compact, "text": str, "symlink": str, "dir": lambda _: "", "base64": base64.b64decode}[kind](value)
    raw = raw.encode() if isinstance(raw, str) else raw
    made = {"symlink": "LINK", "dir": "DIRECTORY"}.get(kind, "REGULAR")
    return f"{{{string(path)}, {made}, {octal(raw)}, {len(raw)}}}"


def texts(items):
    return array("char *const", [*map(string, items), "NULL"])


def of_files(case, expected):
    files = [file(*item) for item in case["files"].items()]
    parts = [violation.split(" ", 2) for violation in expected["violations"]]
    violations = [f'{{"severity":"{severity}","rule":"{rule}","file":{compact(name)},' for severity, rule, name in parts]
    lines = [
        string(case["name"]),
        f"{array('struct file', files)}, {len(files)}",
        texts(case["dirs"]),
        texts(case["extensionStages"]),
        string(compact(case["config"])),
        texts([text for pair in case["annotations"].items() for text in pair]),
        str(int(case["hasBindMounts"])),
        string(expected["hooks"]),
        texts(violations),
    ]
    return "  {\n    " + ",\n    ".join(lines) + ",\n  },\n"


def of_filter(case, expected):
    hooks = compact({"precreate": case["filterHooks"]})
    lines = [string(case["name"]), string(hooks), string(compact(case["config"])), str(expected.get("code", 0)),
             string(expected.get("message", "")), string(expected.get("config", ""))]
    return "  {" + ", ".join(lines) + "},\n"


def of_pattern(case, refused):
    hook_file = {"version": "1.0.0", "hook": {"path": "/p"}, "when": {"commands": [case["pattern"]]}, "stages": ["poststop"]}
    configs = [compact({"process": {"args": [text]}}) for text in case["texts"]]
    matches = case["go"] if isinstance(case["go"], list) else []
    rule = refused.get(case["pattern"])
    numbers = array("int", [str(int(matched)) for matched in matches])
    return f"  {{{string(compact(hook_file))}, {string(rule)}, {texts(configs)}, {numbers}}},\n"


def table(kind, name, rows):
    return f"static const struct {kind} {name}[] = {{\n{''.join(rows)}}};\n"


def write(output):
    cases = json.loads((CASES / "cases.json").read_text())["cases"]
    expected = json.loads((CASES / "expected.json").read_text())
    patterns = json.loads((CASES / "go-regexp.json").read_text())
    rows = {"hooks": [], "filter": []}
    for case in cases:
        of = {"hooks": of_files, "filter": of_filter}[case["kind"]]
        rows[case["kind"]].append(of(case, expected[case["kind"]][case["name"]]))
    output.write_text(
        table("files_case", "files_cases", rows["hooks"])
        + table("filter_case", "filter_cases", rows["filter"])
        + table("pattern_case", "pattern_cases", [of_pattern(case, expected["refusedPatterns"]) for case in patterns])
    )
