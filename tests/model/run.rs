//! Runs a case with the library, and records the result.

use std::fs;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Mutex;
use std::time::Instant;

use ocihooks::{
    CallbackFailure, Command, Event, FailurePolicy, HookReport, Hooks, Kind, Outcome as Came, Output, Report,
    Runner, Timeout,
};
use serde_json::{Map, Value};

use crate::case::{Broken, Budget, Callback, Case, Daemon, Hook, Policy, Program, Stream};
use crate::common;
use crate::hook;
use crate::outcome::{self, Outcome};
use crate::world::World;

/// How long a killed daemon may take to die, in milliseconds.
const DEATH_TIME: i32 = 10_000;

type Streamed = Vec<[Vec<u8>; 2]>;

pub fn run(case: &Case, world: &World) -> Outcome {
    let before = descriptors();
    let hooks = hooks(case, world);
    let streamed = Mutex::new(vec![<[Vec<u8>; 2]>::default(); case.hooks.len()]);
    let mut runner = runner(case, world);
    if case.observed {
        observe(&mut runner, world, &streamed);
    }
    if case.canceled_before {
        hook::append(&format!("{}/cancel", world.folder()), "stop");
    }
    let result = runner.run(&hooks, case.phase, world.state(case).as_bytes());
    drop(runner);
    let mut outcome = match result {
        Ok(report) => of_report(&report),
        Err(failed) => match failed.report {
            Some(report) => Outcome { message: Some(failed.error.to_string()), ..of_report(&report) },
            None => Outcome {
                refused: Some(failed.error.to_string()),
                code: failed.error.code().as_raw(),
                ..Outcome::default()
            },
        },
    };
    outcome.log = world.log();
    look_after(case, world, &mut outcome, streamed.into_inner().expect("no panic"));
    drop(hooks);
    outcome.leftovers = leftovers(before);
    outcome
}

fn hooks(case: &Case, world: &World) -> Hooks {
    let mut hooks = Hooks::new();
    for (index, hook) in case.hooks.iter().enumerate() {
        hooks.add(case.phase, made(case, world, index, hook)).expect("a valid hook");
    }
    // A hook of another phase, which must not run.
    let decoy = Command::new("/bin/sh").args(["sh", "-c", &format!("echo decoy >> {}/log", world.folder())]);
    hooks.add("x-other", ocihooks::Hook::Command(decoy)).expect("a valid hook");
    hooks
}

fn made(case: &Case, world: &World, index: usize, hook: &Hook) -> ocihooks::Hook {
    let mut command = Command::new(world.path(hook).unwrap_or_default());
    command.dir = world.directory(hook).map(Into::into);
    match hook {
        Hook::Callback(callback) => return ocihooks::Hook::Callback(function(case, world, index, *callback)),
        Hook::Broken(Broken::ArgumentTooLong) => command = command.args(["x".repeat(3 << 20)]),
        Hook::Broken(_) => {}
        Hook::Program(program) => command = command.args(hook::arguments(program, &world.folder(), index)),
    }
    let limit = match hook {
        Hook::Program(Program { limit, .. }) => *limit,
        // A hook that ends at once must not be late on a busy machine.
        _ => case.default_limit.map(|_| crate::case::Limit::Ample),
    };
    let limit = world
        .own_limit(limit)
        .and_then(|limit| Timeout::from_nanos(i64::try_from(limit.as_nanos()).ok()?).ok());
    ocihooks::Hook::Command(limit.map_or(command.clone(), |limit| command.timeout(limit)))
}

fn function(case: &Case, world: &World, index: usize, callback: Callback) -> ocihooks::Callback {
    let (phase, state, folder) = (case.phase, world.state(case), world.folder());
    let budget = world.budget(case).filter(|_| case.budget == Budget::Short);
    ocihooks::Callback::new(move |call| {
        let started = Instant::now();
        assert_eq!((call.phase, call.state), (phase, state.as_bytes()), "what a callback is told");
        hook::append(&format!("{folder}/log"), &hook::ran(index));
        match callback {
            Callback::Cancels => hook::append(&format!("{folder}/cancel"), "stop"),
            Callback::Overstays => {
                while budget.is_some_and(|budget| started.elapsed() < budget) {
                    std::thread::yield_now();
                }
            }
            _ => {}
        }
        match hook::answer(callback) {
            None => Ok(()),
            Some((code, message)) => Err(CallbackFailure { code, message: message.into() }),
        }
    })
}

fn runner<'w>(case: &Case, world: &'w World) -> Runner<'w> {
    let mut runner = Runner::new();
    runner
        .failure_policy(match case.policy {
            Policy::Spec => FailurePolicy::Spec,
            Policy::SpecBefore13 => FailurePolicy::SpecBefore13,
            Policy::FailFast => FailurePolicy::FailFast,
            Policy::KeepGoing => FailurePolicy::KeepGoing,
        })
        .default_timeout(world.default_limit(case))
        .budget(world.budget(case))
        .grace(world.grace(case))
        .cancel(Some(world.cancel.as_fd()));
    for (stream, wanted) in [ocihooks::Stream::Stdout, ocihooks::Stream::Stderr].into_iter().zip(case.streams)
    {
        runner.output(stream, if wanted == Stream::Captured { Output::Capture } else { Output::Discard });
    }
    if let Some(bytes) = case.capture_limit {
        runner.capture_limit(bytes);
    }
    if let Some(bytes) = case.phase_capture_limit {
        runner.phase_capture_limit(bytes);
    }
    runner
}

