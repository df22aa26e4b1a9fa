//! How to run: the options, each with its default.

pub(super) mod container;
#[cfg(feature = "hooksd")]
mod filter_options;
mod hook_options;
mod observer;
mod options;

pub use container::{ContainerProcess, NamespaceKind};
pub use observer::{Event, Stream};
pub use options::{Environment, FailurePolicy, Output, ProcessGroup, Resource, StateCheck};

use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use observer::Observer;

use crate::limits::{self, QUOTED_OUTPUT};
#[cfg(feature = "hooksd")]
pub(in crate::run) use filter_options::FilterOptions;

/// Runs phases. Threads may share a value as long as none changes it.
///
/// Every option has a default, and a function that sets it:
///
/// ```
/// use std::time::Duration;
/// use ocihooks::{Environment, Event, Output, Runner, Stream};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let hooks = ocihooks::json::parse(br#"{"poststop": [{"path": "/bin/sh", "args": ["sh", "-c", "cat"]}]}"#)?;
/// let state = br#"{"ociVersion": "1.2.0", "id": "web-1", "status": "stopped", "bundle": "/run/web-1"}"#;
///
/// let mut runner = Runner::new();
/// runner
///     .default_timeout(Some(Duration::from_secs(10)))
///     .budget(Some(Duration::from_secs(30)))
///     .environment(Environment::InheritWithoutLoader)
///     .output(Stream::Stderr, Output::Discard)
///     .on_event(|event| {
///         if let Event::After { phase, index, hook } = event {
///             eprintln!("{phase} hook #{index} took {:?}", hook.duration);
///         }
///     });
/// let report = runner.run(&hooks, "poststop", state)?;
/// assert_eq!(report.hooks[0].stdout.bytes(), state.as_slice());
/// # Ok(())
/// # }
/// ```
///
/// A descriptor with something to read cancels a run: an eventfd, a pipe, a container's pidfd. End of file
/// cancels nothing.
///
/// ```
/// use std::io::Write;
/// use std::os::fd::AsFd;
/// use ocihooks::{Code, Outcome, Runner};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let hooks = ocihooks::json::parse(br#"{"poststop": [{"path": "/bin/true"}]}"#)?;
/// # let state = br#"{"ociVersion": "1.2.0", "id": "web-1", "status": "stopped", "bundle": "/run/web-1"}"#;
/// let (reader, mut writer) = std::os::unix::net::UnixStream::pair()?;
/// let mut runner = Runner::new();
/// runner.cancel(Some(reader.as_fd()));
/// writer.write_all(b"!")?;
/// let failed = runner.run(&hooks, "poststop", state).expect_err("it was canceled");
/// assert_eq!(failed.error.code(), Code::Canceled);
/// assert_eq!(failed.report.expect("the phase had begun").hooks[0].outcome, Outcome::Canceled(None));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Runner<'a> {
    pub(super) working_directory: Option<PathBuf>,
    pub(super) working_directory_may_fail: bool,
    environment: Option<Environment>,
    pub(super) phase_variable: Option<String>,
    pub(super) stdout: Output<'a>,
    pub(super) stderr: Output<'a>,
    pub(super) capture_limit: usize,
    pub(super) phase_capture_limit: usize,
    pub(super) default_timeout: Option<Duration>,
    pub(super) budget: Option<Duration>,
    pub(super) grace: Option<Duration>,
    pub(super) cancel: Vec<BorrowedFd<'a>>,
    pub(super) failure_policy: FailurePolicy,
    pub(super) state_check: StateCheck,
    pub(super) observer: Observer<'a>,
    pub(super) cgroup: Option<BorrowedFd<'a>>,
    container: Option<ContainerProcess<'a>>,
    container_kinds: i32,
    pub(super) resources: Vec<Resource>,
    pub(super) no_new_privileges: bool,
    pub(super) old_calls: bool,
    pub(super) process_group: ProcessGroup,
    pub(super) dies_with_caller: bool,
    #[cfg(feature = "hooksd")]
    pub(super) filter: FilterOptions,
}

impl Default for Runner<'_> {
    fn default() -> Self {
        Runner::new()
    }
}

impl<'a> Runner<'a> {
    /// How much of each captured stream is kept by default, in bytes. Half of it is the first part, and half
    /// the last. That is enough for any message that people read, and too little to matter for the host's
    /// memory.
    pub const CAPTURE_LIMIT: usize = limits::CAPTURE;

    /// How much captured output of all hooks of a phase is kept together by default, in bytes. 128 hooks that
    /// fill both of their streams fit in it. So no number of hooks endangers the host's memory.
    pub const PHASE_CAPTURE_LIMIT: usize = limits::PHASE_CAPTURE;

    /// How much of each stream is always kept, in bytes, unless the stream's own limit is lower. Its second
    /// half holds as much of the last lines as a message quotes.
    pub const CAPTURE_LEAST: usize = 2 * QUOTED_OUTPUT;

    /// A runner with the defaults.
    pub fn new() -> Self {
        Runner {
            working_directory: None,
            working_directory_may_fail: false,
            environment: None,
            phase_variable: None,
            stdout: Output::default(),
            stderr: Output::default(),
            capture_limit: Self::CAPTURE_LIMIT,
            phase_capture_limit: Self::PHASE_CAPTURE_LIMIT,
            default_timeout: None,
            budget: None,
            grace: None,
            cancel: Vec::new(),
            failure_policy: FailurePolicy::default(),
            state_check: StateCheck::default(),
            observer: Observer::default(),
            cgroup: None,
            container: None,
            container_kinds: 0,
            resources: Vec::new(),
            no_new_privileges: false,
            old_calls: false,
            process_group: ProcessGroup::default(),
            dies_with_caller: false,
            #[cfg(feature = "hooksd")]
            filter: FilterOptions::default(),
        }
    }

