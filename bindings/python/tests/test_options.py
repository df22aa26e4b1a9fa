"""Every option of a run: that it reaches the hook, and what it does not take."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, List, Tuple
from unittest import mock

from ocihooks import (
    Cancel,
    Canceled,
    Environment,
    FailurePolicy,
    Hooks,
    HookTimeout,
    InvalidArgument,
    Output,
    ProcessGroup,
    SpawnError,
    Stream,
)
from ocihooks._runner import _SETTERS
from ocihooks.options import Options
from support import PHASE, STATE, descriptors, shell


def output(script: str, **options: Any) -> str:
    return shell(script).run(PHASE, STATE, **options).hooks[0].stdout_text


class OptionsReachTheHook(unittest.TestCase):
    def test_cwd(self) -> None:
        self.assertEqual(output("pwd", cwd="/usr"), "/usr\n")
        self.assertEqual(output("pwd", cwd=Path("/usr")), "/usr\n")

    def test_cwd_may_fail(self) -> None:
        with self.assertRaises(SpawnError):
            output("pwd", cwd="/no/such", cwd_may_fail=True)  # ENOENT is no lack of permission

    def test_env(self) -> None:
        self.assertEqual(output("echo $A", env=["A=1"]), "1\n")
        self.assertEqual(output("echo $A", env={"A": "é"}), "é\n")
        self.assertEqual(output("echo $A", env=(f"A={n}" for n in (3,))), "3\n")
        with mock.patch.dict(os.environ, {"A": "own", "LD_A": "loader"}):
            self.assertEqual(output("echo $A $LD_A"), "own loader\n")
            self.assertEqual(output("echo $A $LD_A", env=Environment.INHERIT), "own loader\n")
            self.assertEqual(output("echo $A $LD_A", env=Environment.INHERIT_WITHOUT_LOADER), "own\n")
            self.assertEqual(output("echo $A $LD_A", env=[]), "\n")

    def test_phase_variable(self) -> None:
        self.assertEqual(output("echo $PHASE", phase_variable="PHASE"), "createRuntime\n")

    def test_failure_policy(self) -> None:
        report = shell("false", "true").run(PHASE, STATE, failure_policy=FailurePolicy.KEEP_GOING)
        self.assertEqual([hook.exit_code for hook in report.hooks], [1, 0])

    def test_outputs(self) -> None:
        with tempfile.TemporaryFile() as file:
            self.assertEqual(output("echo out; echo err >&2", stdout=file, stderr=file.fileno()), "")
            file.seek(0)
            self.assertEqual(file.read(), b"out\nerr\n")
        self.assertEqual(output("echo out", stdout=Output.DISCARD), "")
        self.assertEqual(output("echo out", stdout=Output.CAPTURE), "out\n")

    def test_inherited_output(self) -> None:
        """0, 1 and 2 as numbers are descriptors, and no Output."""
        for to in (Output.INHERIT, 1):
            with self.subTest(to), tempfile.TemporaryFile() as file:
                saved = os.dup(1)
                os.dup2(file.fileno(), 1)
                try:
                    self.assertEqual(output("echo out", stdout=to), "")
                finally:
                    os.dup2(saved, 1)
                    os.close(saved)
                file.seek(0)
                self.assertEqual(file.read(), b"out\n")

    def test_capture_limit(self) -> None:
        hook = shell("printf 0123456789").run(PHASE, STATE, capture_limit=4).hooks[0]
        self.assertEqual(hook.stdout, b"01\n[... 6 bytes left out ...]\n89")
        self.assertEqual((hook.stdout_bytes, hook.stdout_truncated, hook.stderr_truncated), (10, True, False))

    def test_phase_capture_limit(self) -> None:
        report = shell("printf %1500s x", "printf %1500s x").run(PHASE, STATE, phase_capture_limit=3000)
        self.assertEqual([hook.stdout_truncated for hook in report.hooks], [False, True])
        self.assertEqual([hook.stdout_bytes for hook in report.hooks], [1500, 1500])

    def test_times(self) -> None:
        for options in ({"timeout": 0.01}, {"budget": 0.01}, {"timeout": 0.0001}):
            with self.subTest(options), self.assertRaises(HookTimeout):
                output("sleep 1000", **options)
        with self.assertRaises(HookTimeout) as caught:
            output("trap 'exit 0' TERM; echo ready; sleep 1000 & wait", budget=2, grace=60)
        self.assertEqual(caught.exception.signal, None)

    def test_rlimits(self) -> None:
        limits = {resource.RLIMIT_NOFILE: (64, 128), resource.RLIMIT_CORE: (0, resource.RLIM_INFINITY)}
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        if hard != resource.RLIM_INFINITY:
            limits[resource.RLIMIT_CORE] = (0, hard)
        self.assertEqual(output("ulimit -Sn; ulimit -Hn; ulimit -Sc", rlimits=limits), "64\n128\n0\n")

    def test_no_new_privileges(self) -> None:
        self.assertIn("NoNewPrivs:\t1", output("cat /proc/self/status", no_new_privileges=True))
        self.assertIn("NoNewPrivs:\t0", output("cat /proc/self/status", no_new_privileges=False))

    def test_process_group(self) -> None:
        script = "echo $(($(cut -d' ' -f5 /proc/$$/stat) == $$)) $(($(cut -d' ' -f6 /proc/$$/stat) == $$))"
        for group, expected in ((ProcessGroup.OWN, "1 0\n"), (ProcessGroup.CALLER, "0 0\n"), (ProcessGroup.SESSION, "1 1\n")):
            self.assertEqual(output(script, process_group=group), expected)

    def test_die_with_caller(self) -> None:
        self.assertEqual(output("echo x", die_with_caller=True), "x\n")

    def test_cgroup(self) -> None:
        """A directory that is no cgroup: the kernel refuses it, so the option has arrived."""
        descriptor = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, descriptor)
        with self.assertRaisesRegex(SpawnError, "cgroup"):
            output("true", cgroup=descriptor)

    def test_container(self) -> None:
        """A process in the caller's own namespaces: nothing is to be joined. A descriptor that is none is refused."""
        hooks = Hooks()
        hooks.add_command("createContainer", "/bin/true")
        pidfd = os.pidfd_open(os.getpid())
        self.addCleanup(os.close, pidfd)
        hooks.run("createContainer", STATE, container_pidfd=pidfd)
        hooks.run("createContainer", STATE, container_pid=os.getpid(), container_namespaces=0x00020000)  # CLONE_NEWNS
        with open("/dev/null") as file, self.assertRaises(SpawnError):
            hooks.run("createContainer", STATE, container_pidfd=file)

    def test_none_is_the_default(self) -> None:
        everything: Any = {name: None for name in _SETTERS}
        self.assertEqual(output("echo out", **everything), "out\n")

    def test_each_option_has_its_setter(self) -> None:
        self.assertEqual(set(_SETTERS), set(Options.__annotations__))


