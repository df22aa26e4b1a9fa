"""Hook files, filters, CDI edits and lint; the shared cases of tests/cases/hooksd."""

from __future__ import annotations

import base64
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict

import ocihooks
from ocihooks import Document, HookFiles, Hooks, OcihooksError, Severity, lint, set_config_hooks
from support import REPOSITORY

CASES = REPOSITORY / "tests" / "cases" / "hooksd"


def document(name: str) -> Any:
    return json.loads((CASES / name).read_text())


def make_file(root: Path, path: Path, content: Dict[str, Any]) -> None:
    """Writes a file of a case."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for kind, value in content.items():
        if kind == "dir":
            path.mkdir()
        elif kind == "base64":
            path.write_bytes(base64.b64decode(value))
        else:
            text = (json.dumps(value) if kind == "json" else value).replace("$ROOT", str(root))
            if kind == "symlink":
                path.symlink_to(text)
            else:
                path.write_text(text)


class SharedCases(unittest.TestCase):
    def setUp(self) -> None:
        self.maxDiff = None
        self.expected = document("expected.json")

    def test_all(self) -> None:
        cases = document("cases.json")["cases"]
        passed = 0
        for case in cases:
            with self.subTest(case["name"]):
                {"hooks": self.run_files, "filter": self.run_filter}[case["kind"]](case)
                passed += 1
        print(f"shared cases of hook files (Python): {passed} of {len(cases)} passed")
        self.assertEqual(len(cases), 86)

    def run_files(self, case: Dict[str, Any]) -> None:
        expected = self.expected["hooks"][case["name"]]
        with tempfile.TemporaryDirectory() as directory, HookFiles(case["extensionStages"]) as files:
            root = Path(directory)
            for path, content in case["files"].items():
                make_file(root, root / path, content)
            for each in case["dirs"]:
                files.add_dir(each.replace("$ROOT", directory))
            files.set_check_host(True)
            with Hooks.parse_config(case["config"]) as hooks:
                hooks.merge(files.match(case["config"], case["annotations"], case["hasBindMounts"]))
                self.assertEqual(hooks.to_json().replace(directory, "$ROOT"), expected["hooks"])
            said = [f"{each.severity.name.lower()} {each.rule} {each.file}" for each in files.violations()]
            self.assertEqual([line.replace(directory, "$ROOT") for line in said], expected["violations"])

    def run_filter(self, case: Dict[str, Any]) -> None:
        found: Dict[str, Any] = {}
        try:
            with Hooks.parse({"precreate": case["filterHooks"]}) as hooks:
                found["config"] = hooks.filter("precreate", case["config"]).config
        except OcihooksError as error:
            found = {"code": int(error.code), "message": str(error)}
        self.assertEqual(found, self.expected["filter"][case["name"]])

    def test_patterns(self) -> None:
        patterns = document("go-regexp.json")
        for case in patterns:
            with self.subTest(case["pattern"]), HookFiles() as files:
                when = {"commands": [case["pattern"]]}
                files.add_file("a.json", {"version": "1.0.0", "hook": {"path": "/p"}, "when": when, "stages": ["poststop"]})
                rules = [violation.rule for violation in files.violations()]
                refused = self.expected["refusedPatterns"].get(case["pattern"])
                self.assertEqual(rules, [] if refused is None else [refused])
                if refused is None:
                    configs = [{"process": {"args": [text]}} for text in case["texts"]]
                    found = [files.match(config).count("poststop") == 1 for config in configs]
                    self.assertEqual(found, case["go"])
        self.assertEqual(len(patterns), 132)


FILE = {"version": "1.0.0", "hook": {"path": "/a"}, "when": {"annotations": {"^k$": "v"}}, "stages": ["poststop"]}


class Files(unittest.TestCase):
    def test_what_was_read(self) -> None:
        with HookFiles() as files:
            files.add_file("b.json", FILE)
            files.add_file("A.json", FILE)
            self.assertEqual((files.count(), files.names(), files.files()), (2, ["A.json", "b.json"], ["A.json", "b.json"]))
            self.assertEqual(files.match({}, {"k": "v"}).count("poststop"), 2)
            self.assertEqual(files.match({"annotations": {"k": "v"}}).count("poststop"), 2)
            self.assertEqual(files.match({"annotations": {"k": "v"}}, {}).count("poststop"), 0)
            self.assertEqual([each["result"] for each in files.explain({})["files"]], ["not-matched", "not-matched"])

    def test_violations(self) -> None:
        with HookFiles() as files:
            files.add_file("a.json", "{")
            (violation,) = files.violations()
            self.assertEqual((violation.severity, violation.rule, violation.line), (Severity.ERROR, "not-json", 1))
            self.assertEqual(files.violation_count(Severity.ERROR), 1)
            (line,) = files.violation_lines(Severity.ERROR)
            self.assertRegex(line, r"^a\.json:1:\d+: error: ")
            files.set_strict(True)
            with self.assertRaises(ocihooks.InvalidFiles):
                files.match({})

    def test_refresh(self) -> None:
        with tempfile.TemporaryDirectory() as directory, HookFiles() as files:
            files.add_dir(Path(directory))
            self.assertFalse(files.refresh())
            (Path(directory) / "a.json").write_text(json.dumps(FILE))
            self.assertTrue(files.refresh())
            self.assertEqual(files.count(), 1)

    def test_refused(self) -> None:
        files = HookFiles(["precreate"])
        for refused in (lambda: files.add_file("a", "{}"), lambda: files.add_dir("a\0b"), lambda: HookFiles([""])):
            with self.assertRaises(ocihooks.InvalidArgument):
                refused()
        with self.assertRaises(ocihooks.InvalidConfig):
            files.match("[]")
        files.close()
        with self.assertRaises(ValueError):
            files.count()


class Documents(unittest.TestCase):
    def test_edits_and_config(self) -> None:
        hooks = Hooks()
        hooks.add_cdi_edits({"hooks": [{"hookName": "prestart", "path": "/a"}]})
        with self.assertRaises(ocihooks.InvalidHooks):
            hooks.add_cdi_edits({"hooks": [{"hookName": "none", "path": "/a"}]})
        self.assertEqual(set_config_hooks('{"x": 1.50}', hooks), '{"x": 1.50,"hooks":{"prestart":[{"path":"/a"}]}}')
        with self.assertRaises(ocihooks.InvalidConfig):
            set_config_hooks("[]", hooks)

    def test_lint(self) -> None:
        (finding,) = lint(Document.HOOKS, {"poststop": [{"path": "/a"}]}, name="hooks.json")
        self.assertEqual((finding.rule, finding.severity, finding.file), ("no-timeout", Severity.WARNING, "hooks.json"))
        file = {**FILE, "hook": {"path": "/a", "timeout": 1}, "stages": ["precreate"]}
        self.assertEqual([each.rule for each in lint(Document.HOOK_FILE, file)], ["stage-unknown", "no-stage"])
        self.assertEqual(lint(Document.HOOK_FILE, file, stages=["precreate"]), [])

    def test_filter_options(self) -> None:
        hooks = Hooks.parse({"precreate": [{"path": "/bin/true"}]})
        with self.assertRaises(ocihooks.InvalidOutput):
            hooks.filter("precreate", {"a": 1})
        self.assertEqual(hooks.filter("precreate", '{"a": 1}', filter_may_write_nothing=True).config, '{"a":1}')
        with self.assertRaises(ocihooks.InvalidOutput):
            Hooks.parse({"precreate": [{"path": "/bin/cat"}]}).filter("precreate", '{"a":1}', filter_limit=6)


if __name__ == "__main__":
    unittest.main()