    /// The hooks' working directory; `None`, the default, is the caller's own.
    pub fn working_directory(&mut self, path: Option<PathBuf>) -> &mut Self {
        self.working_directory = path;
        self
    }

    /// Whether a working directory that can't be entered for lack of permission (EACCES, EPERM) is ignored,
    /// as can happen in user namespaces. The hook then runs in the caller's.
    pub fn working_directory_may_fail(&mut self, on: bool) -> &mut Self {
        self.working_directory_may_fail = on;
        self
    }

    /// The environment of hooks that have no `env`.
    pub fn environment(&mut self, environment: Environment) -> &mut Self {
        self.environment = Some(environment);
        self
    }

    /// The environment of hooks that have no `env`; the process's own if none was set.
    pub(super) fn hook_environment(&self) -> &Environment {
        const DEFAULT: &Environment = &Environment::Inherit;
        self.environment.as_ref().unwrap_or(DEFAULT)
    }

    /// The name of a variable with the phase's name in every hook's environment; `None`, the default, for no
    /// such variable. A list that runs without a phase has none either.
    pub fn phase_variable(&mut self, name: Option<String>) -> &mut Self {
        self.phase_variable = name;
        self
    }

    /// The destination of a stream.
    pub fn output(&mut self, stream: Stream, output: Output<'a>) -> &mut Self {
        match stream {
            Stream::Stdout => self.stdout = output,
            Stream::Stderr => self.stderr = output,
        }
        self
    }

    /// How much of each captured stream is kept, in bytes.
    pub fn capture_limit(&mut self, bytes: usize) -> &mut Self {
        self.capture_limit = bytes;
        self
    }

    /// How much captured output of all hooks of a phase is kept together, in bytes. Each stream gets at most
    /// half of the rest, but always [`Runner::CAPTURE_LEAST`].
    pub fn phase_capture_limit(&mut self, bytes: usize) -> &mut Self {
        self.phase_capture_limit = bytes;
        self
    }

    /// The time limit of hooks that have no timeout.
    pub fn default_timeout(&mut self, limit: Option<Duration>) -> &mut Self {
        self.default_timeout = limit;
        self
    }

    /// The time limit of the whole phase.
    pub fn budget(&mut self, limit: Option<Duration>) -> &mut Self {
        self.budget = limit;
        self
    }

    /// The time between SIGTERM and SIGKILL; `None`, the default, sends SIGKILL at once.
    pub fn grace(&mut self, grace: Option<Duration>) -> &mut Self {
        self.grace = grace;
        self
    }

    /// A descriptor that cancels the run once it has something to read. It replaces all earlier ones; `None`,
    /// the default, for no such descriptor.
    ///
    /// The end of a pipe or a connection without a byte cancels nothing. A process between fork and exec may
    /// hold a copy of the other side, so the end would come late, or never.
    pub fn cancel(&mut self, descriptor: Option<BorrowedFd<'a>>) -> &mut Self {
        self.cancel = Vec::from_iter(descriptor);
        self
    }

    /// Adds a descriptor that cancels the run, to those that are set.
    pub fn add_cancel(&mut self, descriptor: BorrowedFd<'a>) -> &mut Self {
        self.cancel.push(descriptor);
        self
    }

    /// The effect of a failing hook on the hooks after it.
    pub fn failure_policy(&mut self, policy: FailurePolicy) -> &mut Self {
        self.failure_policy = policy;
        self
    }

    /// How the text for the hooks' stdin is checked. [`Runner::run`] calls that text the state.
    pub fn state_check(&mut self, check: StateCheck) -> &mut Self {
        self.state_check = check;
        self
    }

    /// A function that is called before and after each hook, on the running thread.
    pub fn on_event(&mut self, function: impl Fn(Event<'_>) + Send + Sync + 'a) -> &mut Self {
        self.observer.event = Some(Arc::new(function));
        self
    }

    /// A function that gets captured output as it comes: the hook's index, the stream, the bytes.
    pub fn on_output(&mut self, function: impl Fn(usize, Stream, &[u8]) + Send + Sync + 'a) -> &mut Self {
        self.observer.output = Some(Arc::new(function));
        self
    }

    /// Removes the function that `on_event` set.
    pub fn clear_event(&mut self) -> &mut Self {
        self.observer.event = None;
        self
    }

    /// Removes the function that `on_output` set.
    pub fn clear_output(&mut self) -> &mut Self {
        self.observer.output = None;
        self
    }

    /// The largest config that a filter may write, in bytes; 16 MiB is the default.
    #[cfg(feature = "hooksd")]
    pub fn filter_limit(&mut self, bytes: usize) -> &mut Self {
        self.filter.limit = bytes;
        self
    }

    /// Whether a filter that writes nothing leaves the config unchanged; `false`, the default, makes that an
    /// error.
    #[cfg(feature = "hooksd")]
    pub fn filter_may_write_nothing(&mut self, on: bool) -> &mut Self {
        self.filter.may_write_nothing = on;
        self
    }

    /// The same runner for filters. Their environment is empty if none was set, their output is captured, and
    /// the first failure ends the phase.
    #[cfg(feature = "hooksd")]
    pub(super) fn for_filters(&self) -> Self {
        let mut runner = self.clone();
        runner.environment.get_or_insert(Environment::List(Vec::new()));
        runner.output(Stream::Stdout, Output::Capture).failure_policy(FailurePolicy::FailFast);
        runner
    }
}
