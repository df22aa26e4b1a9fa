//! Runs a command hook from beginning to end.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use crate::errno::Signal;
use crate::hook::Command;
use crate::outcome::Outcome;
use crate::phase::Phase;
use crate::run::process::end::kill;
use crate::run::process::end::reap::{Reaped, Status};
use crate::run::process::phase_resources::PhaseResources;
use crate::run::process::spawn::child::{AfterDeath, Child, ChildFailure};
use crate::run::process::spawn::exec_image::ExecImage;
use crate::run::process::spawn::exec_plan::{ExecPlan, Joins};
use crate::run::process::streams::capture::Capture;
use crate::run::process::streams::output::{self, Sink};
use crate::run::process::streams::stdin::{self, Stdin};
use crate::run::process::system::deadline::Deadline;
use crate::run::process::system::descriptor;
use crate::run::process::system::failure::SystemFailure;
use crate::run::process::watch::{Stage, Stop, StopOptions, Stopped, WaitResult, Watch};
use crate::run::report::{Captured, HookReport, WarningKind};
use crate::run::runner::Runner;
use crate::run::runner::Stream;

/// The hook's time limits: its own, and the rest of the phase's.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct Limits {
    pub own: Option<Duration>,
    pub budget: Option<Duration>,
    pub phase_ends: Deadline,
}

/// A command in its phase.
pub(in crate::run) struct Job<'j> {
    pub command: &'j Command,
    pub phase: &'j str,
    /// The phase, if it is one of the spec's.
    pub known: Option<Phase>,
    pub state: &'j [u8],
    pub runner: &'j Runner<'j>,
    pub limits: Limits,
    pub on_output: &'j dyn Fn(Stream, &[u8]),
}

/// What the caller should know of a hook besides its end.
pub(in crate::run) type HookWarning = (WarningKind, String);

/// Runs a command and fills in its report. Returns warnings for the caller.
pub(in crate::run) fn run(
    job: &Job<'_>,
    resources: &mut PhaseResources,
    report: &mut HookReport,
) -> Vec<HookWarning> {
    let started = Instant::now();
    let warnings = attempt(job, resources, report, started).unwrap_or_else(|mut outcome| {
        if let Outcome::SystemFailed { started, .. } = &mut outcome {
            *started = report.pid.is_some();
        }
        report.outcome = outcome;
        Vec::new()
    });
    report.duration = started.elapsed();
    warnings
}

