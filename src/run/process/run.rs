//! A command hook from beginning to end.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use super::capture::Capture;
use super::deadline::Deadline;
use super::output::{self, Sink};
use super::plan::ExecPlan;
use super::reap::Status;
use super::spawn::{Child, Next};
use super::stdin::{self, Stdin};
use super::watch::{Ended, Stage, Stop, Terms, Watch};
use super::workshop::Workshop;
use super::{Failure, SystemFailure, descriptor, kill};
use crate::errno::{Errno, Signal};
use crate::error::Cause;
use crate::hook::Command;
use crate::phase::Phase;
use crate::run::environment::ExecImage;
use crate::run::observer::Stream;
use crate::run::report::{Captured, HookReport, Outcome};
use crate::run::runner::Runner;
use crate::run::step::Step;

/// The hook's time: its own limit, and what the phase has left.
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
    /// The phase, where it is one of the spec's.
    pub known: Option<Phase>,
    pub state: &'j [u8],
    pub runner: &'j Runner<'j>,
    pub limits: Limits,
    pub seen: &'j dyn Fn(Stream, &[u8]),
}

/// Runs a command and fills in its report. Returns a warning where one is due.
pub(in crate::run) fn run(job: &Job<'_>, workshop: &mut Workshop, report: &mut HookReport) -> Option<String> {
    let started = Instant::now();
    let warning = attempt(job, workshop, report, started).unwrap_or_else(|failure| {
        let (errno, cause) = match failure {
            Failure::System(failure) => (failure.errno, failure.into()),
            Failure::Step(step, errno) => (errno, Cause::Spawn { step, errno }),
        };
        // With a child, it ran for a while and was killed when a call of ours failed.
        let started = report.pid.is_some();
        report.outcome = if started { Outcome::Lost } else { Outcome::SpawnFailed(errno.0) };
        report.cause = Some(cause);
        None
    });
    report.duration = started.elapsed();
    warning
}

fn attempt(
    job: &Job<'_>,
    workshop: &mut Workshop,
    report: &mut HookReport,
    started: Instant,
) -> Result<Option<String>, Failure> {
    output::check_borrowed(job.runner)?;
    // What the phase keeps first: the numbers behind it are neighbours then, and closed together.
    let mut stdout = Sink::open(Stream::Stdout, job.runner, workshop)?;
    let mut stderr = Sink::open(Stream::Stderr, job.runner, workshop)?;
    let mut stdin = stdin::holding(job.state)?;
    let plan = plan(job, workshop, &stdin, [&stdout, &stderr])?;
    let mut child = workshop.spawn(plan)?;
    report.pid = child.handle.number();

    let mut captures = [stdout.capture(), stderr.capture()];
    let own = Deadline::after(started, job.limits.own);
    let by_budget = job.limits.phase_ends.is_before(own);
    let deadline = if by_budget { job.limits.phase_ends } else { own };
    let mut stage = Stage::Running(deadline);
    let ended = loop {
        let ended = watch(job, workshop, &child, stage, &mut stdin, &mut captures)?;
        stage = ended.stage;
        match if ended.dead { child.after_death()? } else { Next::Nothing } {
            Next::Nothing => break ended,
            // Without a number, it is called by that of the one that made it.
            Next::Successor => report.pid = child.handle.number().or(report.pid),
            Next::ProgramRefused if stage.stop().is_some() => break ended,
            Next::ProgramRefused => {
                child = fork_instead(workshop, child)?;
                report.pid = child.handle.number();
            }
        }
    };
    let (ending, pidfd, left_behind) = end(job, child, ended, workshop, report);
    (report.outcome, report.cause) = verdict(&job.limits, ending, stage.stop(), by_budget);
    if let Some(Cause::Signal(signal @ Signal(libc::SIGKILL))) = report.cause
        && workshop.oom_killer_struck(job.runner.cgroup)
    {
        report.cause = Some(Cause::OutOfMemory(signal));
    }
    // From here on the verdict stands: what goes wrong with the rest of the output is a warning.
    let unread = drain(job, workshop, &mut captures, ended.unread).err();
    close(stdin, keep_output(captures, report), pidfd);
    Ok(left_behind.or_else(|| unread.map(|failure| Cause::from(failure).to_string())))
}

/// Reads what is left in the captured streams.
fn drain(
    job: &Job<'_>,
    workshop: &mut Workshop,
    captures: &mut [Option<Capture>; 2],
    unread: [bool; 2],
) -> Result<(), SystemFailure> {
    for ((capture, stream), unread) in captures.iter_mut().zip([Stream::Stdout, Stream::Stderr]).zip(unread) {
        if let (Some(capture), true) = (capture, unread) {
            capture.drain(workshop.buffer(), |bytes| (job.seen)(stream, bytes))?;
        }
    }
    Ok(())
}

