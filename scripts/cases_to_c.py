"""Writes the shared cases (tests/cases/README.md) as the tables that c-tests/25-cases.c includes, because a C test
should not depend on a JSON reader."""
import json
import pathlib

CASES = pathlib.Path(__file__).resolve().parent.parent / "tests/cases"


def string(text):
    """A literal of the text's bytes; NULL for None."""
    if text is None:
        return "NULL"
    plain = {byte: chr(byte) for byte in range(0x20, 0x7F) if chr(byte) not in '"\\?'}
    return '"' + "".join(plain.get(byte) or f"\\{byte:03o}" for byte in text.encode()) + '"'


def sized(text):
    return f"{string(text)}, {len(text.encode()) if text is not None else 0}"


def array(kind, items):
    return f"(const {kind}[]){{{', '.join(items)}}}" if items else "NULL"


def texts(items):
    """A list and its length; -1 for None."""
    return f"{array('char *const', [string(item) for item in items or []])}, {-1 if items is None else len(items)}"


def handed_over(value):
    """A string is the text itself; other values are passed as JSON."""
    return value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False)


def option(name, value):
    items = value if isinstance(value, list) else []
    number = int(value) if isinstance(value, (bool, int)) else 0
    text = value if isinstance(value, str) else None
    return f"{{{string(name)}, {string(text)}, {number}, {array('char *const', [*map(string, items), 'NULL'])}}}"


def limit(name, soft, hard):
    return f"{{{string(name)}, {soft}, {hard}}}"


def member(key, value):
    text = value if isinstance(value, str) else None
    number = int(value) if text is None else 0
    return f"{{{string(key)}, {sized(text)}, {number}}}"


def hook(members):
    items = [member(*item) for item in members.items()]
    return f"{{{array('struct member', items)}, {len(items)}}}"


def case(path):
    document = json.loads(path.read_text())
    expect, options = document["expect"], document.get("options", {})
    limits = [limit(name, *values) for name, values in options.pop("rlimits", {}).items()]
    settings = [option(*item) for item in options.items()]
    hooks = expect.get("hooks")
    lines = [
        string(path.stem),
        string(document.get("read", "hooks")),
        str(int(document.get("lenient", -1))),
        sized(handed_over(document["hooks"])),
        string(document.get("phase")),
        sized(handed_over(document.get("state"))),
        f"{array('struct option', settings)}, {len(settings)}",
        f"{array('struct limit', limits)}, {len(limits)}",
        f"{expect['code']}, {string(expect.get('message', ''))}",
        f"{array('struct hook', [hook(item) for item in hooks or []])}, "
        f"{-1 if hooks is None else len(hooks)}",
        texts(expect.get("warnings", [])),
        texts(expect.get("readWarnings", [])),
        texts(expect.get("phases")),
        f"{string(expect.get('json'))}, {string(expect.get('libcontainer'))}",
    ]
    return "  {\n    " + ",\n    ".join(lines) + ",\n  },\n"


def write(output):
    output.write_text("".join(case(path) for path in sorted(CASES.glob("*.json"))))