fn attempt(
    job: &Job<'_>,
    resources: &mut PhaseResources,
    report: &mut HookReport,
    started: Instant,
) -> Result<Vec<HookWarning>, Outcome> {
    resources.old_calls = job.runner.old_calls;
    output::check_borrowed(job.runner)?;
    // The phase's own descriptors are opened first. So those of the hook have consecutive numbers, and are
    // closed together.
    let stdout = Sink::open(Stream::Stdout, job.runner, resources.kept, &mut resources.dev_null)?;
    let stderr = Sink::open(Stream::Stderr, job.runner, resources.kept, &mut resources.dev_null)?;
    let mut stdin = stdin::holding(job.state, job.runner.old_calls)?;
    let plan = plan(job, resources, &stdin, [&stdout, &stderr])?;
    let mut child = resources.spawn(plan)?;
    report.pid = child.process.number();

    let [(stdout, _kept_open), (stderr, _kept_open_too)] = [stdout.split(), stderr.split()];
    let mut captures = [stdout, stderr];
    let own = Deadline::after(started, job.limits.own);
    let by_budget = job.limits.phase_ends.is_before(own);
    let deadline = if by_budget { job.limits.phase_ends } else { own };
    let mut stage = Stage::Running(deadline);
    let waited = loop {
        let waited = watch(job, resources, &child, stage, &mut stdin, &mut captures)?;
        stage = waited.stage;
        match if waited.dead { child.after_death()? } else { AfterDeath::Nothing } {
            AfterDeath::Nothing => break waited,
            // If the successor's pid is unknown, the report keeps its maker's.
            AfterDeath::Successor => report.pid = child.process.number().or(report.pid),
            AfterDeath::JoinerRefused if stage.stop().is_some() => break waited,
            AfterDeath::JoinerRefused => {
                child = fork_instead(resources, child)?;
                report.pid = child.process.number();
            }
        }
    };
    let skipped = std::mem::take(&mut child.skipped);
    let end = end(job, child, waited, resources, report);
    report.outcome = verdict(&job.limits, &end, stage.stop(), by_budget);
    if let Outcome::Signaled { signal: Signal(libc::SIGKILL), out_of_memory, .. } = &mut report.outcome {
        *out_of_memory = resources.oom_killer_struck(job.runner.cgroup);
    }
    // The verdict stands from here on: a failure to read the rest of the output is a warning.
    let unread = drain(job, resources, &mut captures, waited.unread).err();
    let [lost_of_stdout, lost_of_stderr] =
        captures.each_ref().map(|capture| capture.as_ref().and_then(Capture::lost));
    close(stdin, keep_output(captures, report), end.pidfd, job.runner.old_calls);
    let continued = waited
        .stopped
        .continued
        .map(|signal| format!("was stopped by {}, and continued", signal.name().unwrap_or_default()));
    let unread = unread.map(|failure| failure.to_string());
    let warnings = [
        (WarningKind::Continued, continued),
        (WarningKind::LeftBehind, end.warning),
        (WarningKind::Output, unread),
        (WarningKind::Output, lost_of_stdout.map(|lost| format!("stdout: {lost}"))),
        (WarningKind::Output, lost_of_stderr.map(|lost| format!("stderr: {lost}"))),
    ];
    let skipped = skipped
        .into_iter()
        .map(|(step, errno)| (WarningKind::StepSkipped, Some(format!("{step}: {errno}; it ran without"))));
    Ok(skipped.chain(warnings).filter_map(|(kind, text)| Some((kind, text?))).collect())
}

/// Reads the rest of the captured streams.
fn drain(
    job: &Job<'_>,
    resources: &mut PhaseResources,
    captures: &mut [Option<Capture>; 2],
    unread: [bool; 2],
) -> Result<(), SystemFailure> {
    for ((capture, stream), unread) in captures.iter_mut().zip([Stream::Stdout, Stream::Stderr]).zip(unread) {
        if let Some(capture) = capture.as_mut().filter(|capture| unread || capture.is_in_memory()) {
            capture.drain(resources.buffer(), |bytes| (job.on_output)(stream, bytes))?;
        }
    }
    Ok(())
}

/// Puts the captured output into the report; returns the ends of its pipes.
fn keep_output([stdout, stderr]: [Option<Capture>; 2], report: &mut HookReport) -> [[Option<OwnedFd>; 2]; 2] {
    let keep = |capture: Capture, place: &mut Captured| {
        let (captured, pipe) = capture.finish();
        *place = captured;
        pipe
    };
    [
        stdout.map_or([None, None], |it| keep(it, &mut report.stdout)),
        stderr.map_or([None, None], |it| keep(it, &mut report.stderr)),
    ]
}

/// Closes the hook's descriptors.
fn close(
    stdin: Stdin<'_>,
    [stdout, stderr]: [[Option<OwnedFd>; 2]; 2],
    pidfd: Option<OwnedFd>,
    old_calls: bool,
) {
    let ([out, out_writer], [err, err_writer]) = (stdout, stderr);
    descriptor::close_together([stdin.into_descriptor(), out, out_writer, err, err_writer, pidfd], old_calls);
}

fn plan(
    job: &Job<'_>,
    resources: &mut PhaseResources,
    stdin: &Stdin<'_>,
    [stdout, stderr]: [&Sink; 2],
) -> Result<ExecPlan, Outcome> {
    let image = ExecImage::new(job.command, job.phase, job.runner);
    let entry = match (job.runner.entered(), job.known) {
        (Some(container), Some(phase)) => resources.entry(&container, phase)?,
        _ => None,
    };
    let joins = Joins {
        cgroup: resources.cgroup(job.runner.cgroup)?,
        entry,
        group: resources.process_group(job.runner.process_group),
        caller: if job.runner.dies_with_caller { Some(resources.caller()?) } else { None },
    };
    Ok(ExecPlan::new(image, job.runner, stdin, [stdout.source(), stderr.source()], joins))
}