fn observe<'w>(runner: &mut Runner<'w>, world: &'w World, streamed: &'w Mutex<Streamed>) {
    let log = format!("{}/log", world.folder());
    runner.on_event(move |event| {
        let line = match event {
            Event::Before { index, path, .. } => {
                format!("before {index} {}", path.unwrap_or("callback".as_ref()).display())
            }
            Event::After { index, hook, .. } => {
                let (outcome, _) = common::outcome(&hook.outcome);
                format!("after {index} {outcome} {}", cause(hook).unwrap_or_default())
            }
            _ => "an event that nobody knows".into(),
        };
        hook::append(&log, &line);
    });
    runner.on_output(move |index, stream, bytes| {
        streamed.lock().expect("no panic")[index][stream as usize - 1].extend_from_slice(bytes);
    });
}

fn of_report(report: &Report) -> Outcome {
    let json: Value = serde_json::from_str(&report.to_json()).expect("a report is JSON");
    let hooks = report.hooks.iter().enumerate().map(|(index, hook)| outcome::Hook {
        json: in_json(&json["hooks"][index]),
        fields: fields(index, hook),
        streams: [hook.stdout.bytes().into_owned(), hook.stderr.bytes().into_owned()],
        ..outcome::Hook::default()
    });
    let text = |value: &Value| value.as_str().map(str::to_owned);
    assert_eq!(json["code"], report.code().as_raw(), "the code in JSON");
    let texts: Vec<_> = report.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(json["warnings"], Value::from(texts.clone()), "the warnings in JSON");
    assert_eq!(text(&json["message"]), report.error().map(|error| error.to_string()), "the message in JSON");
    Outcome {
        code: report.code().as_raw(),
        message: text(&json["message"]),
        warnings: texts,
        hooks: hooks.collect(),
        ..Outcome::default()
    }
}

/// An entry of the report's JSON, without the values that differ each time.
fn in_json(entry: &Value) -> Map<String, Value> {
    let mut entry = entry.as_object().expect("an object").clone();
    if let Some(pid) = entry.get_mut("pid") {
        *pid = (pid.as_i64() > Some(0)).into();
    }
    for time in ["durationNs", "userTimeNs", "systemTimeNs"] {
        entry.remove(time);
    }
    entry
}

/// The same entry, from the report's fields.
fn fields(index: usize, hook: &HookReport) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |key: &str, value: Value| members.insert(key.to_owned(), value);
    let (outcome, number) = common::outcome(&hook.outcome);
    put("index", index.into());
    put("kind", if hook.kind == Kind::Command { "command" } else { "callback" }.into());
    put("outcome", outcome.into());
    hook.path.as_ref().map(|path| put("path", path.to_string_lossy().into()));
    number.map(|(key, number)| put(key, number.into()));
    cause(hook).map(|cause| put("message", cause.into()));
    hook.pid.map(|pid| put("pid", (pid > 0).into()));
    if hook.kind == Kind::Command && hook.outcome != Came::Skipped {
        common::put_streams(hook, |key, value| drop(put(key, value)));
    }
    members
}

fn cause(hook: &HookReport) -> Option<String> {
    hook.cause().map(ToString::to_string)
}

/// Records the data of the output callback, and the fate of the daemons.
fn look_after(case: &Case, world: &World, outcome: &mut Outcome, streamed: Streamed) {
    let arrived: Vec<bool> =
        (0..case.hooks.len()).map(|index| outcome.log.contains(&hook::ran(index))).collect();
    for (index, (hook, seen)) in outcome.hooks.iter_mut().zip(streamed).enumerate() {
        hook.seen = seen;
        let Some(fifo) = &world.daemons[index] else { continue };
        if arrived[index] {
            let stopped = ["timedOut", "canceled"].map(Value::from).contains(&hook.fields["outcome"]);
            let grouped =
                matches!(&case.hooks[index], Hook::Program(Program { daemon: Daemon::InGroup, .. }));
            // A SIGKILL is on its way to a daemon in the group; any other daemon has its final state already.
            let time = if stopped && grouped { DEATH_TIME } else { 0 };
            let mut poll = libc::pollfd { fd: fifo.as_raw_fd(), events: 0, revents: 0 };
            // SAFETY: one structure.
            let gone = unsafe { libc::poll(&raw mut poll, 1, time) } == 1;
            hook.daemon_lives = Some(!gone);
        }
    }
}

/// The numbers of the open descriptors; empty without /proc.
fn descriptors() -> Vec<String> {
    let entries = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn leftovers(before: Vec<String>) -> Vec<String> {
    let mut leftovers = Vec::new();
    let after = descriptors();
    if after != before {
        leftovers.push(format!("descriptors {after:?}, before {before:?}"));
    }
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT | libc::__WALL;
    // SAFETY: the call fills in nothing.
    if unsafe { libc::waitid(libc::P_ALL, 0, std::ptr::null_mut(), options) } == 0 {
        leftovers.push("a child".into());
    }
    leftovers
}
