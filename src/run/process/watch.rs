//! Waits for a hook: until it is dead, its time is up, or the host cancels the run.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;
use std::time::{Duration, Instant};

use crate::errno::{Errno, Signal};
use crate::limits::{DEATH_TIME, STOPPED_CHECK};
use crate::run::process::cancel;
use crate::run::process::end::{kill, reap, stopped};
use crate::run::process::spawn::child::Child;
use crate::run::process::streams::buffer::Buffer;
use crate::run::process::streams::capture::Capture;
use crate::run::process::streams::stdin::Stdin;
use crate::run::process::system::deadline::Deadline;
use crate::run::process::system::descriptor::is_refusal;
use crate::run::process::system::failure::SystemFailure;
use crate::run::runner::Stream;

/// Why a hook was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    TimedOut,
    Canceled,
    /// The hook wanted the terminal from the background: this signal stopped it.
    WantsTerminal(Signal),
}

/// How the wait ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct WaitResult {
    pub stage: Stage,
    /// Whether the hook is dead.
    pub dead: bool,
    /// Whether a captured stream may have unread output.
    pub unread: [bool; 2],
    pub stopped: Stopped,
}

/// When and how a hook is stopped.
#[derive(Debug, Clone, Copy)]
pub(super) struct StopOptions<'a> {
    pub grace: Option<Duration>,
    pub cancel: &'a [BorrowedFd<'a>],
    pub cgroup: Option<BorrowedFd<'a>>,
}

/// How far the stopping of a hook has come, with the time of the next step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    Running(Deadline),
    Asked(Stop, Deadline),
    Killed(Stop, Deadline),
}

/// A hook under watch.
pub(super) struct Watch<'w, 's> {
    pub child: &'w Child,
    pub options: StopOptions<'w>,
    pub stdin: &'w mut Stdin<'s>,
    pub captures: [&'w mut Option<Capture>; 2],
    pub buffer: &'w mut Buffer,
    pub on_output: &'w dyn Fn(Stream, &[u8]),
    pub stopped: Stopped,
}

/// The stops of a hook by signals while it runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopped {
    /// When the hook is checked next.
    next_check: Deadline,
    /// The signal that had stopped it at the last check.
    seen: Option<Signal>,
    /// The last signal that stopped the hook and was followed by SIGCONT.
    pub continued: Option<Signal>,
}

impl Stopped {
    /// Nothing is known yet.
    pub fn unknown() -> Self {
        Self { next_check: Self::next(), seen: None, continued: None }
    }

    fn next() -> Deadline {
        Deadline::after(Instant::now(), Some(STOPPED_CHECK))
    }
}

/// The places of the watched descriptors in the set; those that cancel the run come after all others.
const CHILD: usize = 0;
const OUTPUT: [(usize, Stream); 2] = [(1, Stream::Stdout), (2, Stream::Stderr)];
const FEED: usize = 3;
const CANCEL: usize = 4;

/// poll ignores a negative number.
const NONE: i32 = -1;

impl Watch<'_, '_> {
    /// Waits until the hook is dead. Its own death ends the wait, never the closing of a pipe that another
    /// process may hold.
    pub fn until_the_end(mut self, mut stage: Stage) -> Result<WaitResult, SystemFailure> {
        self.repeat_stop(stage);
        let mut set = self.poll_set();
        loop {
            let ready = self.poll(stage, &mut set)?;
            if ready[CHILD] {
                // poll looks at the descriptors in order, at the child first. A stream that was empty then
                // can hold no more hook output.
                let unread = OUTPUT.map(|(place, _)| ready[place]);
                return Ok(self.result(stage, true, unread));
            }
            self.move_data(&ready)?;
            let reason = match cancel::says_stop(&mut set[CANCEL..])? {
                true => Some(Stop::Canceled),
                false if stage.deadline().passed() => Some(Stop::TimedOut),
                false if self.stopped.next_check.passed() => self.check_whether_stopped(stage),
                false => None,
            };
            if let Some(reason) = reason {
                match self.next_stage(stage, reason) {
                    Some(next) => stage = next,
                    None => return Ok(self.result(stage, false, [true; 2])),
                }
            }
        }
    }

    fn result(&self, stage: Stage, dead: bool, unread: [bool; 2]) -> WaitResult {
        WaitResult { stage, dead, unread, stopped: self.stopped }
    }

    fn poll_set(&self) -> Vec<libc::pollfd> {
        let mut set = Vec::with_capacity(CANCEL + self.options.cancel.len());
        set.resize(CANCEL, libc::pollfd { fd: NONE, events: libc::POLLIN, revents: 0 });
        set[CHILD].fd = self.child.process.pidfd.as_raw_fd();
        for ((place, _), capture) in OUTPUT.iter().zip(&self.captures) {
            set[*place].fd = capture.as_ref().map_or(NONE, Capture::descriptor);
        }
        set[FEED].events = libc::POLLOUT;
        set.extend(self.options.cancel.iter().map(|descriptor| cancel::entry(*descriptor)));
        set
    }

