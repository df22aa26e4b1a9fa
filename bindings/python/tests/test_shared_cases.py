"""The shared cases of tests/cases, through the Python package."""

from __future__ import annotations

import json
import os
import resource
import unittest
from pathlib import Path
from typing import Any, Dict, List, Optional

from ocihooks import (
    Cancel,
    Document,
    Environment,
    FailurePolicy,
    HookReport,
    Hooks,
    Kind,
    OcihooksError,
    Outcome,
    Output,
    Report,
    StateCheck,
)
from support import REPOSITORY

READ = {"hooks": Hooks.parse, "config": Hooks.parse_config, "libcontainer": Hooks.parse_libcontainer}
DOCUMENTS = {"hooks": Document.HOOKS, "config": Document.CONFIG, "libcontainer": Document.LIBCONTAINER}
CHECKS = {"spec": StateCheck.SPEC, "json": StateCheck.JSON, "off": StateCheck.OFF}
ENVIRONMENTS = {"inherit": Environment.INHERIT, "inheritWithoutLoader": Environment.INHERIT_WITHOUT_LOADER}
POLICIES = {
    "spec": FailurePolicy.SPEC,
    "specBefore1.3": FailurePolicy.SPEC_BEFORE_1_3,
    "failFast": FailurePolicy.FAIL_FAST,
    "keepGoing": FailurePolicy.KEEP_GOING,
}
OUTPUTS = {"capture": Output.CAPTURE, "discard": Output.DISCARD}
RESOURCES = {"nofile": resource.RLIMIT_NOFILE, "core": resource.RLIMIT_CORE, "fsize": resource.RLIMIT_FSIZE}
OUTCOMES = {
    Outcome.EXITED: "exited",
    Outcome.SIGNALED: "signaled",
    Outcome.TIMED_OUT: "timedOut",
    Outcome.SPAWN_FAILED: "spawnFailed",
    Outcome.CANCELED: "canceled",
    Outcome.CALLBACK: "callback",
    Outcome.SKIPPED: "skipped",
    Outcome.LOST: "lost",
    Outcome.INVALID: "invalid",
}
# The case's name of an option: the package's, and how the value is translated.
OPTIONS: Dict[str, Any] = {
    "cwd": ("cwd", str),
    "cwdMayFail": ("cwd_may_fail", bool),
    "environment": ("env", lambda value: ENVIRONMENTS[value] if isinstance(value, str) else value),
    "phaseVariable": ("phase_variable", str),
    "failurePolicy": ("failure_policy", POLICIES.__getitem__),
    "stateCheck": ("state_check", CHECKS.__getitem__),
    "stdout": ("stdout", OUTPUTS.__getitem__),
    "stderr": ("stderr", OUTPUTS.__getitem__),
    "captureLimit": ("capture_limit", int),
    "phaseCaptureLimit": ("phase_capture_limit", int),
    "defaultTimeoutMs": ("timeout", lambda value: value / 1000),
    "budgetMs": ("budget", lambda value: value / 1000),
    "graceMs": ("grace", lambda value: value / 1000),
    "noNewPrivileges": ("no_new_privileges", bool),
    "rlimits": ("rlimits", lambda value: {RESOURCES[name]: tuple(limits) for name, limits in value.items()}),
}


def text_of(value: Any) -> str:
    """A string is the text itself; any other value is handed over as JSON, in the file's own order."""
    return value if isinstance(value, str) else json.dumps(value)


def members(hook: HookReport) -> Dict[str, Any]:
    """A hook's entry as the report's JSON names and spells it."""
    return {
        "kind": "command" if hook.kind == Kind.COMMAND else "callback",
        "path": hook.path,
        "outcome": OUTCOMES[hook.outcome],
        "exitCode": hook.exit_code,
        "signal": hook.signal,
        "errno": hook.errno,
        "message": hook.message,
        "stdout": hook.stdout_text,
        "stdoutBytes": hook.stdout_bytes,
        "stdoutTruncated": hook.stdout_truncated,
        "stderr": hook.stderr_text,
        "stderrBytes": hook.stderr_bytes,
        "stderrTruncated": hook.stderr_truncated,
    }


class SharedCases(unittest.TestCase):
    def setUp(self) -> None:
        self.maxDiff = None
        os.environ["CASE_HOST"] = "host"
        os.environ["LD_CASE_HOST"] = "loader"

    def tearDown(self) -> None:
        del os.environ["CASE_HOST"], os.environ["LD_CASE_HOST"]

    def test_all(self) -> None:
        files = sorted((REPOSITORY / "tests" / "cases").glob("*.json"))
        self.assertTrue(files, "there are no cases")
        passed = 0
        for file in files:
            with self.subTest(file.name):
                self.run_case(file)
                passed += 1
        print(f"shared cases (Python): {passed} of {len(files)} passed")

    def run_case(self, file: Path) -> None:
        case = json.loads(file.read_text())
        expect = case["expect"]
        report: Optional[Report] = None
        code, message = 0, ""
        try:
            with self.read_hooks(case) as hooks:
                self.assertEqual(hooks.warnings, expect.get("readWarnings", []))
                self.assertEqual(hooks.phases, expect.get("phases", hooks.phases))
                self.check_text(hooks, expect)
                if "phase" in case:
                    report = self.run_phase(hooks, case)
        except OcihooksError as error:
            code, message, report = int(error.code), str(error), error.report
        self.assertEqual((code, message), (expect["code"], expect.get("message", "")))
        self.assertEqual(report is not None, "hooks" in expect, "whether there is a report")
        if report is not None:
            self.check_report(report, expect)

    def read_hooks(self, case: Dict[str, Any]) -> Hooks:
        form, text = case.get("read", "hooks"), text_of(case["hooks"])
        if "lenient" in case:
            return Hooks.read(DOCUMENTS[form], text, lenient=case["lenient"])
        return READ[form](text)

    def run_phase(self, hooks: Hooks, case: Dict[str, Any]) -> Report:
        options: Dict[str, Any] = {}
        with Cancel() as cancel:
            for name, value in case.get("options", {}).items():
                if name == "canceled":
                    cancel.cancel()
                    options["cancel"] = cancel
                else:
                    key, translate = OPTIONS[name]
                    options[key] = translate(value)
            return hooks.run(case["phase"], text_of(case["state"]), **options)

    def check_text(self, hooks: Hooks, expect: Dict[str, Any]) -> None:
        if "json" in expect:
            self.assertEqual(hooks.to_json(), expect["json"])
        if "libcontainer" in expect:
            self.assertEqual(hooks.to_libcontainer(), expect["libcontainer"])

    def check_report(self, report: Report, expect: Dict[str, Any]) -> None:
        self.assertEqual(list(report.warnings), expect.get("warnings", []))
        self.assertEqual(len(report.hooks), len(expect["hooks"]), "the number of hooks")
        seen: List[Dict[str, Any]] = [members(hook) for hook in report.hooks]
        for index, expected in enumerate(expect["hooks"]):
            self.assertEqual({key: seen[index].get(key) for key in expected}, expected, f"hook {index}")


if __name__ == "__main__":
    unittest.main()
