#!/usr/bin/env python3
"""Shows what examples/hook-files.c prints to whoever reads the demo: the hooks, then each file with what became of it."""
import json
import sys


def condition_line(condition):
    """Which condition was met or not, by which value."""
    asked = condition.get("patterns", condition.get("asked"))
    value = f", the container has {json.dumps(condition['value'])}" if "value" in condition else ""
    return f"{condition['condition']} {json.dumps(asked)} is {'met' if condition['met'] else 'not met'}{value}"


def reasons(file, violations):
    """Why a file is as it is, a line each."""
    if "maskedBy" in file:
        yield f"by {file['maskedBy']}"
    for condition in file.get("conditions", []):
        yield condition_line(condition)
    for injected in file.get("injected", []):
        yield f"it is hook #{injected['index']} of {injected['phase']}"
    for violation in violations:
        yield f"{violation['severity']}: {violation['pointer']} {violation['message']}: {violation['value']}"


def main():
    hooks, explanation = sys.stdin.read().splitlines()
    print("The container gets", hooks)
    explained = json.loads(explanation)
    for file in explained["files"]:
        print(f"{file['file']}: {file['result']}")
        for reason in reasons(file, [each for each in explained["violations"] if each["file"] == file["file"]]):
            print("   ", reason)


if __name__ == "__main__":
    main()
