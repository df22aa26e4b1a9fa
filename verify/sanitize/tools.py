"""The tools: how a program is built for each, how it is run, and where it is seen that something was found."""
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import compiler

HERE = pathlib.Path(__file__).parent
BUILD = pathlib.Path(os.environ["BUILD"]) / "sanitize"
CARGO = shlex.split(os.environ.get("CARGO", "cargo"))
NIGHTLY = [*CARGO, "+nightly"]
LOG = BUILD / "tool.log"
SLOW = ["-include", str(HERE / "slow.h")]
GCC_SANITIZES = ["-g", "-fno-omit-frame-pointer"]
THREADED = ["61-threads", "37-reaping"]


@dataclasses.dataclass
class Tool:
    name: str
    ways: dict  # how the library is linked: name to flags
    flags: list  # for the compiler
    command: list = dataclasses.field(default_factory=list)  # goes before the program
    environment: dict = dataclasses.field(default_factory=dict)
    programs: list = None  # None: all of c-tests/
    short: list = dataclasses.field(default_factory=list)  # those of the short form


class Missing(Exception):
    """A tool that is not there; the text says which package has it."""


def valgrind(*options):
    if shutil.which("valgrind") is None:
        raise Missing("valgrind is missing (Debian package valgrind)")
    # One log for the program and the children that it forks; hooks are other programs, and not looked at.
    return ["valgrind", "-q", "--error-exitcode=99", "--trace-children=no", f"--log-file={LOG}", *options]


def memcheck():
    command = valgrind("--leak-check=full", "--show-leak-kinds=definite,indirect,possible",
                       "--errors-for-leak-kinds=definite,indirect,possible", f"--suppressions={HERE}/valgrind.supp")
    return Tool("memcheck", {"static": compiler.static()}, SLOW, command,
                short=["11-callbacks", "02-buffers", "01-null", "20-run", "42-capture"])


def helgrind():
    """Races in the Rust code as well: Valgrind looks at whatever runs."""
    return Tool("helgrind", {"static": compiler.static()}, SLOW, valgrind("--tool=helgrind"), programs=THREADED,
                short=["61-threads"])


def has_runtime(flag, package):
    """Whether the compiler can link with a sanitizer."""
    command = [*compiler.CC, flag, "-xc", "-", "-o", str(BUILD / "probe")]
    if subprocess.run(command, input=b"int main(void) { return 0; }", stderr=subprocess.DEVNULL).returncode != 0:
        raise Missing(f"{compiler.CC[0]} can't link with {flag} (Debian package {package})")


# Handlers of the sanitizer's own would be seen by tests that look for handlers.
ASAN_ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=98:handle_segv=0:handle_sigbus=0:handle_sigfpe=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}
ASAN_FLAGS = [*GCC_SANITIZES, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
ASAN_SHORT = ["11-callbacks", "14-faults", "02-buffers", "01-null", "20-run", "40-output", "61-threads", "53-hostile-hooks"]


def asan():
    """The C side, and of the library what it does with memory from malloc: leaks, freed twice, memcpy beyond the end."""
    has_runtime("-fsanitize=address", "libasan8")
    has_runtime("-fsanitize=undefined", "libubsan1")
    return Tool("asan", {"static": compiler.static(), "shared": compiler.shared()}, ASAN_FLAGS, environment=ASAN_ENVIRONMENT,
                short=ASAN_SHORT)


def asan_rust():
    """The Rust side too, by a nightly compiler; the standard library alone is as it comes."""
    if subprocess.run([*NIGHTLY, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        raise Missing("a nightly toolchain is missing (rustup toolchain install nightly)")
    version = subprocess.run(["rustc", "-vV"], check=True, text=True, stdout=subprocess.PIPE).stdout
    target = re.search("^host: (.*)$", version, re.MULTILINE).group(1)
    subprocess.run([*NIGHTLY, "rustc", "-q", "--release", "--lib", "--crate-type", "staticlib", "--target", target,
                    "--target-dir", str(BUILD / "rust")], check=True, env={**os.environ, "RUSTFLAGS": "-Zsanitizer=address"})
    archive = str(BUILD / "rust" / target / "release/libocihooks.a")
    flags = [archive if flag.endswith("libocihooks.a") else flag for flag in compiler.static()]
    return Tool("asan-rust", {"static": flags}, ASAN_FLAGS, environment=ASAN_ENVIRONMENT, short=[])


def tsan():
    """The C side only: that what the library asks of its callers suffices. Races within are helgrind's."""
    has_runtime("-fsanitize=thread", "libtsan2")
    return Tool("tsan", {"static": [str(HERE / "clone.c"), *compiler.static()]}, [*GCC_SANITIZES, "-fsanitize=thread"],
                environment={"TSAN_OPTIONS": f"exitcode=97:die_after_fork=0:suppressions={HERE.resolve()}/tsan.supp"},
                programs=THREADED, short=["61-threads"])


NEEDED = [memcheck, helgrind, asan, tsan]
OPTIONAL = [asan_rust]


def findings():
    """What Valgrind has to say of the last program, less the calls that it says it does not know."""
    text = LOG.read_text(errors="replace") if LOG.exists() else ""
    LOG.unlink(missing_ok=True)
    return [line for line in text.splitlines() if line.strip() and not re.match(r"--\d+--|==\d+== Warning", line)]