class Cancels(unittest.TestCase):
    def test_by_anything_that_becomes_readable(self) -> None:
        reader, writer = os.pipe()
        os.write(writer, b"!")
        os.close(writer)
        with os.fdopen(reader) as file:
            for cancel in (reader, file):
                with self.subTest(cancel), self.assertRaises(Canceled):
                    shell("sleep 1000").run(PHASE, STATE, cancel=cancel)

    def test_not_by_the_end_of_a_pipe(self) -> None:
        """Neither one that came before, nor one that comes while the hook runs: it goes on, and says so."""
        reader, writer = os.pipe()

        def on_output(index: int, stream: Stream, data: bytes) -> None:
            if data == b"runs\n":
                os.close(writer)
                Path(fifo).write_text("")  # lets the hook go on

        with tempfile.TemporaryDirectory() as folder, os.fdopen(reader) as file:
            fifo = f"{folder}/fifo"
            os.mkfifo(fifo)
            hooks = shell(f"echo runs; cat {fifo}; echo still; echo still >&2", "true")
            report = hooks.run(PHASE, STATE, cancel=file, on_output=on_output)
            self.assertEqual(report.hooks[0].stdout, b"runs\nstill\n")
            report = shell("true", "true").run(PHASE, STATE, cancel=file)
            self.assertEqual([hook.exit_code for hook in report.hooks], [0, 0])

    def test_while_another_process_has_a_copy_of_every_descriptor(self) -> None:
        """As whoever is between fork and exec has it, and a fork that executes nothing for as long as it lives."""
        with Cancel() as cancel:

            def on_output(index: int, stream: Stream, data: bytes) -> None:
                numbers = tuple(int(number) for number in descriptors())
                holder = subprocess.Popen(["/bin/sleep", "1000"], pass_fds=numbers)
                self.addCleanup(holder.wait)
                self.addCleanup(holder.kill)
                cancel.cancel()

            with self.assertRaises(Canceled):
                shell("echo runs; exec sleep 1000").run(PHASE, STATE, timeout=20, cancel=cancel, on_output=on_output)

    def test_refused(self) -> None:
        for cancel, error in ((-1, InvalidArgument), (-2, InvalidArgument), (2**32, InvalidArgument), (1 << 20, OSError)):
            with self.subTest(cancel), self.assertRaises(error):
                shell("true").run(PHASE, STATE, cancel=cancel)

    def test_from_a_signal_handler(self) -> None:
        with Cancel() as cancel:
            handler = signal.signal(signal.SIGUSR1, lambda number, frame: cancel.cancel())
            self.addCleanup(signal.signal, signal.SIGUSR1, handler)
            with self.assertRaises(Canceled):
                shell("kill -USR1 $PPID; sleep 1000").run(PHASE, STATE, cancel=cancel)
            self.assertTrue(cancel.canceled)

    def test_serves_many_runs(self) -> None:
        with Cancel() as cancel:
            shell("true").run(PHASE, STATE, cancel=cancel)
            cancel.cancel()
            cancel.cancel()
            for _ in range(2):
                with self.assertRaises(Canceled):
                    shell("sleep 1000").run(PHASE, STATE, cancel=cancel)

    def test_closed(self) -> None:
        cancel = Cancel()
        cancel.close()
        cancel.close()
        cancel.cancel()
        self.assertFalse(cancel.canceled)
        with self.assertRaisesRegex(ValueError, "closed"):
            shell("true").run(PHASE, STATE, cancel=cancel)

    def test_close_is_no_cancel(self) -> None:
        cancel = Cancel()
        report = shell("true", "true").run(PHASE, STATE, cancel=cancel, on_event=lambda event: cancel.close())
        self.assertEqual(len(report.hooks), 2)

    def test_a_regular_file_is_refused(self) -> None:
        with tempfile.TemporaryFile() as file, self.assertRaises(PermissionError):
            shell("true").run(PHASE, STATE, cancel=file)


