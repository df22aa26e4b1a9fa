//! Random cases, and one case of each behaviour.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use crate::case::*;

const PHASES: [&str; 7] =
    ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop", "x-own"];
const STATUSES: [&str; 5] = ["creating", "created", "running", "stopped", "paused"];
/// By default, none of them is ignored, or stops a process.
const SIGNALS: [i32; 12] = [1, 2, 3, 6, 9, 11, 13, 14, 15, 34, 40, 64];
const BROKEN: [Broken; 11] = [
    Broken::Missing,
    Broken::NotExecutable,
    Broken::Directory,
    Broken::NotAProgram,
    Broken::BelowAFile,
    Broken::LinkLoop,
    Broken::NameTooLong,
    Broken::InterpreterMissing,
    Broken::ArgumentTooLong,
    Broken::DirectoryMissing,
    Broken::DirectoryIsAFile,
];
const AT_SIGTERM: [AtSigterm; 3] = [AtSigterm::Dies, AtSigterm::Ignores, AtSigterm::ExitsWith0];

/// Any case.
pub fn any() -> impl Strategy<Value = Case> {
    let options = (
        select(&[Policy::Spec, Policy::Spec, Policy::SpecBefore13, Policy::FailFast, Policy::KeepGoing][..]),
        [stream(), stream()],
        weighted(0.7, prop_oneof![0..40_usize, Just(4096), Just(100_000)]),
        weighted(0.4, prop_oneof![Just(0_usize), Just(4096), Just(100_000)]),
        weighted(0.9, Just(())).prop_map(|observed| observed.is_some()),
        prop_oneof![8 => Just(Budget::None), 2 => Just(Budget::Ample), 2 => Just(Budget::Short), 1 => Just(Budget::Zero)],
        weighted(0.5, select(&[Limit::Short, Limit::Ample][..])),
        weighted(0.4, select(&[Grace::Short, Grace::Ample][..])),
        weighted(0.04, Just(())).prop_map(|canceled| canceled.is_some()),
    );
    (select(&PHASES[..]), options, state(), vec(hook(), 0..6)).prop_map(|(phase, options, state, hooks)| {
        let (
            policy,
            streams,
            capture_limit,
            phase_capture_limit,
            observed,
            budget,
            default_limit,
            grace,
            canceled_before,
        ) = options;
        let case = Case {
            phase,
            policy,
            streams,
            capture_limit,
            phase_capture_limit,
            observed,
            budget,
            default_limit,
            grace,
            canceled_before,
            state,
            hooks,
        };
        sensible(case)
    })
}

/// Every behaviour by itself, with a hook after it: in a phase that ends there, and in one that continues.
pub fn one_of_each() -> Vec<Case> {
    let quiet = |end| Program {
        limit: None,
        stdin: Stdin::Copied,
        output: [Text { kind: Kind::Lines, size: 100 }, Text { kind: Kind::BlankEnd, size: 40 }],
        daemon: Daemon::None,
        leaves_group: false,
        end,
    };
    let mut hooks: Vec<Hook> = BROKEN.map(Hook::Broken).into();
    hooks.extend(SIGNALS.map(|signal| Hook::Program(quiet(End::KilledBy(signal)))));
    hooks.extend([0, 1, 126, 127, 255].map(|status| Hook::Program(quiet(End::Exits(status)))));
    hooks.extend(AT_SIGTERM.map(|at| Hook::Program(quiet(End::Canceled(at)))));
    hooks.extend(AT_SIGTERM.map(|at| Hook::Program(quiet(End::Overstays(at)))));
    for daemon in [Daemon::InGroup, Daemon::InOwnSession] {
        for end in
            [End::Exits(0), End::Exits(1), End::Canceled(AtSigterm::Dies), End::Overstays(AtSigterm::Ignores)]
        {
            hooks.push(Hook::Program(Program { daemon, leaves_group: true, ..quiet(end) }));
        }
    }
    for kind in [Kind::Lines, Kind::Umlauts, Kind::OneLine, Kind::BlankEnd, Kind::Bytes] {
        for size in [65_536, 65_537, 200_001] {
            hooks.push(Hook::Program(Program { output: [Text { kind, size }; 2], ..quiet(End::Exits(3)) }));
        }
    }
    let callbacks = [
        Callback::Succeeds,
        Callback::Fails(7),
        Callback::FailsSilently(-1),
        Callback::Overstays,
        Callback::Cancels,
    ];
    hooks.extend(callbacks.map(Hook::Callback));
    let both =
        hooks.iter().flat_map(|hook| [Policy::FailFast, Policy::KeepGoing].map(|policy| (hook, policy)));
    both.zip((0..STATUSES.len() * PHASES.len()).cycle())
        .map(|((hook, policy), turn)| {
            sensible(Case {
                phase: PHASES[turn % PHASES.len()],
                policy,
                streams: [Stream::Captured; 2],
                capture_limit: None,
                phase_capture_limit: None,
                observed: true,
                budget: if matches!(hook, Hook::Callback(_)) { Budget::Short } else { Budget::None },
                default_limit: Some(Limit::Short),
                grace: [None, Some(Grace::Short), Some(Grace::Ample)][turn % 3],
                canceled_before: false,
                state: State {
                    invalid: false,
                    status: STATUSES[turn % STATUSES.len()],
                    relative_bundle: false,
                    padding: 0,
                },
                hooks: vec![hook.clone(), Hook::Program(quiet(End::Exits(0)))],
            })
        })
        .collect()
}

