#!/usr/bin/env python3
"""Checks the JSON schemas of hook files against the shared cases: they accept exactly the documents that the reader
accepts.

Schemas differ from the reader in two ways. They can't check patterns of RE2 and missing programs. They refuse unknown
properties, of which the reader only warns. Needs the package jsonschema; SKIPPED without it."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The reader accepts these with a warning, and the schema refuses them: names in another case, and unknown names.
STRICTER = {"json-key-case", "json-unknown-top", "json-unknown-when", "old-when-ignored", "old-always-ignored"}
# The reader refuses these for a pattern, which schemas can't check, or for 1.0, which schemas accept as an integer. It
# skips an unknown stage, which the peer refuses.
LAXER = {"ann-lookahead", "old-annotations-joined-broken", "hook-timeout-float", "stages-case", "old-unknown-stage"}
# podman's package accepts these, and the reader refuses them: see the rules of the cases.
REFUSED = {"hook-path-relative", "hook-timeout-negative"}


def document(content):
    """The document of a file, if it is JSON."""
    try:
        text = json.dumps(content["json"]) if "json" in content else content["text"]
        return json.loads(text.replace("$ROOT", "/root"))
    except (KeyError, ValueError):
        return None


def main():
    try:
        import jsonschema
    except ImportError:
        print("SKIPPED: the package jsonschema is missing")
        return
    validators = {}
    for version in ["0.1.0", "1.0.0"]:
        schema = json.loads((ROOT / f"schema/hook-file-{version}.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[version] = jsonschema.Draft202012Validator(schema)
    compared, failed = 0, 0
    for case in json.loads((ROOT / "tests/cases/hooksd/cases.json").read_text())["cases"]:
        files = list(case.get("files", {}).values())
        content = document(files[0]) if len(files) == 1 else None
        # A case with several files leaves open which one is refused.
        if content is None:
            continue
        is_old = not isinstance(content, dict) or content.get("version") in (None, "0.1.0")
        valid = validators["0.1.0" if is_old else "1.0.0"].is_valid(content)
        expected = "newError" not in case["peer"][0] and case["name"] not in REFUSED | STRICTER
        compared += 1
        if valid != (expected or case["name"] in LAXER):
            failed += 1
            print("FAIL", case["name"], "is valid" if valid else "is invalid")
    print(f"schemas: {compared - failed} of {compared} cases passed")
    sys.exit(bool(failed) or compared < 40)


if __name__ == "__main__":
    main()
