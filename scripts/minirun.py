#!/usr/bin/env python3
"""Runs containers with examples/minirun, and checks the place and the view of each hook of each phase.

Needs CC, STAGE (an installed tree) and BUILD (a directory to write to); json-c, busybox, and permission to create
namespaces.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import typing
import unittest

import compiler

STAGE, BUILD = pathlib.Path(os.environ["STAGE"]), pathlib.Path(os.environ["BUILD"])
MINIRUN = BUILD / "minirun"
NOBODY = 65534
HOOKS_PER_PHASE = 3
KINDS = ["user", "mnt", "pid", "uts", "ipc", "net", "cgroup"]
PHASES = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]
INSIDE = {"createContainer", "startContainer"}
# The expected view of each phase's hooks: the state's status, and the pid of init in the runtime's or the container's
# numbers.
STATUS = dict(zip(PHASES, ["creating", "creating", "creating", "created", "running", "stopped"]))
APPLETS = ["sh", "cat", "ls", "readlink", "stat", "id", "sleep", "hostname"]

# A hook: writes its identity, its place and the state into a file of LOG.
REPORT = r"""#!/bin/sh
number=$(ls LOG | wc -l)
{
  for kind in user mnt pid uts ipc net cgroup; do readlink /proc/self/ns/$kind; done
  stat -c %d:%i /
  pwd
  id -u
  hostname
  echo $$
  ls /proc | grep -c '^[0-9]'
  cat
} >LOG/$(printf %03d $number)-$1-$2
exit ${3:-0}
"""


def namespaces_of(pid):
    return [os.readlink(f"/proc/{pid}/ns/{kind}") for kind in KINDS]


def is_dead(pid):
    """Whether a process has ended. The machine's init reaps it."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


class Report:
    """The hooks' reports, in the order in which the hooks ran."""

    def __init__(self, path):
        _, self.phase, index = path.name.split("-")
        self.index = int(index)
        lines = path.read_text().split("\n", len(KINDS) + 6)
        self.namespaces = lines[: len(KINDS)]
        self.root, self.cwd, self.uid, self.hostname, self.pid, self.processes, state = lines[len(KINDS):]
        self.state = json.loads(state)


class Done(typing.NamedTuple):
    """The result of an operation."""

    returncode: int
    stderr: str


class Bundle:
    """A bundle with a busybox root, whose hooks report."""

    def __init__(self, folder, failing=None, user=0, hooks=HOOKS_PER_PHASE):
        self.path, self.user = folder, user
        self.rootfs, self.log = folder / "rootfs", folder / "rootfs/log"
        for name in ["bin", "proc", "log"]:
            (self.rootfs / name).mkdir(parents=True)
        shutil.copy(shutil.which("busybox"), self.rootfs / "bin/busybox")
        for applet in [*APPLETS, "grep", "wc", "printf"]:
            (self.rootfs / "bin" / applet).symlink_to("busybox")
        self._script(folder / "report", str(self.log))
        self._script(self.rootfs / "bin/report", "/log")
        hooks = {phase: [self._hook(phase, index, failing) for index in range(hooks)] for phase in PHASES}
        process = {"args": ["/bin/sh", "-c", "echo $GREETING >/log-of-process; exec sleep 1000"], "cwd": "/",
                   "env": ["PATH=/bin", "GREETING=hello \"you\""]}
        config = {"ociVersion": "1.2.0", "root": {"path": "rootfs"}, "hostname": "box", "process": process, "hooks": hooks}
        (folder / "config.json").write_text(json.dumps(config, indent=1))
        self.kept = folder / "kept"
        self.kept.mkdir()
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user, user, follow_symlinks=False)

    def _script(self, path, log):
        path.write_text(REPORT.replace("LOG", log))
        path.chmod(0o755)

    def _hook(self, phase, index, failing):
        path = "/bin/report" if phase == "startContainer" else str(self.path / "report")
        return {"path": path, "args": ["report", phase, str(index), "7" if (phase, index) == failing else "0"], "timeout": 20}

    def minirun(self, operation, identifier="c1"):
        """Runs an operation as the bundle's user. Its output goes to a file, because a pipe would end with the
        container."""
        environment = {**os.environ, "MINIRUN_ROOT": str(self.kept), "PATH": os.environ["PATH"]}
        ids = {"user": self.user, "group": self.user, "extra_groups": []} if os.geteuid() == 0 else {}
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run([MINIRUN, operation, self.path, identifier], env=environment, timeout=60,
                                  stdin=subprocess.DEVNULL, stderr=said, cwd=self.path, **ids)
            said.seek(0)
            return Done(done.returncode, said.read())

    def init(self, identifier="c1"):
        return int((self.kept / identifier / "pid").read_text().split()[0])

    def reports(self):
        return [Report(path) for path in sorted(self.log.iterdir())]