fn stream() -> impl Strategy<Value = Stream> {
    prop_oneof![4 => Just(Stream::Captured), 1 => Just(Stream::Discarded)]
}

/// Sizes around three limits: what every pipe takes, what pipes usually take, and what needs a file in
/// memory.
fn state() -> impl Strategy<Value = State> {
    let padding =
        prop_oneof![4 => Just(0), 1 => 3900..4100_usize, 1 => 65_300..65_600_usize, 1 => Just(200_000)];
    (weighted(0.03, Just(())), select(&STATUSES[..]), weighted(0.1, Just(())), padding).prop_map(
        |(invalid, status, relative, padding)| State {
            invalid: invalid.is_some(),
            status,
            relative_bundle: relative.is_some(),
            padding,
        },
    )
}

fn hook() -> impl Strategy<Value = Hook> {
    let callback = prop_oneof![
        4 => Just(Callback::Succeeds),
        2 => (1..300).prop_map(Callback::Fails),
        1 => (-9..-1).prop_map(Callback::FailsSilently),
        1 => Just(Callback::Overstays),
        1 => Just(Callback::Cancels),
    ];
    prop_oneof![
        6 => program().prop_map(Hook::Program),
        1 => select(&BROKEN[..]).prop_map(Hook::Broken),
        2 => callback.prop_map(Hook::Callback),
    ]
}

fn program() -> impl Strategy<Value = Program> {
    let daemon =
        prop_oneof![6 => Just(Daemon::None), 1 => Just(Daemon::InGroup), 1 => Just(Daemon::InOwnSession)];
    let limit = weighted(0.3, select(&[Limit::Short, Limit::Ample][..]));
    let stdin = select(&[Stdin::Ignored, Stdin::Read, Stdin::Copied][..]);
    (end(), [text(), text()], stdin, daemon, weighted(0.1, Just(())), limit).prop_map(
        |(end, output, stdin, daemon, leaves, limit)| Program {
            limit,
            stdin,
            output,
            daemon,
            leaves_group: leaves.is_some(),
            end,
        },
    )
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        8 => Just(End::Exits(0)),
        4 => prop_oneof![1..=255_u8, Just(127)].prop_map(End::Exits),
        2 => select(&SIGNALS[..]).prop_map(End::KilledBy),
        2 => select(&AT_SIGTERM[..]).prop_map(End::Overstays),
        1 => select(&AT_SIGTERM[..]).prop_map(End::Canceled),
    ]
}

fn text() -> impl Strategy<Value = Text> {
    let kind = select(&[Kind::Lines, Kind::Umlauts, Kind::OneLine, Kind::BlankEnd, Kind::Bytes][..]);
    let size = prop_oneof![3 => Just(0), 6 => 1..60_usize, 1 => 4090..4100_usize, 1 => 32_760..32_780_usize,
        1 => 65_530..65_545_usize, 1 => 0..300_000_usize];
    (kind, size).prop_map(|(kind, size)| Text { kind, size })
}

/// Removes everything from a case that would make its outcome depend on speed. A hook either runs until its
/// time is up, or has enough time.
fn sensible(mut case: Case) -> Case {
    let overstays = |hook: &Hook| match hook {
        Hook::Callback(callback) => *callback == Callback::Overstays,
        Hook::Program(program) => matches!(program.end, End::Overstays(_)),
        Hook::Broken(_) => false,
    };
    if case.budget == Budget::Short && !case.hooks.first().is_some_and(overstays) {
        case.budget = Budget::Ample;
    }
    let (budget, default, grace) = (case.budget, case.default_limit, case.grace);
    for (index, hook) in case.hooks.iter_mut().enumerate() {
        let by_budget = budget == Budget::Short && index == 0;
        match hook {
            Hook::Program(program) => sensible_program(program, by_budget, default, grace),
            Hook::Callback(callback) if *callback == Callback::Overstays && !by_budget => {
                *callback = Callback::Succeeds
            }
            _ => {}
        }
    }
    case
}

fn sensible_program(program: &mut Program, by_budget: bool, default: Option<Limit>, grace: Option<Grace>) {
    let limit = program.limit.or(default);
    program.limit = match (program.end, limit) {
        (End::Overstays(_), _) if by_budget => Some(Limit::Ample),
        (End::Overstays(_), Some(Limit::Short)) => program.limit,
        (End::Overstays(_), _) => Some(Limit::Short),
        (_, Some(Limit::Short)) => Some(Limit::Ample),
        _ => program.limit,
    };
    if let End::Overstays(at) | End::Canceled(at) = &mut program.end {
        if (*at, grace) == (AtSigterm::Ignores, Some(Grace::Ample)) {
            *at = AtSigterm::Dies; // nobody waits that long
        }
    }
}