/// Puts what was captured into the report; gives back what it came through.
fn keep_output([stdout, stderr]: [Option<Capture>; 2], report: &mut HookReport) -> [Option<[OwnedFd; 2]>; 2] {
    let keep = |capture: Capture, place: &mut Captured| {
        let (captured, pipe) = capture.finish();
        *place = captured;
        pipe
    };
    [stdout.map(|it| keep(it, &mut report.stdout)), stderr.map(|it| keep(it, &mut report.stderr))]
}

/// Closes what a hook had.
fn close(stdin: Stdin<'_>, pipes: [Option<[OwnedFd; 2]>; 2], pidfd: Option<OwnedFd>) {
    let [stdout, stderr] = pipes.map(|pipe| pipe.map_or([None, None], |ends| ends.map(Some)));
    let ([out, out_writer], [err, err_writer]) = (stdout, stderr);
    descriptor::close_together([stdin.into_descriptor(), out, out_writer, err, err_writer, pidfd]);
}

fn plan(
    job: &Job<'_>,
    workshop: &mut Workshop,
    stdin: &Stdin<'_>,
    [stdout, stderr]: [&Sink; 2],
) -> Result<ExecPlan, Failure> {
    let image = ExecImage::new(job.command, job.phase, job.runner);
    let entry = match (job.runner.entered(), job.known) {
        (Some(container), Some(phase)) => workshop.entry(&container, phase)?,
        _ => None,
    };
    let cgroup = workshop.cgroup(job.runner.cgroup)?;
    Ok(ExecPlan::new(image, job.runner, stdin, [stdout.source(), stderr.source()], cgroup, entry.as_ref()))
}

/// Begins anew where the kernel did not execute the program: nothing was done yet.
fn fork_instead(workshop: &mut Workshop, refused: Child) -> Result<Child, SystemFailure> {
    workshop.program_was_refused();
    refused.reap();
    let (_, plan, stack, _) = refused.into_parts();
    workshop.put_stack(stack);
    workshop.spawn(plan)
}

fn watch(
    job: &Job<'_>,
    workshop: &mut Workshop,
    child: &Child,
    stage: Stage,
    stdin: &mut Stdin<'_>,
    captures: &mut [Option<Capture>; 2],
) -> Result<Ended, SystemFailure> {
    let runner = job.runner;
    let terms = Terms { grace: runner.grace, cancel: &runner.cancel, cgroup: runner.cgroup };
    let captures = captures.each_mut();
    let buffer = workshop.buffer();
    Watch { child, terms, stdin, captures, buffer, seen: job.seen }.until_the_end(stage)
}

/// What a child came to.
enum Ending {
    /// A step before the hook, or its execve, failed.
    NotExecuted(Step, Errno),
    Dead(Status),
}

/// Reaps a dead child, and gives back its pidfd; or leaves one that can't be killed, with a warning about that.
fn end(
    job: &Job<'_>,
    child: Child,
    ended: Ended,
    workshop: &mut Workshop,
    report: &mut HookReport,
) -> (Ending, Option<OwnedFd>, Option<String>) {
    if !ended.dead {
        let pid = report.pid.unwrap_or_default();
        let warning = format!("process {pid} did not die of SIGKILL, and was left behind");
        child.abandon();
        return (Ending::Dead(Status::Lost), None, Some(warning));
    }
    if ended.stage.stop().is_some() {
        // Who lives on in the group goes too; its number is the hook's until that is reaped.
        kill::all(&child.handle, job.runner.cgroup);
    }
    let reaped = child.reap();
    (report.user_time, report.system_time) = (reaped.user_time, reaped.system_time);
    let (failed, plan, stack, handle) = child.into_parts();
    if failed.is_none() && matches!(reaped.status, Status::Exited(_)) && plan.enters_container() {
        workshop.container_was_entered();
    }
    workshop.put_stack(stack);
    let ending = failed.map_or(Ending::Dead(reaped.status), |(step, errno)| Ending::NotExecuted(step, errno));
    (ending, Some(handle.pidfd), None)
}

/// What that is called.
fn verdict(limits: &Limits, ending: Ending, stop: Option<Stop>, by_budget: bool) -> (Outcome, Option<Cause>) {
    let status = match ending {
        Ending::NotExecuted(step, errno) => {
            return (Outcome::SpawnFailed(errno.0), Some(Cause::Spawn { step, errno }));
        }
        Ending::Dead(status) => status,
    };
    let signal = if let Status::Signaled(signal) = status { Some(signal) } else { None };
    match (stop, status) {
        (Some(Stop::TimedOut), _) => {
            let limit = if by_budget { limits.budget } else { limits.own }.unwrap_or_default();
            (Outcome::TimedOut(signal), Some(Cause::Timeout { limit, budget: by_budget }))
        }
        (Some(Stop::Canceled), _) => (Outcome::Canceled(signal), Some(Cause::Canceled)),
        (None, Status::Exited(0)) => (Outcome::Exited(0), None),
        (None, Status::Exited(status)) => (Outcome::Exited(status), Some(Cause::Exit(status))),
        (None, Status::Signaled(signal)) => (Outcome::Signaled(signal), Some(Cause::Signal(signal))),
        (None, Status::Lost) => (Outcome::Lost, Some(Cause::Lost)),
    }
}
