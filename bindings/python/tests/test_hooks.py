"""Hook maps: read, made, changed, written; phases; states."""

from __future__ import annotations

import copy
import json
import pathlib
import unittest
from typing import Any

import ocihooks
from ocihooks import (
    PHASES,
    Document,
    FailurePolicy,
    Hooks,
    InvalidArgument,
    InvalidHook,
    InvalidHooks,
    InvalidState,
    Namespace,
    Outcome,
    UnknownPhase,
)
from support import PHASE, STATE, shell

HOOKS: Any = {PHASE: [{"path": "/bin/true", "args": ["true", "é"], "env": ["A=1"], "timeout": 5, "x": None}], "y": {}}


class Reading(unittest.TestCase):
    def test_any_form_of_json(self) -> None:
        text = json.dumps(HOOKS)
        for form in (HOOKS, text, text.encode()):
            self.assertEqual(Hooks.parse(form).to_dict(), HOOKS)

    def test_a_mapping_that_is_no_dict(self) -> None:
        import types

        self.assertEqual(Hooks.parse(types.MappingProxyType(HOOKS)).to_dict(), HOOKS)

    def test_config_and_libcontainer(self) -> None:
        self.assertEqual(Hooks.parse_config({"hooks": HOOKS}).to_dict(), HOOKS)
        self.assertEqual(Hooks.parse_config("{}").to_json(), "{}")
        hooks = Hooks.parse_libcontainer({PHASE: [{"path": "/bin/true", "timeout": 1500000000, "dir": "/"}]})
        self.assertEqual(hooks.to_dict(), {PHASE: [{"path": "/bin/true", "timeout": 2}]})
        self.assertEqual(json.loads(hooks.to_libcontainer())[PHASE][0]["dir"], "/")

    def test_a_large_document(self) -> None:
        large = {PHASE: [{"path": "/bin/true", "args": ["x" * 1000]}] * 1000}
        self.assertEqual(Hooks.parse(large).to_dict(), large)


class Making(unittest.TestCase):
    def test_add_command(self) -> None:
        hooks = Hooks()
        hooks.add_command(PHASE, "/bin/true")
        hooks.add_command(PHASE, pathlib.Path("/bin/true"), args=["true", "é"], env={"A": "1"}, timeout=5)
        hooks.add_command("x-own", "/bin/true", env=[])
        expected = {
            PHASE: [{"path": "/bin/true"}, {"path": "/bin/true", "args": ["true", "é"], "env": ["A=1"], "timeout": 5}],
            "x-own": [{"path": "/bin/true", "env": []}],
        }
        self.assertEqual(hooks.to_dict(), expected)
        self.assertEqual((hooks.count(PHASE), hooks.count("x-own"), hooks.count("no")), (2, 1, 0))

    def test_merge(self) -> None:
        hooks, other = Hooks.parse(HOOKS), Hooks.parse({PHASE: [{"path": "/bin/false"}]})
        hooks.merge(other)
        self.assertEqual([hook["path"] for hook in hooks.to_dict()[PHASE]], ["/bin/true", "/bin/false"])
        hooks.merge(hooks)
        self.assertEqual((hooks.count(PHASE), other.count(PHASE)), (4, 1))

    def test_merge_that_is_refused_changes_nothing(self) -> None:
        hooks, other = Hooks.parse({"y": {"a": 1}}), Hooks.parse({"y": 2, PHASE: [{"path": "/bin/true"}]})
        with self.assertRaises(InvalidArgument):
            hooks.merge(other)
        self.assertEqual(hooks.to_dict(), {"y": {"a": 1}})

    def test_copies(self) -> None:
        hooks = Hooks.parse(HOOKS)
        for other in (hooks.copy(), copy.copy(hooks)):
            other.add_command(PHASE, "/bin/true")
            self.assertEqual((hooks.count(PHASE), other.count(PHASE)), (1, 2))


class Lenient(unittest.TestCase):
    WRONG = {"poststop": [{"path": "/bin/true"}, {"path": "true"}, {"path": "/bin/true"}]}
    STOPPED = {**STATE, "status": "stopped"}

    def test_a_wrong_hook_fails_alone(self) -> None:
        with self.assertRaises(InvalidHooks):
            Hooks.read(Document.HOOKS, self.WRONG)
        hooks = Hooks.read(Document.HOOKS, self.WRONG, lenient=True)
        self.assertEqual(hooks.phases, ["poststop"])
        self.assertEqual(len(hooks.warnings), 1)
        self.assertIn("poststop hook #1 is kept, and will fail: /poststop/1/path", hooks.warnings[0])
        report = hooks.run("poststop", self.STOPPED)
        outcomes = [hook.outcome for hook in report.hooks]
        self.assertEqual(outcomes, [Outcome.EXITED, Outcome.INVALID, Outcome.EXITED])
        with self.assertRaises(InvalidHook) as caught:
            hooks.run("poststop", self.STOPPED, failure_policy=FailurePolicy.FAIL_FAST)
        self.assertEqual((caught.exception.index, caught.exception.path), (1, "true"))

    def test_what_is_appended(self) -> None:
        hooks = Hooks()
        with self.assertRaises(InvalidHooks):
            hooks.add_command("poststop", "true", timeout=-1)
        hooks.set_lenient(True)
        hooks.add_command("poststop", "true", timeout=-1)
        self.assertEqual((hooks.count("poststop"), len(hooks.warnings)), (1, 1))
        hooks.set_lenient(False)
        with self.assertRaises(InvalidHooks):
            hooks.add_command("poststop", "true")

    def test_no_such_document(self) -> None:
        with self.assertRaises(InvalidArgument):
            Hooks.read(Document(7), "{}")