/// Starts again with a fork if the kernel refused to execute the joiner: no step was done yet.
fn fork_instead(resources: &mut PhaseResources, refused: Child) -> Result<Child, SystemFailure> {
    resources.joiner_was_refused();
    refused.reap();
    let (_, prepared, _) = refused.into_parts();
    resources.spawn_prepared(prepared)
}

fn watch(
    job: &Job<'_>,
    resources: &mut PhaseResources,
    child: &Child,
    stage: Stage,
    stdin: &mut Stdin<'_>,
    captures: &mut [Option<Capture>; 2],
) -> Result<WaitResult, SystemFailure> {
    let runner = job.runner;
    let options = StopOptions { grace: runner.grace, cancel: &runner.cancel, cgroup: runner.cgroup };
    let captures = captures.each_mut();
    let buffer = resources.buffer();
    let stopped = Stopped::unknown();
    Watch { child, options, stdin, captures, buffer, on_output: job.on_output, stopped }.until_the_end(stage)
}

/// How a child ended.
struct End {
    /// The step that failed: one before the hook's execve, or the execve itself.
    failed: Option<ChildFailure>,
    status: Status,
    /// Closed together with the hook's other descriptors; `None` if the hook was left behind with its pidfd.
    pidfd: Option<OwnedFd>,
    /// The warning that the hook was left behind.
    warning: Option<String>,
}

/// Reaps a dead child, and returns its pidfd. A child that can't be killed is left behind, with a warning.
fn end(
    job: &Job<'_>,
    child: Child,
    waited: WaitResult,
    resources: &mut PhaseResources,
    report: &mut HookReport,
) -> End {
    if !waited.dead {
        let pid = report.pid.unwrap_or_default();
        let warning = format!("process {pid} did not die of SIGKILL, and was left behind");
        child.abandon();
        return End { failed: None, status: Status::Lost, pidfd: None, warning: Some(warning) };
    }
    if waited.stage.stop().is_some() {
        // Kills the rest of the process group as well. The group's id stays the hook's until the hook is
        // reaped.
        kill::all(&child.process, job.runner.cgroup);
    }
    let Reaped { status, user_time, system_time } = child.reap();
    (report.user_time, report.system_time) = (user_time, system_time);
    let (failed, prepared, process) = child.into_parts();
    if failed.is_none() && matches!(status, Status::Exited(_)) && prepared.plan.enters_container() {
        resources.container_was_entered();
    }
    resources.keep(prepared);
    End { failed, status, pidfd: Some(process.pidfd), warning: None }
}

/// Turns the end of a hook into its outcome.
fn verdict(limits: &Limits, end: &End, stop: Option<Stop>, by_budget: bool) -> Outcome {
    if let Some((step, errno, obstacle)) = end.failed {
        return Outcome::SpawnFailed { step, errno, obstacle };
    }
    let signal = if let Status::Signaled { signal, .. } = end.status { Some(signal) } else { None };
    match (stop, end.status) {
        (Some(Stop::TimedOut), _) => {
            let limit = if by_budget { limits.budget } else { limits.own }.unwrap_or_default();
            Outcome::TimedOut { limit, budget: by_budget, signal }
        }
        (Some(Stop::Canceled), _) => Outcome::Canceled(signal),
        (Some(Stop::WantsTerminal(signal)), _) => Outcome::Stopped(signal),
        (None, Status::Exited(status)) => Outcome::Exited(status),
        (None, Status::Signaled { signal, core_dumped }) => {
            Outcome::Signaled { signal, out_of_memory: false, core_dumped }
        }
        (None, Status::Lost) => Outcome::Lost,
    }
}