    /// Waits for an event, and returns which descriptors are ready.
    fn poll(&self, stage: Stage, set: &mut Vec<libc::pollfd>) -> Result<[bool; CANCEL], SystemFailure> {
        set[FEED].fd = self.stdin.awaits().unwrap_or(NONE);
        if stage.stop().is_some() {
            set.truncate(CANCEL);
        }
        let left = match stage {
            Stage::Running(deadline) => deadline.or(self.stopped.next_check),
            _ => stage.deadline(),
        }
        .remaining();
        let timeout = left.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: the set with its length, and a time or NULL.
        let answer = unsafe { libc::ppoll(set.as_mut_ptr(), set.len() as _, timeout, ptr::null()) };
        let answer = match (answer, Errno::last()) {
            (..0, errno) if is_refusal(errno) => poll_by_older_call(set, left),
            (..0, errno) if errno.0 != libc::EINTR => {
                return Err(SystemFailure { call: "ppoll", errno });
            }
            (answer, _) => answer,
        };
        if answer < 0 && is_refusal(Errno::last()) {
            return Ok(self.look());
        }
        if answer <= 0 {
            set.iter_mut().for_each(|polled| polled.revents = 0);
        }
        Ok([CHILD, OUTPUT[0].0, OUTPUT[1].0, FEED].map(|place| set[place].revents != 0))
    }

    /// Looks at everything after a pause, for a profile that refuses every kind of poll. Reads and writes then find
    /// out whether there is something to do. A run with a cancel descriptor does not get here: it polls that first.
    fn look(&self) -> [bool; CANCEL] {
        reap::pause();
        let feeds = self.stdin.awaits().is_some();
        [reap::is_dead(&self.child.process), true, true, feeds]
    }

    /// Reads available output, and writes as much of the state as fits.
    fn move_data(&mut self, ready: &[bool; CANCEL]) -> Result<(), SystemFailure> {
        for ((place, stream), capture) in OUTPUT.iter().zip(&mut self.captures) {
            if let (true, Some(capture)) = (ready[*place], capture.as_mut()) {
                capture.read(self.buffer, |bytes| (self.on_output)(*stream, bytes))?;
            }
        }
        if ready[FEED] { self.stdin.write_on() } else { Ok(()) }
    }

    /// Repeats the stop so far for a process that continues in another one's place.
    fn repeat_stop(&self, stage: Stage) {
        match stage {
            Stage::Running(_) => {}
            Stage::Asked(..) => self.child.ask_to_end(),
            Stage::Killed(..) => kill::all(&self.child.process, self.options.cgroup),
        }
    }

    /// Continues a hook that a signal has stopped. Returns the reason to end a hook that would stop again,
    /// because it wants the terminal.
    ///
    /// Acts only if two checks in a row find the hook stopped. A terminal stops the whole process group, the
    /// host included, and a shell continues both. Between the two, a host that has not stopped yet could find
    /// the hook stopped.
    fn check_whether_stopped(&mut self, stage: Stage) -> Option<Stop> {
        let Stage::Running(_) = stage else { return None };
        self.stopped.next_check = Stopped::next();
        let signal = stopped::signal(&self.child.process);
        let before = std::mem::replace(&mut self.stopped.seen, signal);
        let signal = signal.filter(|_| signal == before)?;
        if stopped::wants_terminal(signal) {
            return Some(Stop::WantsTerminal(signal));
        }
        kill::group(&self.child.process, libc::SIGCONT);
        self.stopped.seen = None;
        self.stopped.continued = Some(signal);
        None
    }

    /// Takes the next step in stopping the hook; `None` after the last one.
    fn next_stage(&self, stage: Stage, reason: Stop) -> Option<Stage> {
        let stop = stage.stop().unwrap_or(reason);
        match (stage, self.options.grace) {
            (Stage::Killed(..), _) => None,
            (Stage::Running(_), Some(grace)) => {
                self.child.ask_to_end();
                Some(Stage::Asked(stop, Deadline::after(Instant::now(), Some(grace))))
            }
            (Stage::Running(_), None) | (Stage::Asked(..), _) => {
                kill::all(&self.child.process, self.options.cgroup);
                Some(Stage::Killed(stop, Deadline::after(Instant::now(), Some(DEATH_TIME))))
            }
        }
    }
}

/// poll, whose time is in milliseconds: rounded up, since the deadline is checked by the clock.
fn poll_by_older_call(set: &mut [libc::pollfd], left: Option<libc::timespec>) -> libc::c_int {
    let milliseconds = left.map_or(-1, |left| {
        let whole = left.tv_sec.saturating_mul(1000).saturating_add(left.tv_nsec / 1_000_000 + 1);
        libc::c_int::try_from(whole).unwrap_or(libc::c_int::MAX)
    });
    // SAFETY: the set with its length.
    unsafe { libc::poll(set.as_mut_ptr(), set.len() as _, milliseconds) }
}

impl Stage {
    fn deadline(self) -> Deadline {
        match self {
            Self::Running(deadline) | Self::Asked(_, deadline) | Self::Killed(_, deadline) => deadline,
        }
    }

    /// Why the hook was stopped, if it was.
    pub fn stop(self) -> Option<Stop> {
        match self {
            Self::Running(_) => None,
            Self::Asked(stop, _) | Self::Killed(stop, _) => Some(stop),
        }
    }
}