class PhasesAndStates(unittest.TestCase):
    def test_phases(self) -> None:
        expected = ("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")
        self.assertEqual(PHASES, expected)

    def test_namespaces(self) -> None:
        inside = [phase for phase in PHASES if ocihooks.namespace(phase) == Namespace.CONTAINER]
        self.assertEqual(inside, ["createContainer", "startContainer"])
        with self.assertRaisesRegex(UnknownPhase, "no-such"):
            ocihooks.namespace("no-such")

    def test_new_state(self) -> None:
        state = ocihooks.new_state(
            oci_version="1.2.0", id="é", status="running", bundle="/b", pid=7, annotations={"a": 'b"', "": "x" * 3000}
        )
        expected = {
            "ociVersion": "1.2.0", "id": "é", "status": "running", "pid": 7, "bundle": "/b",
            "annotations": {"a": 'b"', "": "x" * 3000},
        }  # fmt: skip
        self.assertEqual(json.loads(state), expected)
        with self.assertRaises(InvalidState):
            ocihooks.new_state(oci_version="1.2.0", id="a", status="running", bundle="/b")

    def test_new_state_with_further_members(self) -> None:
        def state(members: Any) -> str:
            return ocihooks.new_state(oci_version="1", id="a", status="creating", bundle="/b", members=members)

        made = '{"ociVersion":"1","id":"a","status":"creating","bundle":"/b","root":"/run/a"}'
        self.assertEqual(state({"root": "/run/a"}), made)
        self.assertEqual(state('{ "root" : "/run/a" }'), made)
        with self.assertRaisesRegex(InvalidArgument, "members must be a JSON object"):
            state("7")
        with self.assertRaises(InvalidState):
            state({"id": "b"})
        self.assertEqual(len(state({"x": "y" * 5000})), 5000 + len(made) - len('"root":"/run/a"') + len('"x":""'))

    def test_state_for_phase(self) -> None:
        state = ocihooks.state_for_phase('{ "x": 1.0, ' + json.dumps(STATE)[1:], "poststart", pid=7)
        self.assertTrue(state.startswith('{ "x": 1.0, '))
        self.assertEqual(json.loads(state), {"x": 1.0, **STATE, "status": "running", "pid": 7})
        stopped = json.loads(ocihooks.state_for_phase(STATE, "poststop"))
        self.assertEqual(stopped, {**STATE, "status": "stopped"})


class Reports(unittest.TestCase):
    def test_everything_in_it(self) -> None:
        hooks = Hooks()
        hooks.add_command(PHASE, "/bin/sh", ["sh", "-c", "printf 'a\\377'; i=0; while [ $i -lt 9999 ]; do i=$((i+1)); done"])
        report = hooks.run(PHASE, {**STATE, "status": "odd"})
        hook = report.hooks[0]
        self.assertEqual((report.phase, report.code, report.message), (PHASE, ocihooks.Code.OK, ""))
        self.assertEqual((hook.stdout, hook.stdout_text, hook.stdout_bytes), (b"a\xff", "a\ufffd", 2))
        self.assertEqual((hook.signal, hook.errno, hook.exception), (None, None, None))
        self.assertGreater(hook.pid or 0, 0)
        self.assertGreater(hook.user_time_ns + hook.system_time_ns, 0)
        self.assertTrue(0 < hook.duration <= report.duration < 60)
        self.assertEqual(len(report.warnings), 1)

    def test_json_is_written_when_asked_for(self) -> None:
        """Once, by the library: its report is freed then."""
        report = shell("true").run(PHASE, STATE)
        written = report._json
        self.assertIsNotNone(written._report)  # type: ignore[attr-defined]
        text = report.json()
        self.assertIsNone(written._report)  # type: ignore[attr-defined]
        self.assertIs(report.json(), text)

    def test_json(self) -> None:
        """What the library writes is what the dataclasses say."""
        hooks = Hooks.parse({PHASE: [{"path": "/bin/sh", "args": ["sh", "-c", "echo out"]}]})
        report = hooks.run(PHASE, STATE)
        written = json.loads(report.json())
        self.assertEqual((written["phase"], written["durationNs"]), (PHASE, report.duration_ns))
        self.assertEqual(written["hooks"][0]["pid"], report.hooks[0].pid)
        self.assertEqual(written["hooks"][0]["stdout"], "out\n")

    def test_frozen(self) -> None:
        report = Hooks().run(PHASE, STATE)
        with self.assertRaises(AttributeError):
            report.phase = "x"  # type: ignore[misc]


if __name__ == "__main__":
    unittest.main()