class Refused(unittest.TestCase):
    def test_values(self) -> None:
        cases: List[Dict[str, Any]] = [
            {"timeout": 0},
            {"timeout": -1},
            {"budget": float("nan")},
            {"budget": float("inf")},
            {"timeout": 1e30},
            {"grace": -0.001},
            {"capture_limit": -1},
            {"capture_limit": 2**64},
            {"phase_capture_limit": -1},
            {"failure_policy": 99},
            {"stdout": -1},
            {"stdout": 2**32},
            {"cgroup": -2},
            {"container_pid": -1},
            {"container_namespaces": 1},
            {"cwd": "a\0b"},
            {"phase_variable": "A=B"},
            {"env": Environment(99)},
            {"rlimits": {resource.RLIMIT_NOFILE: (2, 1)}},
            {"rlimits": {resource.RLIMIT_NOFILE: (-2, 1)}},
        ]
        for options in cases:
            with self.subTest(options), self.assertRaises(InvalidArgument) as caught:
                output("true", **options)
            self.assertIn(next(iter(options)), str(caught.exception))

    def test_messages(self) -> None:
        """The option as it was given, then the library's words: the parameter's value, and the rule."""
        cases: List[Tuple[Dict[str, Any], str]] = [
            ({"cwd": ""}, "cwd='': invalid argument: path is \"\": a directory has a name"),
            ({"cwd": b"\xff"}, "cwd=b'\\xff': invalid argument: path is not UTF-8"),
            ({"phase_variable": "A=B"}, "name is \"A=B\": a variable's name is not empty and has no '='"),
            ({"failure_policy": 99}, "failure_policy is 99: an ocihooks_failure_policy is 0, 1, 2 or 3"),
            ({"stdout": -1}, "stdout=-1: invalid argument: fd is -1: a descriptor is not negative"),
            ({"stderr": Output(7)}, "output is 7: an ocihooks_output is 0, 1, 2 or 3"),
            ({"env": Environment(99)}, "environment is 99: an ocihooks_environment is 0, 1 or 2"),
            ({"rlimits": {resource.RLIMIT_NOFILE: (2, 1)}}, "soft is 2, hard is 1: a soft limit is not above the hard one"),
            ({"cgroup": -2}, "cgroup=-2: invalid argument: fd is -2: it has to be a descriptor, or -1 for none"),
            ({"container_pidfd": -2}, "pidfd is -2: it has to be a descriptor, or -1 for none"),
            ({"container_pid": -1}, "pid is -1: it has to be a process id, or 0 for none"),
            ({"container_namespaces": 1}, "flags is 0x1: only namespaces' CLONE_NEW flags are known"),
            ({"cancel": -1}, "cancel=-1: invalid argument: fd is -1: a descriptor is not negative"),
        ]
        for options, message in cases:
            with self.subTest(options), self.assertRaises(InvalidArgument) as caught:
                output("true", **options)
            self.assertTrue(str(caught.exception).endswith(message), str(caught.exception))

    def test_types(self) -> None:
        cases: List[Dict[str, Any]] = [
            {"timout": 1},
            {"timeout": "1"},
            {"env": "A=1"},
            {"env": [1]},
            {"cwd": 1},
            {"stdout": "file"},
            {"cancel": "x"},
            {"capture_limit": 1.5},
        ]
        for options in cases:
            with self.subTest(options), self.assertRaises(TypeError):
                output("true", **options)


if __name__ == "__main__":
    unittest.main()
