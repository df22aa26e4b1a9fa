//! The hook: this program again, which performs the steps in its arguments, one after another.

use std::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write, stderr, stdin, stdout};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio, exit};

use crate::case::{AtSigterm, Callback, Daemon, End, Kind, Program, Stdin, Text};

/// `argv[0]` of a hook, and of the daemon that it leaves running.
pub const NAME: &str = "model-hook";
const DAEMON: &str = "model-daemon";

/// The longest life of any process in seconds, whatever goes wrong.
const LIFETIME: u32 = 60;

/// The arguments that make a hook do what the program describes.
pub fn arguments(program: &Program, folder: &str, index: usize) -> Vec<String> {
    let mut steps = vec![NAME.to_owned()];
    let mut step = |words: &[&str]| steps.extend(words.iter().map(|word| (*word).to_owned()));
    if let End::Overstays(at_sigterm) | End::Canceled(at_sigterm) = program.end {
        match at_sigterm {
            AtSigterm::Dies => {}
            AtSigterm::Ignores => step(&["ignore-sigterm"]),
            AtSigterm::ExitsWith0 => step(&["exit-at-sigterm"]),
        }
    }
    match program.stdin {
        Stdin::Ignored => {}
        Stdin::Read => step(&["read"]),
        Stdin::Copied => step(&["copy"]),
    }
    for (stream, text) in ["stdout", "stderr"].iter().zip(program.output) {
        step(&[stream, &text.size.to_string(), kind_name(text.kind)]);
    }
    match program.daemon {
        Daemon::None => {}
        Daemon::InGroup => step(&["daemon", &daemon_file(folder, index)]),
        Daemon::InOwnSession => step(&["daemon-with-session", &daemon_file(folder, index)]),
    }
    if program.leaves_group {
        step(&["leave-group"]);
    }
    step(&["append", &format!("{folder}/log"), &ran(index)]);
    match program.end {
        End::Exits(status) => step(&["exit", &status.to_string()]),
        End::KilledBy(signal) => step(&["raise", &signal.to_string()]),
        End::Overstays(_) => step(&["pause"]),
        End::Canceled(_) => step(&["append", &format!("{folder}/cancel"), "stop", "pause"]),
    }
    steps
}

/// The log line of a hook that has done all but its end.
pub fn ran(index: usize) -> String {
    format!("run {index}")
}

/// The FIFO that a daemon holds open.
pub fn daemon_file(folder: &str, index: usize) -> String {
    format!("{folder}/daemon-{index}")
}

/// Appends a line to a file, in one write.
pub fn append(file: &str, line: &str) {
    let mut file = OpenOptions::new().append(true).open(file).expect("the file is there");
    file.write_all(format!("{line}\n").as_bytes()).expect("a line can be written");
}

/// Runs as a hook or as a daemon, if the arguments request it.
pub fn main(arguments: &[String]) {
    match arguments.first().map(String::as_str) {
        Some(NAME) => perform(&arguments[1..]),
        Some(DAEMON) => linger(),
        _ => {}
    }
}

fn perform(steps: &[String]) -> ! {
    // SAFETY: a plain number.
    unsafe { libc::alarm(LIFETIME) };
    let mut steps = steps.iter().map(String::as_str);
    while let Some(step) = steps.next() {
        let mut word = || steps.next().expect("an argument");
        match step {
            "ignore-sigterm" => at_sigterm(libc::SIG_IGN),
            "exit-at-sigterm" => at_sigterm(exit_with_0 as *const () as libc::sighandler_t),
            "read" => drop(read()),
            "copy" => stdout().write_all(&read()).expect("stdout"),
            "stdout" => write(&mut stdout(), word(), word()),
            "stderr" => write(&mut stderr(), word(), word()),
            "daemon" => leave(word(), false),
            "daemon-with-session" => leave(word(), true),
            "leave-group" => leave_group(),
            "append" => append(word(), word()),
            "exit" => exit(word().parse().expect("a status")),
            "raise" => raise(word().parse().expect("a signal")),
            "pause" => pause(),
            other => panic!("no step {other:?}"),
        }
    }
    panic!("a hook without an end")
}

/// Joins the process group of the hook's parent.
fn leave_group() {
    // SAFETY: plain numbers.
    let answer = unsafe { libc::setpgid(0, libc::getpgid(libc::getppid())) };
    assert_eq!(answer, 0, "setpgid");
}

fn pause() -> ! {
    loop {
        // SAFETY: it takes nothing.
        unsafe { libc::pause() };
    }
}

fn at_sigterm(what: libc::sighandler_t) {
    // SAFETY: SIG_IGN, or a function that is async-signal-safe.
    unsafe { libc::signal(libc::SIGTERM, what) };
}

extern "C" fn exit_with_0(_: c_int) {
    // SAFETY: a plain number.
    unsafe { libc::_exit(0) }
}

fn read() -> Vec<u8> {
    let mut bytes = Vec::new();
    stdin().read_to_end(&mut bytes).expect("stdin");
    bytes
}

fn write(stream: &mut dyn Write, size: &str, kind: &str) {
    let kind = KINDS.into_iter().find(|known| kind_name(*known) == kind).expect("a kind");
    let text = Text { size: size.parse().expect("a size"), kind };
    stream.write_all(&text.bytes()).and_then(|()| stream.flush()).expect("a stream");
}

const KINDS: [Kind; 5] = [Kind::Lines, Kind::Umlauts, Kind::OneLine, Kind::BlankEnd, Kind::Bytes];

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Lines => "lines",
        Kind::Umlauts => "umlauts",
        Kind::OneLine => "one-line",
        Kind::BlankEnd => "blank-end",
        Kind::Bytes => "bytes",
    }
}

/// Dies of a signal, without leaving a core file.
fn raise(signal: c_int) -> ! {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: plain numbers, and one structure.
    unsafe {
        libc::setrlimit(libc::RLIMIT_CORE, &raw const none);
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
    panic!("signal {signal} killed nobody")
}

/// Leaves a process running that holds the FIFO, as its stdin, and both streams.
fn leave(fifo: &str, own_session: bool) {
    let fifo = File::options().write(true).open(fifo).expect("the FIFO has a reader");
    let mut daemon = Command::new(std::env::current_exe().expect("this program"));
    daemon.arg0(DAEMON).stdin(Stdio::from(fifo));
    let prepare = move || {
        // SAFETY: plain numbers; neither call uses memory of the parent's.
        unsafe {
            libc::signal(libc::SIGTERM, libc::SIG_IGN); // only a SIGKILL ends it
            if own_session && libc::setsid() < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
        }
    };
    // SAFETY: the closure allocates nothing, and takes no lock.
    unsafe { daemon.pre_exec(prepare) };
    // Nobody waits for the daemon, because its parent is about to end.
    std::mem::forget(daemon.spawn().expect("a daemon"));
}

/// Lives until nobody reads the FIFO any more.
fn linger() -> ! {
    let mut fifo = libc::pollfd { fd: 0, events: 0, revents: 0 };
    // SAFETY: one structure.
    unsafe {
        libc::alarm(LIFETIME / 2);
        libc::poll(&raw mut fifo, 1, -1);
    }
    exit(0)
}

/// A callback's return value and text.
pub fn answer(callback: Callback) -> Option<(i32, &'static str)> {
    match callback {
        Callback::Fails(code) => Some((code, "the host's own reason")),
        Callback::FailsSilently(code) => Some((code, "")),
        Callback::Succeeds | Callback::Overstays | Callback::Cancels => None,
    }
}
