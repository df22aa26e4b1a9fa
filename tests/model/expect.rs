//! The model: the expected result of a case. It knows the runtime-spec and the documentation, and nothing of
//! the library.

use crate::case::*;
use crate::ending::{Ending, budget_text, members, signal_text, spawn_failure};
use crate::hook;
use crate::kept::Kept;
use crate::outcome::{self, Outcome};
use crate::world::World;

/// The errors that come before any hook.
const INVALID_STATE: i32 = -4;
const UNKNOWN_PHASE: i32 = -5;

const NO_STATE: &str = "invalid state: /ociVersion must be there; /id must be there; /status must be there; \
                        /bundle must be there";

/// The phases of the spec, and the statuses of their containers.
const STATUSES: [(&str, &[&str]); 6] = [
    ("prestart", &["creating", "created"]),
    ("createRuntime", &["creating", "created"]),
    ("createContainer", &["creating", "created"]),
    ("startContainer", &["created"]),
    ("poststart", &["running"]),
    ("poststop", &["stopped"]),
];

/// The expected result of a case. A hook whose time ran out may have been at any step. So its progress, and
/// nothing else, is taken from the actual result.
pub fn expect(case: &Case, world: &World, came: &Outcome) -> Outcome {
    let statuses = STATUSES.iter().find(|(name, _)| *name == case.phase).map(|(_, statuses)| *statuses);
    if statuses.is_none() && case.hooks.is_empty() {
        let text = format!("unknown phase \"{}\": it is none of the six, and not in the map", case.phase);
        return Outcome { refused: Some(text), code: UNKNOWN_PHASE, ..Outcome::default() };
    }
    if case.state.invalid {
        return Outcome { refused: Some(NO_STATE.into()), code: INVALID_STATE, ..Outcome::default() };
    }
    let stops = match case.policy {
        Policy::FailFast => true,
        Policy::KeepGoing => false,
        Policy::Spec => case.phase != "poststop",
        Policy::SpecBefore13 => !["poststart", "poststop"].contains(&case.phase),
    };
    let expected = Outcome { warnings: state_warnings(case, statuses), ..Outcome::default() };
    let mut phase = Phase {
        case,
        world,
        came,
        stops,
        used_up: case.budget == Budget::Zero,
        canceled: false,
        kept: 0,
        expected,
    };
    phase.canceled = case.canceled_before;
    for (index, hook) in case.hooks.iter().enumerate() {
        let end = phase.end_of(index, hook);
        phase.note(index, hook, end);
    }
    phase.expected
}

fn state_warnings(case: &Case, statuses: Option<&[&str]>) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(statuses) = statuses.filter(|statuses| !statuses.contains(&case.state.status)) {
        let (status, allowed) = (case.state.status, statuses.join("\" or \""));
        warnings
            .push(format!("state: status is \"{status}\"; the spec expects \"{allowed}\" in {}", case.phase));
    }
    if case.state.relative_bundle {
        warnings.push("state: bundle is \"bundle\"; the spec expects an absolute path".into());
    }
    warnings
}

/// A phase in progress.
struct Phase<'p> {
    case: &'p Case,
    world: &'p World,
    came: &'p Outcome,
    stops: bool,
    used_up: bool,
    canceled: bool,
    /// Bytes of output in the report.
    kept: usize,
    expected: Outcome,
}

