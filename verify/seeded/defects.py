"""Defects to seed, each with the command that has to find it. A defect replaces a text that occurs once in one file. A
changed text fails `make seeded`, and needs an update here."""
import dataclasses


@dataclasses.dataclass
class Defect:
    name: str
    file: str
    old: str
    new: str
    # The command that has to fail, and a part of its output, which rules out another reason.
    command: str
    says: str


STRERROR = """\
        let known = Code::ALL.into_iter().find(|known| known.as_raw() == code);
        known.map_or(c"unknown error code", Code::text).as_ptr()
"""

DEFECTS = [
    Defect("a guard is missing", "src/capi/text.rs",
           "    guard_value(c\"\".as_ptr(), || {\n" + STRERROR + "    })\n", STRERROR,
           "cargo test -q --test guards", "works outside of a guard"),
    Defect("an enum value is changed", "src/capi/constants.rs",
           "OCIHOOKS_ERR_TIMEOUT = -9,", "OCIHOOKS_ERR_TIMEOUT = -19,",
           "make header abi", "OCIHOOKS_ERR_TIMEOUT"),
    Defect("a function is gone", "src/capi/text.rs",
           "#[unsafe(no_mangle)]\npub extern \"C\" fn ocihooks_strerror", "pub extern \"C\" fn ocihooks_strerror",
           "make header abi", "ocihooks_strerror"),
    Defect("a function has one more argument", "src/capi/map.rs",
           "    timeout_seconds: c_int,\n    errmsg", "    timeout_seconds: c_int,\n    _more: c_int,\n    errmsg",
           "make header abi", "ocihooks_add_command"),
    Defect("the check for a NUL is missing", "src/hook.rs",
           "text.contains('\\0').then_some(rule::NO_NUL)", "text.contains('\\u{1}').then_some(rule::NO_NUL)",
           "make fuzz FUZZ_SECONDS=60 FUZZ_TARGETS=model", "fuzzing model found something"),
    Defect("a key is written without escapes", "src/json/write.rs",
           "Member::Value(value) => map.serialize_entry(name, value)?,",
           "Member::Value(value) => map.serialize_entry(&name.replace(['\"', '\\\\'], \"\"), value)?,",
           "make fuzz FUZZ_SECONDS=60 FUZZ_TARGETS=parse", "fuzzing parse found something"),
    Defect("a byte is written behind the buffer", "src/capi/ptr.rs",
           "let mut fits = text.len().min(size.saturating_sub(1));", "let mut fits = text.len().min(size);",
           "make sanitize SANITIZE=short TOOL=memcheck PROGRAM=02-buffers", "FAIL memcheck 02-buffers"),
    Defect("a handle is not freed", "src/capi/ptr.rs",
           "drop(unsafe { Box::from_raw(pointer) });", "std::mem::forget(unsafe { Box::from_raw(pointer) });",
           "make sanitize SANITIZE=short TOOL=asan PROGRAM=20-run", "FAIL asan 20-run"),
    Defect("poststop stops at the first failure", "src/run/runner/options.rs",
           "phase.map_or(OnFailure::Stop, Phase::on_failure)", "phase.map_or(OnFailure::Stop, |_| OnFailure::Stop)",
           "cargo test -q --test model", "repeat it with"),
    Defect("the kept tail begins anywhere", "src/run/process/streams/kept.rs",
           "self.tail.rotate_left(self.next);", "self.tail.rotate_left(0);",
           "cargo test -q --test model", "repeat it with"),
    Defect("a descriptor is left open after a timeout", "src/run/process/hook.rs",
           "        kill::all(&child.process, job.runner.cgroup);",
           "        kill::all(&child.process, job.runner.cgroup);\n        std::mem::forget(child.process.pidfd.try_clone());",
           "make soak SOAK_HOOKS=4000", "descriptors"),
    Defect("a failed write of the state counts as success", "src/run/process/streams/stdin.rs",
           "    write_all(&file, state)\n        .map_err(|errno| SystemFailure { call: \"write of the state into memory\", errno })?;\n",
           "    let _ = write_all(&file, state);\n",
           "make inject INJECT_LEVEL=short", "write"),
    Defect("an interrupted wait counts as its end", "src/run/process/watch.rs",
           "if answer < 0 && Errno::last().0 != libc::EINTR {", "if answer < 0 {",
           "make inject INJECT_LEVEL=short", "ppoll"),
]