class Containers(unittest.TestCase):
    """A folder for a bundle."""

    def setUp(self):
        # Other users need access, because hooks of containers may run as one.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ocihooks-minirun-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder)

    def bundle(self, **options):
        folder = self.folder / "bundle"
        folder.mkdir()
        return Bundle(folder, **options)


class Lifecycle(Containers):
    """All operations of minirun."""

    def run_all(self, bundle):
        """Create, start, delete. Returns the namespaces and the root of the container's init."""
        for operation in ["create", "start"]:
            done = bundle.minirun(operation)
            self.assertEqual((done.returncode, done.stderr), (0, ""), operation)
            if operation == "create":
                init = bundle.init()
                inside = namespaces_of(init)
                status = os.stat(f"/proc/{init}/root")
        # A separate process, which reads the hooks back.
        done = bundle.minirun("delete")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(is_dead(init), "the container's init")
        return init, inside, f"{status.st_dev}:{status.st_ino}"

    def check_hook(self, report, bundle, init, inside, root):
        is_inside = report.phase in INSIDE
        own = namespaces_of("self")
        self.assertEqual(report.namespaces, inside if is_inside else own, report.phase)
        status = os.stat("/")
        is_in_root = report.phase == "startContainer"
        self.assertEqual(report.root, root if is_in_root else f"{status.st_dev}:{status.st_ino}", report.phase)
        self.assertEqual(report.cwd, "/" if is_inside else str(bundle.path), report.phase)
        self.assertEqual(report.uid, "0" if is_inside else str(bundle.user), report.phase)
        self.assertEqual(report.hostname, "box" if is_inside else os.uname().nodename, report.phase)
        # Inside, pids are small, and a container's /proc shows few of them: init, the hook and its children.
        self.assertEqual(int(report.pid) < 200, is_inside, report.phase)
        if is_in_root:
            self.assertLess(int(report.processes), 8)
        expected = {"ociVersion": "1.2.0", "id": "c1", "status": STATUS[report.phase], "bundle": str(bundle.path)}
        if report.phase != "poststop":
            expected["pid"] = 1 if is_inside else init
        self.assertEqual(report.state, expected)

    def check_lifecycle(self, bundle):
        own = namespaces_of("self")
        init, inside, root = self.run_all(bundle)
        reports = bundle.reports()
        self.assertEqual([(report.phase, report.index) for report in reports],
                         [(phase, index) for phase in PHASES for index in range(HOOKS_PER_PHASE)])
        for report in reports:
            self.check_hook(report, bundle, init, inside, root)
        self.assertEqual((bundle.rootfs / "log-of-process").read_text(), 'hello "you"\n')
        self.assertEqual(list(bundle.kept.iterdir()), [])
        self.assertEqual(namespaces_of("self"), own)
        print(f"  {len(reports)} hooks of {len(PHASES)} phases, each in its namespaces, as user {bundle.user}", flush=True)

    def test_six_phases(self):
        self.check_lifecycle(self.bundle(user=os.geteuid()))

    def test_six_phases_as_an_unprivileged_user(self):
        if os.geteuid() != 0:
            self.skipTest("without root they ran unprivileged already")
        self.check_lifecycle(self.bundle(user=NOBODY))

    def check_failure(self, phase, operations, expected_phases):
        """A failed hook stops the container, and poststop runs."""
        bundle = self.bundle(failing=(phase, 1), user=os.geteuid())
        *before, last = [bundle.minirun(operation) for operation in operations]
        self.assertEqual([done.returncode for done in before], [0] * len(before))
        self.assertEqual(last.returncode, 1)
        path = "/bin/report" if phase == "startContainer" else bundle.path / "report"
        self.assertEqual(last.stderr, f"minirun: error running {phase} hook #1: {path}: exited with status 7\n")
        expected = [(each, index) for each in expected_phases for index in range(HOOKS_PER_PHASE)]
        self.assertEqual([(report.phase, report.index) for report in bundle.reports()],
                         [(each, index) for each, index in expected if (each, index) != (phase, 2)])
        self.assertEqual(list(bundle.kept.iterdir()), [])

    def test_a_failure_in_prestart(self):
        self.check_failure("prestart", ["create"], ["prestart", "poststop"])

    def test_a_failure_in_create_container(self):
        self.check_failure("createContainer", ["create"], [*PHASES[:3], "poststop"])

    def test_a_failure_in_start_container(self):
        self.check_failure("startContainer", ["create", "start"], [*PHASES[:4], "poststop"])

    def test_a_failure_in_poststart(self):
        self.check_failure("poststart", ["create", "start"], PHASES)

    def test_a_failure_in_poststop_is_a_warning(self):
        bundle = self.bundle(failing=("poststop", 0), user=os.geteuid())
        done = [bundle.minirun(operation) for operation in ["create", "start", "delete"]]
        self.assertEqual([each.returncode for each in done], [0, 0, 0])
        self.assertEqual(done[2].stderr,
                         f"minirun: warning: error running poststop hook #0: {bundle.path}/report: exited with status 7\n")
        self.assertEqual(len(bundle.reports()), len(PHASES) * HOOKS_PER_PHASE)


