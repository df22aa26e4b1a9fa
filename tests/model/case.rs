//! A case: a phase, its hooks, and how it is run. This is plain data: `generate` makes it, `expect` knows its
//! expected result, and `run` and `hook` perform it.

/// A phase to run.
#[derive(Debug, Clone)]
pub struct Case {
    pub phase: &'static str,
    pub policy: Policy,
    pub streams: [Stream; 2],
    pub capture_limit: Option<usize>,
    pub phase_capture_limit: Option<usize>,
    pub observed: bool,
    pub budget: Budget,
    pub default_limit: Option<Limit>,
    pub grace: Option<Grace>,
    pub canceled_before: bool,
    pub state: State,
    pub hooks: Vec<Hook>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    Spec,
    SpecBefore13,
    FailFast,
    KeepGoing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Captured,
    Discarded,
}

/// The time limit of the whole phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    None,
    Ample,
    /// Used up by the first hook.
    Short,
    /// Used up from the start.
    Zero,
}

/// The time limit of one hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Short,
    Ample,
}

/// The time between SIGTERM and SIGKILL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grace {
    Short,
    Ample,
}

#[derive(Debug, Clone)]
pub struct State {
    /// Not a state: an object without any property.
    pub invalid: bool,
    pub status: &'static str,
    pub relative_bundle: bool,
    /// The size of an annotation in bytes.
    pub padding: usize,
}

#[derive(Debug, Clone)]
pub enum Hook {
    Program(Program),
    /// A path that can't be executed.
    Broken(Broken),
    Callback(Callback),
}

/// A program that performs its steps in this order.
#[derive(Debug, Clone)]
pub struct Program {
    pub limit: Option<Limit>,
    pub stdin: Stdin,
    pub output: [Text; 2],
    pub daemon: Daemon,
    pub leaves_group: bool,
    pub end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stdin {
    Ignored,
    Read,
    /// Copied to stdout, before the text.
    Copied,
}

/// The text for a stream: a kind, and a size in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    pub kind: Kind,
    pub size: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbered lines; the last one may be cut.
    Lines,
    /// The same in two-byte letters, which a cut may split.
    Umlauts,
    /// One line without a line end.
    OneLine,
    /// A line, and blank lines after it.
    BlankEnd,
    /// Every byte value.
    Bytes,
}

/// A process that the hook leaves running, with the hook's streams open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Daemon {
    None,
    InGroup,
    InOwnSession,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Exits(u8),
    KilledBy(i32),
    /// Never ends by itself: its time runs out.
    Overstays(AtSigterm),
    /// Makes the cancel descriptor readable, and never ends by itself.
    Canceled(AtSigterm),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtSigterm {
    Dies,
    Ignores,
    ExitsWith0,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    Missing,
    NotExecutable,
    Directory,
    NotAProgram,
    BelowAFile,
    LinkLoop,
    NameTooLong,
    InterpreterMissing,
    ArgumentTooLong,
    DirectoryMissing,
    DirectoryIsAFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callback {
    Succeeds,
    Fails(i32),
    FailsSilently(i32),
    /// Returns once the phase's budget is used up.
    Overstays,
    /// Makes the cancel descriptor readable.
    Cancels,
}

impl Text {
    /// The bytes. The hook writes them, and the model knows them.
    pub fn bytes(self) -> Vec<u8> {
        let endless: Box<dyn Iterator<Item = u8>> = match self.kind {
            Kind::Lines => Box::new((0..).flat_map(|number| format!("line {number}\n").into_bytes())),
            Kind::Umlauts => Box::new("äöü\n".bytes().cycle()),
            Kind::OneLine => Box::new(b"abcdefghij".iter().copied().cycle()),
            Kind::BlankEnd => {
                Box::new(b" why it failed\r".iter().copied().chain(b"\n \t".iter().copied().cycle()))
            }
            Kind::Bytes => Box::new((0..=255).rev().cycle()),
        };
        endless.take(self.size).collect()
    }
}

impl State {
    /// The text, as the library gets it.
    pub fn text(&self, pid: u32) -> String {
        let Self { status, padding, .. } = self;
        if self.invalid {
            return "{}".into();
        }
        let bundle = if self.relative_bundle { "bundle" } else { "/bundle" };
        let padding = "x".repeat(*padding);
        format!(
            "{{\"ociVersion\":\"1.2.0\",\"id\":\"model\",\"status\":\"{status}\",\"pid\":{pid},\
             \"bundle\":\"{bundle}\",\"annotations\":{{\"padding\":\"{padding}\"}}}}\n"
        )
    }
}
