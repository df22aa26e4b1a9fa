//! What a runtime in Rust builds on: lists of hooks that it read itself, paths of any bytes, and errors with their sources.

use std::error::Error as _;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use ocihooks::{
    Callback, Code, Command, Errno, Error, Hook, HookError, Hooks, Outcome, RunError, Runner, Step, Timeout,
};

const STATE: &[u8] =
    br#"{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/run/web-1"}"#;

fn shell(script: &str) -> Command {
    Command::new("/bin/sh").args(["sh", "-c", script])
}

fn failure(hooks: &[Hook], phase: Option<&str>) -> Box<RunError> {
    Runner::new().run_list(hooks, phase, STATE).expect_err("a hook fails")
}

#[test]
fn a_list_runs_in_order_up_to_a_failure() {
    let hooks = [
        Hook::Command(shell("cat")),
        Hook::Callback(Callback::new(|call| {
            assert_eq!((call.phase, call.state), ("createRuntime", STATE));
            Ok(())
        })),
        Hook::Command(shell("exit 3")),
        Hook::Command(shell("exit 4")),
    ];
    let failed = failure(&hooks, Some("createRuntime"));
    assert_eq!(failed.to_string(), "error running createRuntime hook #2: /bin/sh: exited with status 3");
    let report = failed.report.expect("the list had begun");
    assert_eq!(report.phase, "createRuntime");
    assert_eq!(report.hooks[0].stdout.bytes(), STATE);
    assert_eq!(report.hooks[3].outcome, Outcome::Skipped);
}

/// The policy and the status that is expected are the phase's.
#[test]
fn the_phase_of_a_list_counts() {
    let hooks = [Hook::Command(shell("exit 3")), Hook::Command(shell("exit 0"))];
    let report = Runner::new().run_list(&hooks, Some("poststop"), STATE).expect("poststop goes on");
    assert_eq!(report.hooks[1].outcome, Outcome::Exited(0));
    assert_eq!(report.warnings.len(), 2, "{:?}", report.warnings);
}

#[test]
fn a_list_needs_no_phase() {
    let script = "test -z ${PHASE+set} || exit 9; exit 3";
    let hooks = [Hook::Command(shell(script))];
    let mut runner = Runner::new();
    runner.phase_variable(Some("PHASE".into()));
    let failed = runner.run_list(&hooks, None, STATE).expect_err("it exits with 3");
    assert_eq!(failed.to_string(), "error running hook #0: /bin/sh: exited with status 3");
    assert_eq!(failed.report.expect("the list had begun").phase, "");
}

#[test]
fn nothing_of_a_list_runs_where_a_hook_is_wrong() {
    let never = Hook::Callback(Callback::new(|_| panic!("it must not run")));
    let wrong = [never.clone(), Hook::Command(Command::new("bin/true").args(["a\0"]))];
    let failed = failure(&wrong, Some("createRuntime"));
    assert_eq!(
        failed.to_string(),
        "invalid hooks: /1/path must be an absolute path, not \"bin/true\"; \
         /1/args/0 must not contain a NUL, not \"a\\u0000\""
    );
    assert!(failed.report.is_none());
    let failed = Runner::new().run_list(&[never], None, b"{}").expect_err("no state");
    assert_eq!(failed.error.code(), Code::InvalidState);
}

/// A directory whose name is no UTF-8, with a program in it; removed at the end.
struct Foreign(PathBuf);

impl Foreign {
    fn new(test: &str) -> Self {
        let name = [test.as_bytes(), b"-\xff"].concat();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(OsStr::from_bytes(&name));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a directory");
        std::os::unix::fs::symlink("/bin/sh", folder.join("sh")).expect("a link");
        Self(folder)
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn paths_are_any_bytes() {
    let foreign = Foreign::new("any-bytes");
    let path = foreign.0.join("sh");
    let hook = Command::new(&path).args(["sh", "-c", "pwd; exit 3"]);
    let mut runner = Runner::new();
    runner.working_directory(Some(foreign.0.clone()));
    let failed = runner.run_list(&[Hook::Command(hook)], None, STATE).expect_err("it exits with 3");
    let hook = &failed.report.as_ref().expect("the list had begun").hooks[0];
    assert_eq!(hook.outcome, Outcome::Exited(3));
    assert_eq!(hook.path.as_ref(), Some(&path));
    assert_eq!(hook.stdout.bytes().trim_ascii_end(), foreign.0.as_os_str().as_bytes());
    assert!(failed.report.as_ref().expect("it had begun").to_json().contains("any-bytes-\u{fffd}/sh"));
}

#[test]
fn paths_of_a_map_are_utf_8() {
    let mut hooks = Hooks::new();
    let path = OsStr::from_bytes(b"/bin/\xff");
    for command in [Command::new(path), Command::new("/bin/true").dir(path)] {
        let error = hooks.add("poststop", Hook::Command(command)).expect_err("it is no JSON");
        assert!(error.to_string().ends_with("must be UTF-8, as JSON is, not \"/bin/\u{fffd}\""), "{error}");
    }
    assert_eq!(hooks.count("poststop"), 0);
}

#[test]
fn each_error_has_its_source() {
    let hooks = [Hook::Command(Command::new("/nosuch/hook"))];
    let failed = failure(&hooks, Some("createRuntime"));
    let mut chain = std::iter::successors(failed.source(), |error| (**error).source());
    let error = chain.next().and_then(|error| error.downcast_ref::<Error>()).expect("the error");
    assert_eq!(error, &failed.error);
    let hook = chain.next().and_then(|error| error.downcast_ref::<HookError>()).expect("the hook's error");
    assert_eq!((hook.index, hook.path.as_deref()), (0, Some(Path::new("/nosuch/hook"))));
    let outcome = chain.next().and_then(|error| error.downcast_ref::<Outcome>()).expect("the outcome");
    assert!(matches!(outcome, Outcome::SpawnFailed { step: Step::Execute, .. }), "{outcome}");
    let errno = chain.next().and_then(|error| error.downcast_ref::<Errno>()).expect("the errno");
    assert_eq!(io::Error::from(*errno).kind(), io::ErrorKind::NotFound);
    assert!(chain.next().is_none());
}

#[test]
fn a_timeout_says_what_is_wrong_with_it() {
    for (timeout, expected) in [
        (Timeout::from_seconds(0), "a timeout must be greater than zero, not 0 s"),
        (Timeout::from_seconds(-1), "a timeout must be greater than zero, not -1 s"),
        (Timeout::from_seconds(i64::MIN), "a timeout must be greater than zero, not -9223372036854775808 s"),
        (Timeout::from_seconds(1 << 31), "a timeout must be at most 2147483647 seconds, not 2147483648 s"),
        (
            Timeout::from_seconds(i64::MAX),
            "a timeout must be at most 2147483647 seconds, not 9223372036854775807 s",
        ),
        (Timeout::from_nanos(0), "a timeout must be greater than zero, not 0 ns"),
        (
            Timeout::from_nanos(i64::MAX),
            "a timeout must be at most 2147483647 seconds, not 9223372036854775807 ns",
        ),
    ] {
        assert_eq!(timeout.expect_err(expected).to_string(), expected);
    }
    assert_eq!(Timeout::from_seconds((1 << 31) - 1).map(Timeout::as_seconds), Ok((1 << 31) - 1));
    assert_eq!(Timeout::from_nanos(1).map(Timeout::as_nanos), Ok(1));
}
