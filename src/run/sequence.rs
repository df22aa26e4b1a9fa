//! A phase: its hooks in order, until the end or the failure that ends it.

use std::borrow::Cow;
use std::time::{Duration, Instant};

#[cfg(feature = "hooksd")]
use super::filter::Filter;
use super::process::{self, Deadline, Job, Limits, PhaseResources};
use super::report::{HookReport, Report, WarningKind};
use super::runner::{Event, Runner, Stream};
use crate::error::{Error, Place};
use crate::hook::{Callback, CallbackCall, Command, Hook};
use crate::hooks::Hooks;
use crate::outcome::Outcome;
use crate::phase::{OnFailure, Phase};
use crate::violation::Violations;

/// A run that failed: why, and the report if the phase had begun.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
#[non_exhaustive]
pub struct RunError {
    /// Why it failed.
    #[source]
    pub error: Error,
    /// What happened until then; `None` when no hook was looked at.
    pub report: Option<Report>,
}

impl Runner<'_> {
    /// Runs a phase: its hooks in order, each with the state on its stdin.
    ///
    /// # Errors
    /// `UnknownPhase`, `InvalidState`: no hook was looked at. Else the error of the hook that ended the
    /// phase, with the report.
    pub fn run(&self, hooks: &Hooks, phase: &str, state: &[u8]) -> Result<Report, Box<RunError>> {
        let Some(list) = hooks.get(phase) else {
            return Err(not_begun(Error::UnknownPhase(phase.to_owned())));
        };
        run(self, phase, list, state)
    }

    /// Runs a list of hooks that is in no map: for a runtime that has read them itself.
    ///
    /// The phase says where the hooks run, what their failures do, and which status the state should have. Without one
    /// they run in the caller's namespaces, the first failure ends the list, and its name is empty in the report. Paths
    /// may be any bytes here; in a map they are UTF-8, because it can be written as JSON. A hook that is wrong ends the call
    /// before any hook runs. Where it is to fail alone, as in poststop of a container that exists, use a lenient map
    /// ([`Hooks::set_lenient`]).
    ///
    /// ```
    /// use ocihooks::{Callback, Command, Hook, Runner};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let state = br#"{"ociVersion": "1.2.0", "id": "web-1", "status": "creating", "bundle": "/run/web-1"}"#;
    /// let hooks = [Hook::Command(Command::new("/bin/true")), Hook::Command(Command::new("/bin/false"))];
    ///
    /// let failed = Runner::new().run_list(&hooks, Some("createRuntime"), state).expect_err("/bin/false fails");
    /// assert_eq!(failed.to_string(), "error running createRuntime hook #1: /bin/false: exited with status 1");
    /// let failed = Runner::new().run_list(&hooks, None, state).expect_err("/bin/false fails");
    /// assert_eq!(failed.to_string(), "error running hook #1: /bin/false: exited with status 1");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidHooks` with everything that keeps the commands from being run, by JSON pointers into the list, and
    /// `InvalidState`: no hook was run. Else the error of the hook that ended the list, with the report.
    pub fn run_list(
        &self,
        hooks: &[Hook],
        phase: Option<&str>,
        state: &[u8],
    ) -> Result<Report, Box<RunError>> {
        let mut violations = Violations::default();
        for (index, hook) in hooks.iter().enumerate() {
            if let Hook::Command(command) = hook {
                violations.append(command.obstacles(&format!("/{index}")));
            }
        }
        if !violations.is_empty() {
            return Err(not_begun(Error::InvalidHooks(violations)));
        }
        run(self, phase.unwrap_or_default(), hooks, state)
    }
}

fn not_begun(error: Error) -> Box<RunError> {
    Box::new(RunError { error, report: None })
}

/// Runs a list of hooks that can be run.
fn run(runner: &Runner<'_>, phase: &str, list: &[Hook], state: &[u8]) -> Result<Report, Box<RunError>> {
    let warnings = runner.state_check.warnings(state, Phase::from_name(phase)).map_err(not_begun)?;
    let mut sequence = Sequence::new(runner, phase, Cow::Borrowed(state));
    for warning in warnings {
        sequence.report.warn(WarningKind::State, None, warning);
    }
    sequence.run(list);
    sequence.finish()
}

/// Runs a list of hooks as filters of a config.
#[cfg(feature = "hooksd")]
pub(super) fn run_filters(
    runner: &Runner<'_>,
    phase: &str,
    list: &[Hook],
    config: String,
    filter: Filter,
) -> Result<Report, Box<RunError>> {
    let mut sequence = Sequence::new(runner, phase, Cow::Owned(config.into_bytes()));
    sequence.filter = Some(filter);
    sequence.run(list);
    let config = std::mem::take(&mut sequence.input).into_owned();
    let mut report = sequence.finish()?;
    report.config = Some(config);
    Ok(report)
}

struct Sequence<'s> {
    runner: &'s Runner<'s>,
    phase: &'s str,
    known: Option<Phase>,
    /// What the hooks get on stdin: the state, or the config that they filter.
    input: Cow<'s, [u8]>,
    #[cfg(feature = "hooksd")]
    filter: Option<Filter>,
    started: Instant,
    on_failure: OnFailure,
    ends: Deadline,
    resources: PhaseResources,
    report: Report,
}