impl Phase<'_> {
    fn end_of(&mut self, index: usize, hook: &Hook) -> Ending {
        if self.expected.message.is_some() {
            return Ending::new("skipped", 0, "");
        }
        if self.canceled {
            return Ending::new("canceled", -11, "canceled");
        }
        if self.used_up {
            return Ending::new("timedOut", -9, budget_text(self.world.budget(self.case)));
        }
        match hook {
            Hook::Callback(callback) => self.callback(*callback),
            Hook::Broken(broken) => spawn_failure(*broken),
            Hook::Program(program) => self.program(index, program),
        }
    }

    fn callback(&mut self, callback: Callback) -> Ending {
        self.used_up = callback == Callback::Overstays;
        self.canceled = callback == Callback::Cancels;
        let end = match hook::answer(callback) {
            None => Ending::new("callback", 0, "").number("exitCode", 0),
            Some((code, "")) => {
                Ending::new("callback", -10, format!("callback returned {code}")).number("exitCode", code)
            }
            Some((code, text)) => Ending::new("callback", -10, format!("callback returned {code}: {text}"))
                .number("exitCode", code),
        };
        Ending { was_run: true, arrived: true, ..end }
    }

    fn program(&mut self, index: usize, program: &Program) -> Ending {
        let arrived = match program.end {
            End::Overstays(_) => self.came.log.contains(&hook::ran(index)),
            _ => true,
        };
        let end = match program.end {
            End::Exits(0) => Ending::new("exited", 0, "").number("exitCode", 0),
            End::Exits(status) => Ending::new("exited", -7, format!("exited with status {status}"))
                .number("exitCode", status.into()),
            End::KilledBy(signal) => {
                Ending::new("signaled", -8, format!("killed by signal {}", signal_text(signal)))
                    .number("signal", signal)
            }
            End::Overstays(_) => Ending::new("timedOut", -9, self.limit_text(index, program)),
            End::Canceled(_) => Ending::new("canceled", -11, "canceled"),
        };
        let stopped = match program.end {
            End::Overstays(at_sigterm) | End::Canceled(at_sigterm) => Some(at_sigterm),
            _ => None,
        };
        let number = match stopped {
            None => end.number,
            Some(at_sigterm) => self.killed_by(index, at_sigterm, arrived).map(|signal| ("signal", signal)),
        };
        let dies_with_it = stopped.is_some() && program.daemon == Daemon::InGroup;
        let daemon_lives = (program.daemon != Daemon::None && arrived).then_some(!dies_with_it);
        let output = self.output(index, program, arrived);
        Ending { number, was_run: true, process: true, arrived, output, daemon_lives, ..end }
    }

    /// The signal that kills a hook whose time is up. The actual signal is accepted if the moments can't be
    /// distinguished.
    fn killed_by(&self, index: usize, at_sigterm: AtSigterm, arrived: bool) -> Option<i32> {
        let by_sigterm = match at_sigterm {
            AtSigterm::Dies => Some(15),
            AtSigterm::Ignores => Some(9),
            AtSigterm::ExitsWith0 => None,
        };
        let possible: &[Option<i32>] = match (self.case.grace, arrived) {
            (None, _) => &[Some(9)],
            (Some(_), false) => &[Some(15), Some(9), None],
            (Some(Grace::Ample), true) => &[by_sigterm],
            (Some(Grace::Short), true) => &[by_sigterm, Some(9)],
        };
        let came = self.came.hooks.get(index).and_then(|hook| hook.fields.get("signal")?.as_i64());
        let came = came.and_then(|signal| i32::try_from(signal).ok());
        if possible.contains(&came) { came } else { possible[0] }
    }

    /// The text for the limit that a hook exceeded.
    fn limit_text(&mut self, index: usize, program: &Program) -> String {
        if self.case.budget == Budget::Short && index == 0 {
            self.used_up = true;
            return budget_text(self.world.budget(self.case));
        }
        let limit =
            self.world.own_limit(program.limit).or(self.world.default_limit(self.case)).unwrap_or_default();
        format!("timed out after {} s", limit.as_secs_f64())
    }

    /// All of the hook's output. If the hook did not get to its end, as much as actually came.
    fn output(&self, index: usize, program: &Program, arrived: bool) -> [Vec<u8>; 2] {
        let mut all = program.output.map(Text::bytes);
        if program.stdin == Stdin::Copied {
            all[0].splice(0..0, self.world.state(self.case).into_bytes());
        }
        let came = self.came.hooks.get(index).map(|hook| &hook.fields);
        for (bytes, key) in all.iter_mut().zip(["stdoutBytes", "stderrBytes"]) {
            if let (false, Some(count)) = (arrived, came.and_then(|fields| fields.get(key)?.as_u64())) {
                bytes.truncate(usize::try_from(count).expect("it fits memory"));
            }
        }
        all
    }

    /// Records the effects of a hook's end on the report, the log and the phase.
    fn note(&mut self, index: usize, hook: &Hook, end: Ending) {
        let path = self.world.path(hook);
        let written = [0, 1].map(|stream| match self.case.streams[stream] {
            Stream::Captured => end.output[stream].as_slice(),
            Stream::Discarded => &[],
        });
        let kept = written.map(|bytes| Kept::of(bytes, self.capture_limit()));
        self.kept += kept.iter().map(|kept| kept.bytes).sum::<usize>();
        if !end.cause.is_empty() {
            let place = path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
            let lines = [1, 0].map(|stream| kept[stream].last_lines());
            let lines = lines.iter().find(|lines| !lines.is_empty()).map(|lines| lines.join(" | "));
            let last = lines.map(|lines| format!(": {lines}")).unwrap_or_default();
            let text = format!("error running {} hook #{index}: {place}{}{last}", self.case.phase, end.cause);
            if self.stops || end.code == -11 {
                (self.expected.message, self.expected.code) = (Some(text), end.code);
            } else {
                self.expected.warnings.push(text);
            }
        }
        self.log(index, hook, path.as_deref(), &end);
        let json = members(index, path, &end, &kept);
        let mut entry = outcome::Hook {
            fields: json.clone(),
            json,
            daemon_lives: end.daemon_lives,
            ..Default::default()
        };
        if self.case.observed {
            entry.seen = written.map(<[u8]>::to_vec);
        }
        entry.streams = kept.map(|kept| kept.text);
        self.expected.hooks.push(entry);
    }

    /// The limit of a stream: its own, or half of the rest of the phase's, unless that is too little for a
    /// last line.
    fn capture_limit(&self) -> usize {
        let left = self.case.phase_capture_limit.unwrap_or(16 << 20).saturating_sub(self.kept);
        self.case.capture_limit.unwrap_or(64 * 1024).min((left / 2).max(1024))
    }

    fn log(&mut self, index: usize, hook: &Hook, path: Option<&str>, end: &Ending) {
        let mut lines = Vec::new();
        if end.was_run {
            if self.case.observed {
                lines.push(format!("before {index} {}", path.unwrap_or("callback")));
            }
            if end.arrived && !matches!(hook, Hook::Broken(_)) {
                lines.push(hook::ran(index));
            }
            if self.case.observed {
                lines.push(format!("after {index} {} {}", end.outcome, end.cause));
            }
        }
        self.expected.log.extend(lines);
    }
}