class Driven(Containers):
    """The phases run by a program in another language, whose container minirun holds."""

    def check_driven(self, command, folder):
        bundle = self.bundle(user=os.geteuid(), hooks=0)
        self.assertEqual(bundle.minirun("create").returncode, 0)
        environment = {**os.environ, "OCIHOOKS_CONTAINER_PID": str(bundle.init()), "LD_LIBRARY_PATH": str(STAGE / "lib"),
                       "PKG_CONFIG_PATH": str(STAGE / "lib/pkgconfig"), "PYTHONPATH": str(pathlib.Path("bindings/python/src").resolve()),
                       "OCIHOOKS_LIBRARY": str(STAGE / "lib/libocihooks.so.0")}
        with tempfile.TemporaryFile("w+") as said:
            status = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said,
                                    stderr=said, timeout=300).returncode
            said.seek(0)
            output = said.read()
        self.assertEqual(status, 0, output)
        self.assertNotIn("skip", output.lower())
        self.assertEqual(bundle.minirun("delete").returncode, 0)

    def test_from_python(self):
        self.check_driven([sys.executable, "-m", "unittest", "-v", "test_container"], "bindings/python/tests")

    @unittest.skipUnless(shutil.which("go"), "go is not on PATH")
    def test_from_go(self):
        self.check_driven(["go", "test", "-count=1", "-v", "-run", "^TestContainer$", "."], "bindings/go")


def build():
    sources = sorted(pathlib.Path("examples/minirun").glob("*.c"))
    compiler.compiled(MINIRUN, sources, ["-std=gnu99", *compiler.WARNINGS, *compiler.shared("json-c")])


def why_not():
    """The machine's missing requirement, or None."""
    if subprocess.run(["pkg-config", "--exists", "json-c"]).returncode != 0:
        return "json-c, which reads config.json, is missing (Debian's libjson-c-dev)"
    if shutil.which("busybox") is None:
        return "busybox, which a container's root needs, is missing"
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", *([] if os.geteuid() == 0 else ["--user"]), "true"],
                      stderr=subprocess.DEVNULL).returncode != 0:
        return "namespaces are refused here"
    return None


if __name__ == "__main__":
    reason = why_not()
    if reason is not None:
        print(f"SKIPPED: minirun: {reason}")
        sys.exit(0)
    build()
    unittest.main(verbosity=1)