impl<'s> Sequence<'s> {
    fn new(runner: &'s Runner<'s>, phase: &'s str, input: Cow<'s, [u8]>) -> Self {
        process::reap_left_behind();
        let started = Instant::now();
        let known = Phase::from_name(phase);
        let report = Report {
            phase: phase.to_owned(),
            failed: None,
            duration: Duration::ZERO,
            hooks: Vec::new(),
            warnings: Vec::new(),
            #[cfg(feature = "hooksd")]
            config: None,
        };
        Sequence {
            runner,
            phase,
            known,
            input,
            #[cfg(feature = "hooksd")]
            filter: None,
            started,
            on_failure: runner.failure_policy.on_failure(known),
            ends: Deadline::after(started, runner.budget),
            resources: PhaseResources::default(),
            report,
        }
    }

    fn finish(self) -> Result<Report, Box<RunError>> {
        let mut report = self.report;
        report.duration = self.started.elapsed();
        match report.error() {
            None => Ok(report),
            Some(error) => Err(Box::new(RunError { error, report: Some(report) })),
        }
    }

    fn run(&mut self, list: &[Hook]) {
        self.report.hooks.reserve_exact(list.len());
        for (index, hook) in list.iter().enumerate() {
            let mut entry = HookReport::skipped(hook);
            if self.report.failed.is_none() {
                match self.reason_to_stop() {
                    None => self.run_hook(index, hook, &mut entry),
                    Some(outcome) => entry.outcome = outcome,
                }
            }
            self.judge(index, &entry);
            self.report.hooks.push(entry);
        }
    }

    /// Why the next hook is not started at all, if it is not.
    fn reason_to_stop(&self) -> Option<Outcome> {
        match process::is_canceled(&self.runner.cancel) {
            Ok(true) => return Some(Outcome::Canceled(None)),
            Ok(false) => {}
            Err(failure) => return Some(failure.into()),
        }
        match self.runner.budget {
            Some(limit) if self.ends.passed() => {
                Some(Outcome::TimedOut { limit, budget: true, signal: None })
            }
            _ => None,
        }
    }

    fn run_hook(&mut self, index: usize, hook: &Hook, entry: &mut HookReport) {
        let (phase, observer) = (self.phase, &self.runner.observer);
        observer.notify(Event::Before { phase, index, path: entry.path.as_deref() });
        if observer.is_set() {
            self.resources.invalidate_dispositions();
        }
        match hook {
            Hook::Command(command) => {
                self.run_command(index, command, entry);
                #[cfg(feature = "hooksd")]
                self.take_filtered(entry);
            }
            Hook::Callback(callback) => {
                run_callback(callback, CallbackCall { phase, state: &self.input }, entry);
                self.resources.invalidate_dispositions();
            }
            Hook::Refused(refused) => entry.outcome = Outcome::Invalid(refused.violations().clone()),
        }
        self.runner.observer.notify(Event::After { phase, index, hook: entry });
    }

    fn run_command(&mut self, index: usize, command: &Command, entry: &mut HookReport) {
        let runner = self.runner;
        let own = command.timeout.map(super::super::hook::Timeout::as_duration).or(runner.default_timeout);
        let on_output = |stream: Stream, bytes: &[u8]| {
            if let Some(function) = &runner.observer.output {
                function(index, stream, bytes);
            }
            #[cfg(feature = "hooksd")]
            if let (Some(filter), Stream::Stdout) = (&self.filter, stream) {
                filter.collect(bytes);
            }
        };
        let job = Job {
            command,
            phase: self.phase,
            known: self.known,
            state: &self.input,
            runner,
            limits: Limits { own, budget: runner.budget, phase_ends: self.ends },
            on_output: &on_output,
        };
        for (kind, warning) in process::run(&job, &mut self.resources, entry) {
            self.report.warn(kind, Some(index), format_args!("{}: {warning}", Place(self.phase, index)));
        }
        self.resources.kept += entry.stdout.kept() + entry.stderr.kept();
    }

    /// Makes what a filter has written the next one's input, or the filter's failure.
    #[cfg(feature = "hooksd")]
    fn take_filtered(&mut self, entry: &mut HookReport) {
        entry.is_filter = self.filter.is_some();
        let Some(filter) = self.filter.as_ref().filter(|_| !entry.outcome.is_failure()) else { return };
        match filter.take_config() {
            Ok(Some(config)) => self.input = Cow::Owned(config.into_bytes()),
            Ok(None) => {}
            Err(what) => entry.outcome = Outcome::WroteNoConfig(what),
        }
    }

    /// Makes a failure the phase's error, or a warning.
    fn judge(&mut self, index: usize, entry: &HookReport) {
        if !entry.outcome.is_failure() {
            return;
        }
        // Who says stop means the phase, not one hook of it.
        if self.on_failure == OnFailure::Stop || matches!(entry.outcome, Outcome::Canceled(_)) {
            self.report.failed = Some(index);
        } else {
            self.report.warn(WarningKind::HookFailed, Some(index), entry.error(self.phase, index));
        }
    }
}

fn run_callback(callback: &Callback, call: CallbackCall<'_>, entry: &mut HookReport) {
    let started = Instant::now();
    entry.outcome = Outcome::Callback(callback.call(call));
    entry.duration = started.elapsed();
}
