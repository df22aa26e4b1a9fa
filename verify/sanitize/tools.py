"""The tools: how each builds and runs a program, and where its findings appear."""
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
    """A missing tool. The text names its package."""


def valgrind(*options):
    if shutil.which("valgrind") is None:
        raise Missing("valgrind is missing (Debian package valgrind)")
    # One log for the program and its forked children. Hooks are separate programs and stay unchecked.
    return ["valgrind", "-q", "--error-exitcode=99", "--trace-children=no", f"--log-file={LOG}", *options]


def memcheck():
    command = valgrind("--leak-check=full", "--show-leak-kinds=definite,indirect,possible",
                       "--errors-for-leak-kinds=definite,indirect,possible", f"--suppressions={HERE}/valgrind.supp")
    return Tool("memcheck", {"static": compiler.static()}, SLOW, command,
                short=["11-callbacks", "02-buffers", "01-null", "20-run", "42-capture"])


def helgrind():
    """Races in C and in Rust code, because Valgrind checks all code."""
    command = valgrind("--tool=helgrind", f"--suppressions={HERE}/valgrind.supp")
    return Tool("helgrind", {"static": compiler.static()}, SLOW, command, programs=THREADED,
                short=["61-threads"])


def has_runtime(flag, package):
    """Whether the compiler can link with a sanitizer."""
    command = [*compiler.CC, flag, "-xc", "-", "-o", str(BUILD / "probe")]
    if subprocess.run(command, input=b"int main(void) { return 0; }", stderr=subprocess.DEVNULL).returncode != 0:
        raise Missing(f"{compiler.CC[0]} can't link with {flag} (Debian package {package})")


# Tests that look for handlers would find the sanitizer's handlers.
ASAN_ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=98:handle_segv=0:handle_sigbus=0:handle_sigfpe=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}
ASAN_FLAGS = [*GCC_SANITIZES, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
ASAN_SHORT = ["11-callbacks", "14-faults", "02-buffers", "01-null", "20-run", "40-output", "61-threads", "53-hostile-hooks"]


def asan():
    """The C side, and the library's use of memory from malloc: leaks, double frees, memcpy beyond the end."""
    has_runtime("-fsanitize=address", "libasan8")
    has_runtime("-fsanitize=undefined", "libubsan1")
    return Tool("asan", {"static": compiler.static(), "shared": compiler.shared()}, ASAN_FLAGS, environment=ASAN_ENVIRONMENT,
                short=ASAN_SHORT)


def asan_rust():
    """The Rust side too, built by a nightly compiler. The standard library alone is not instrumented."""
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
    """The C side only: the library's demands on its callers suffice. helgrind finds races within the library."""
    has_runtime("-fsanitize=thread", "libtsan2")
    return Tool("tsan", {"static": [str(HERE / "clone.c"), *compiler.static()]}, [*GCC_SANITIZES, "-fsanitize=thread"],
                environment={"TSAN_OPTIONS": f"exitcode=97:die_after_fork=0:suppressions={HERE.resolve()}/tsan.supp"},
                programs=THREADED, short=["61-threads"])


NEEDED = [memcheck, helgrind, asan, tsan]
OPTIONAL = [asan_rust]


def findings():
    """Valgrind's output for the last program, without its warnings about unknown system calls."""
    text = LOG.read_text(errors="replace") if LOG.exists() else ""
    LOG.unlink(missing_ok=True)
    return [line for line in text.splitlines() if line.strip() and not re.match(r"--\d+--|==\d+== Warning", line)]
