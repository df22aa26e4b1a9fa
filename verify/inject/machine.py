"""The machine's resources: the compiled programs, a cgroup, containers. Scenarios that lack one print SKIPPED."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import compiler

FLAGS = ["-std=c99", "-g", *compiler.STRICT, "-D_GNU_SOURCE"]
HERE = pathlib.Path(__file__).parent
# The box that the hooks of a situation enter.
BOXES = {"start-container": "start", "not-executed-inside": "start", "create-container": "create", "create-by-script": "create",
         "timeout-inside": "create", "long-hook-inside": "create", "children-ignored-inside": "create"}
SCRIPT = '#!/bin/sh\nexec "{hook}" "$@"\n'


def compiled(folder):
    """The programs. The hook is static, because it also runs in a container's root."""
    parts = {
        "tracer": (["tracer.c", "faults.c", "registers.c"], []),
        "subject": (["subject.c", "situation.c", "host.c"], compiler.shared()),
        "hook": (["hook.c"], ["-static"]),
        "box": (["box.c"], []),
    }
    for name, (sources, flags) in parts.items():
        try:
            compiler.compiled(folder / name, [HERE / source for source in sources], [*FLAGS, *flags])
        except subprocess.CalledProcessError:
            needs = " (the hook is linked statically: libc.a is in Debian's libc6-dev)" if "-static" in flags else ""
            raise SystemExit(f"could not compile {HERE / sources[0]}{needs}") from None
    return {name: str(folder / name) for name in parts}


def cgroup():
    """A cgroup below our own, in the first cgroup2 mount that permits it, or None."""
    own = next((line[3:] for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::")), "")
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        path = pathlib.Path(place + own) / f"ocihooks-inject-{os.getpid()}"
        with contextlib.suppress(OSError):
            if kind == "cgroup2":
                path.mkdir()
                return path
    return None


class Box:
    """A container that hooks may enter."""

    def __init__(self, program, kind, root, hook):
        self.process = subprocess.Popen([program, kind, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        word, _, self.pid = self.process.stdout.readline().strip().partition(" ")
        self.reason = None if word == "pid" else f"{word} {self.pid}"
        if self.reason is None:
            shutil.copy(hook, root / "bin/hook")

    def stop(self):
        self.process.communicate()


class Machine:
    """All resources, as a context that cleans up after itself. `missing` maps situations to reasons to skip them."""

    def __init__(self, programs):
        self.programs = programs
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ocihooks-inject-"))
        self.missing = {}
        self.cgroup = cgroup()
        if self.cgroup is None:
            self.missing["cgroup"] = "no cgroup (version 2) can be created here"
        self.boxes = {kind: Box(programs["box"], kind, self.folder / kind, programs["hook"]) for kind in ("start", "create")}
        for situation, kind in BOXES.items():
            if self.boxes[kind].reason is not None:
                self.missing[situation] = self.boxes[kind].reason
        self.found = self.folder / "found"
        self.found.mkdir(mode=0o777)
        script = self.found / "script"
        script.write_text(SCRIPT.format(hook=programs["hook"]))
        script.chmod(0o755)

    def environment(self, scenario):
        box = self.boxes[BOXES.get(scenario.situation, "create")]
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            # Without this, memory in malloc's thread cache would count as in use.
            "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
            "INJECT_HOOK": self.programs["hook"],
            "INJECT_FOLDER": str(self.found),
            "INJECT_CGROUP": str(self.cgroup or ""),
            "INJECT_BOX": box.pid if box.reason is None else "",
            "INJECT_ROOT": str(self.folder / "start"),
            **scenario.environment,
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for box in self.boxes.values():
            box.stop()
        if self.cgroup is not None:
            with contextlib.suppress(OSError):
                self.cgroup.rmdir()
        shutil.rmtree(self.folder, ignore_errors=True)
